#!/usr/bin/env bash
# Cancels a virtual account: cancel.sh EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL
# Needs bash, openssl and curl 7.55 or newer.
set -euo pipefail

: "${IFORTEPAY_BASE_URL:?}" "${IFORTEPAY_MERCHANT_ID:?}" "${IFORTEPAY_SECRET_UNBOUND_ID:?}" "${IFORTEPAY_HASH_KEY:?}"
[ $# -eq 4 ] || { echo "usage: $0 EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL" >&2; exit 2; }
case "$1$2$3$4" in # they go into JSON as they are
  *[[:cntrl:]\"\\]*) echo 'Quotes, backslashes and control characters are not allowed.' >&2; exit 2 ;;
esac

signature=$(printf '%s' "$IFORTEPAY_HASH_KEY$1$2" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
basic=$(printf '%s' "$IFORTEPAY_MERCHANT_ID:$IFORTEPAY_SECRET_UNBOUND_ID" | openssl base64 -A)
body=$(printf '{"external_id":"%s","order_id":"%s","transaction_id":"%s","payment_method":"BANK_TRANSFER","payment_channel":"%s"}' "$@")

# The headers come by stdin: `ps` shows every argument to everybody. Without --location no redirect is followed.
answer=$(
  curl --silent --show-error --max-time 30 --header @- --data-binary "$body" \
    --write-out '\n%{http_code}' "$IFORTEPAY_BASE_URL/va/cancel" <<HEADERS
Authorization: Basic $basic
Content-Type: application/json
x-req-signature: $signature
x-version: v3
HEADERS
) || { echo 'No answer. It may be cancelled all the same: ask /va/inquiry.' >&2; exit 1; }

status=${answer##*$'\n'}
body=${answer%$'\n'*}
printf 'HTTP %s\n%s\n' "$status" "$body"
[[ $status == 2* ]] # cancelled only if the body says CANCELED, with response_code 00
