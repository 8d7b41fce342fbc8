<?php
// Cancels a virtual account: php cancel.php EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL
// PHP 8 with openssl, nothing to install.
declare(strict_types=1);

function fail(int $code, string $message): never
{
    fwrite(STDERR, $message . "\n");
    exit($code);
}

function env(string $name): string
{
    return getenv($name) ?: fail(2, "$name is not set");
}

if ($argc !== 5) {
    fail(2, 'usage: cancel.php EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL');
}
[, $externalId, $orderId, $transactionId, $paymentChannel] = $argv;

$signature = hash('sha256', env('IFORTEPAY_HASH_KEY') . $externalId . $orderId);
$basic = base64_encode(env('IFORTEPAY_MERCHANT_ID') . ':' . env('IFORTEPAY_SECRET_UNBOUND_ID'));
$options = [
    'method' => 'POST',
    'header' => [
        "Authorization: Basic $basic",
        'Content-Type: application/json',
        "x-req-signature: $signature",
        'x-version: v3',
    ],
    'content' => json_encode([
        'external_id' => $externalId,
        'order_id' => $orderId,
        'transaction_id' => $transactionId,
        'payment_method' => 'BANK_TRANSFER',
        'payment_channel' => $paymentChannel,
    ], JSON_THROW_ON_ERROR),
    'follow_location' => 0, // a redirect would carry the headers elsewhere
    'ignore_errors' => true, // else the body of every refusal is thrown away
    'timeout' => 30, // seconds, to connect and for each wait; the loop below bounds the rest
];

$deadline = microtime(true) + $options['timeout'];
$stream = @fopen(env('IFORTEPAY_BASE_URL') . '/va/cancel', 'r', false, stream_context_create(['http' => $options]));
if ($stream === false) {
    fail(1, "No answer. It may be cancelled all the same: ask /va/inquiry.\n" . error_get_last()['message']);
}
[$statusLine] = stream_get_meta_data($stream)['wrapper_data'];
$status = (int) explode(' ', $statusLine)[1];
$body = '';
while (!feof($stream) && microtime(true) < $deadline) {
    stream_set_timeout($stream, (int) ceil($deadline - microtime(true)));
    $body .= fread($stream, 8192);
}
echo "HTTP $status\n$body\n";
if (!feof($stream)) {
    fail(1, 'The answer broke off. It may be cancelled all the same: ask /va/inquiry.');
}
exit(intdiv($status, 100) === 2 ? 0 : 1); // cancelled only if the body says CANCELED, with response_code 00
