import type { NamedAnswer } from './answer.ts';
import { refuse } from './answer.ts';
import { behaviour } from './assumptions.ts';
import { requestSignature, sameText } from './credentials.ts';
import { requestIds } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** Refuses a request whose x-req-signature is missing, or not that of its merchant and ids. */
export function signatureGate(exchange: Exchange): NamedAnswer | undefined {
  const { checks, headers } = exchange;
  const header = headers.get('x-req-signature');
  if (header === null) return checks.signaturePresent ? refuse('missing_signature') : undefined;
  if (!checks.signatureValue) return undefined;
  const anyCase = behaviour.signature_letter_case.value === 'any' || !checks.signatureLowerCase;
  const given = anyCase ? header.toLowerCase() : header;
  return acceptable(exchange).some((right) => sameText(given, right)) ? undefined : refuse('wrong_signature');
}

/** The right signature, alone unless a check is off; then also those with that part left out or another's. */
function acceptable(exchange: Exchange): string[] {
  const { checks, merchant, subMerchant, state } = exchange;
  const ids = requestIds(exchange);
  const known = state.virtualAccounts();
  const keys = state.merchants.flatMap((m) => [
    m.hash_key,
    ...(m.sub_merchants ?? []).map((s) => s.hash_key),
  ]);
  const hashKeys = parts((subMerchant ?? merchant).hash_key, checks.signatureHashKey, keys);
  const externals = parts(
    ids.external_id,
    checks.signatureCoversExternalId,
    known.map((va) => va.external_id),
  );
  const orders = parts(
    ids.order_id,
    checks.signatureCoversOrderId,
    known.map((va) => va.order_id),
  );
  return hashKeys.flatMap((key) =>
    externals.flatMap((external) => orders.map((order) => requestSignature(key, external, order))),
  );
}

function parts(right: string, checked: boolean, others: string[]): string[] {
  return checked ? [right] : [right, '', ...others];
}
