import {
  mapStrings,
  parseAnswer,
  readBytes,
  TooLarge,
  type AnswerBody,
  type BodyReader,
  type ParsedAnswer,
} from './answer.js';
import type { Deadline } from './deadline.js';
import type { VaError, VaErrorDetails } from './errors.js';
import { judgeFailure } from './failure.js';
import type { Rules } from './operations.js';
import type { AnswerLike, Settings } from './options.js';
import { judgeAnswer } from './outcome.js';
import { retryAfterMs, type Report } from './report.js';

/** A readable answer: done, or with the error that it amounts to. Credentials that it echoes are blotted out. */
export interface Answered {
  status: number;
  /** The `Retry-After` header, if there is one. */
  retryAfter: string | undefined;
  data: AnswerBody;
  error: VaError | undefined;
}

/** A request as it will be sent, checked and signed, and the rules to judge its answer by. */
export interface Prepared {
  url: string;
  init: RequestInit;
  rules: Rules;
}

/** How far an exchange got, for whoever has to say what its failure means. */
interface Progress {
  /** Set right before `fetch` is called: from then on only the runtime can prove "not sent". */
  rules?: Rules;
  response?: AnswerLike;
  reader?: BodyReader | undefined;
}

/**
 * One request and its answer, judged. Rejects with a `VaError` unless the answer is readable.
 *
 * @param preparing may still be under way: before anything is sent, the deadline and an abort mean just that
 */
export async function exchange(
  settings: Settings,
  preparing: Promise<Prepared>,
  deadline: Deadline,
  report: Report,
): Promise<Answered> {
  const progress: Progress = {};
  let answer: ParsedAnswer | undefined;
  try {
    answer = await deadline.within(talk(settings, preparing, deadline, progress));
  } catch (cause) {
    // Not awaited: cancelling a stalled stream may itself stall.
    progress.reader?.cancel().catch(() => {});
    throw failureOf(cause, progress, settings, deadline, report);
  }
  const { rules, response } = progress as Required<Progress>;
  if (isRedirect(response)) throw report.error('redirected', headOf(response));
  return judge(rules, response, answer, report);
}

/** Sends and reads; undefined for a redirect or what is no JSON object. */
async function talk(
  settings: Settings,
  preparing: Promise<Prepared>,
  deadline: Deadline,
  progress: Progress,
): Promise<ParsedAnswer | undefined> {
  const { url, init, rules } = await preparing;
  // Nobody waits any more: it must not be sent now.
  if (deadline.ended) return undefined;
  progress.rules = rules;
  const response = await settings.fetch(url, { ...init, signal: deadline.signal });
  progress.response = response;
  if (deadline.ended || isRedirect(response)) {
    response.body?.cancel().catch(() => {});
    return undefined;
  }
  progress.reader = response.body?.getReader();
  return parseAnswer(progress.reader ? await readBytes(progress.reader) : new Uint8Array());
}

function failureOf(
  cause: unknown,
  { rules, response }: Progress,
  settings: Settings,
  { ended }: Deadline,
  report: Report,
): unknown {
  if (!rules) return ended ? report.error('aborted_before_sending') : cause;
  const beforeAnswer = response ? 'connection_failed' : judgeFailure(cause, settings.provenByText);
  const code = ended ?? (cause instanceof TooLarge ? 'answer_too_large' : beforeAnswer);
  return report.error(code, { cause, ...(response && headOf(response)) });
}

/** Browsers and workerd show a redirect that is not followed as an opaque answer with status 0. */
function isRedirect({ status, type }: AnswerLike): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

function judge(
  rules: Rules,
  response: AnswerLike,
  parsed: ParsedAnswer | undefined,
  report: Report,
): Answered {
  const answer = parsed?.body;
  const { status, headers } = response;
  const verdict = judgeAnswer(rules, report.request!, status, answer);
  const error = verdict === 'done' ? undefined : report.error(verdict, describe(response, answer));
  // A Response can be made of no status above 599, yet one may arrive.
  if (!parsed || status > 599) throw error!;
  const data = report.isClean(parsed.text) ? parsed.body : redactAnswer(parsed.body, report);
  const retryAfter = headers.get('retry-after');
  return { status, retryAfter: retryAfter ? report.redact(retryAfter) : undefined, data, error };
}

/** What is known of an answer before its body. */
function headOf({ status, headers }: AnswerLike): VaErrorDetails {
  return { status, retryAfterMs: retryAfterMs(headers.get('retry-after')) };
}

function describe(response: AnswerLike, answer: AnswerBody | undefined): VaErrorDetails {
  const { response_code: code, response_message: message, transaction_status: state } = answer ?? {};
  return {
    ...headOf(response),
    responseCode: typeof code === 'string' && /^\d{2}$/.test(code) ? code : undefined,
    responseMessage: typeof message === 'string' ? message : undefined,
    transactionStatus: typeof state === 'string' && /^[A-Z_ ]{1,32}$/.test(state) ? state : undefined,
  };
}

// An echo of what was asked, and the words that were judged, stay as they are even if a credential happens to be
// a part of them.
function redactAnswer(answer: AnswerBody, report: Report): AnswerBody {
  const redact = (text: string) => report.redact(text);
  const keep = (name: string, value: unknown) =>
    value === report.request![name] ||
    (name === 'transaction_status' && /^[A-Z_ ]{1,32}$/.test(String(value))) ||
    (name === 'response_code' && /^\d{2}$/.test(String(value)));
  const entries = Object.entries(answer).map(([name, value]) =>
    keep(name, value) ? [name, value] : Object.entries(mapStrings({ [name]: value }, redact))[0]!,
  );
  return Object.fromEntries(entries);
}
