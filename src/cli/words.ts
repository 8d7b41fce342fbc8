import type { VaError } from '../errors.js';
import type { CancelRequest } from '../operations.js';
import { printable } from '../redact.js';
import { beside, spoken, wrap, type Paint } from './result.js';

/** The calls whose outcome is put into words here. */
export type CallName = 'cancel' | 'inquire' | 'confirm';

const COLOURS = { refused: 'red', not_sent: 'yellow', unknown: 'red' } as const;

/** An answer, for people: the verdict, then the facts. */
export function answerWords(name: CallName, answer: object, paint: Paint): string {
  const said = answer as Record<string, unknown>;
  const status = printable(String(said.transaction_status));
  const verdict =
    name === 'inquire'
      ? `the gateway says ${status}.`
      : 'the virtual account is cancelled, the gateway says so.';
  return [
    `${paint('green', 'done')}: ${verdict}`,
    '',
    facts({
      'transaction id': said.transaction_id,
      'external id': said.external_id,
      'order id': said.order_id,
      channel: said.payment_channel,
      status: said.transaction_status,
      'response code': said.response_code,
    }),
  ].join('\n');
}

/** An error, for people: the verdict, what to do next, then the facts. */
export function errorWords(name: CallName, error: VaError, request: CancelRequest, paint: Paint): string {
  const { outcome, code, status, responseCode, responseError, transactionStatus, durationMs, attemptId } =
    error;
  const [, url, words = spoken(error.message)] = /^POST (\S+): ([^]*)$/.exec(spoken(error.message)) ?? [];
  const verdictName = outcome.replace('_', ' ');
  // Coloured after it was wrapped, for escapes have no width.
  // What is to do after an inquiry is not what the client's message says of every call.
  const said = name === 'inquire' ? words.replace(/ Whether it was carried out is unknown;.*$/, '') : words;
  const verdict = wrap(printable(`${verdictName}: ${said}`)).slice(verdictName.length);
  return [
    paint(COLOURS[outcome], verdictName) + verdict,
    '',
    ...nextSteps(name, error, request),
    '',
    facts({
      code,
      'HTTP status': status,
      'response code': responseCode,
      'the reason': responseError,
      'transaction status': transactionStatus,
      URL: url,
      took: durationMs === undefined ? undefined : `${durationMs} ms`,
      'our attempt id': attemptId,
    }),
  ].join('\n');
}

function facts(rows: Record<string, unknown>): string {
  return Object.entries(rows)
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => beside(`  ${label.padEnd(20)}`, printable(String(value))))
    .join('\n');
}

const NEXT: Partial<Record<VaError['code'], string>> = {
  invalid_request: 'Correct what is named above, then run it again.',
  aborted_before_sending: 'It is safe to run it again.',
  invalid_parameter:
    'Read what the gateway says. It may be cancelled, paid or expired already: `ifortepay-va inquire` shows it.',
  not_found: 'Check the three ids, the channel, and whether it is of this environment and merchant.',
  unauthorized: 'Check merchant id, secret and environment: `ifortepay-va doctor`.',
  invalid_signature: 'Check the hash key; for a sub-merchant it is its own: `ifortepay-va doctor`.',
  already_paid: 'It was paid and takes no other payment, so it can no longer be cancelled.',
  already_expired: 'It is expired and can no longer be paid; nothing is left to cancel.',
  still_active:
    'The cancel may still be under way. Wait a moment and ask again; if it stays so, cancel again.',
  paid_not_final: 'If it takes one payment only (CLOSED, not multi-use), say so and ask again.',
};

function nextSteps(name: CallName, error: VaError, request: CancelRequest): string[] {
  if (error.outcome === 'not_sent') {
    return [
      wrap(NEXT[error.code] ?? '`ifortepay-va doctor` shows what is in the way. Running it again is safe.'),
    ];
  }
  if (error.outcome === 'refused') {
    return [wrap(NEXT[error.code] ?? 'Read what the gateway says; `ifortepay-va inquire` shows the state.')];
  }
  if (name === 'inquire') return [wrap('Asking changes nothing, so you may just ask again.')];
  const advice = 'Do not cancel again before you know. This asks the gateway and changes nothing:';
  return [wrap(NEXT[error.code] ?? advice), '', confirmCommand(request, error.code === 'paid_not_final')];
}

/** The command that settles it, as a shell reads it. */
function confirmCommand(request: CancelRequest, singleUse: boolean): string {
  const { external_id, order_id, transaction_id, payment_channel } = request;
  const flags = { 'external-id': external_id, 'order-id': order_id, 'transaction-id': transaction_id };
  const lines = Object.entries({ ...flags, channel: payment_channel }).map(
    ([flag, value]) => `    --${flag} ${quoted(value)}`,
  );
  return [`  ifortepay-va confirm${singleUse ? ' --single-use' : ''}`, ...lines].join(' \\\n');
}

/** A word as a shell reads it. */
export function quoted(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : `'${printable(value).replaceAll("'", `'\\''`)}'`;
}
