import { mapStrings, parseAnswer, readBody, TooLarge, type AnswerBody } from './answer.js';
import type { Deadline } from './deadline.js';
import type { VaError, VaErrorDetails } from './errors.js';
import { judgeFailure } from './failure.js';
import type { Rules } from './operations.js';
import type { Settings } from './options.js';
import { judgeAnswer } from './outcome.js';
import { retryAfterMs, type Report } from './report.js';

/** A readable answer: done, or with the error that it amounts to. Credentials that it echoes are blotted out. */
export interface Answered {
  response: Response;
  data: AnswerBody;
  error: VaError | undefined;
}

/** A request as it will be sent, checked and signed, and the rules to judge its answer by. */
export interface Prepared {
  url: string;
  init: RequestInit;
  rules: Rules;
}

/** One request and its answer, judged. Rejects with a `VaError` unless the answer is readable. */
export async function exchange(
  settings: Settings,
  { url, init, rules }: Prepared,
  deadline: Deadline,
  report: Report,
): Promise<Answered> {
  const { response, answer } = await receive(settings, url, init, deadline, report);
  return judge(rules, response, answer, report);
}

/** Calls fetch, once, and reads the whole body. After this call began, only the runtime can prove "not sent". */
async function receive(
  settings: Settings,
  url: string,
  request: RequestInit,
  deadline: Deadline,
  report: Report,
) {
  let response: Response | undefined;
  try {
    const init: RequestInit = { ...request, redirect: 'manual', signal: deadline.signal };
    response = await deadline.within(settings.fetch(url, init));
    if (isRedirect(response)) response.body?.cancel().catch(() => {});
    else return { response, answer: parseAnswer(await readBody(response, deadline)) };
  } catch (cause) {
    const beforeAnswer = response ? 'connection_failed' : judgeFailure(cause, settings.provenByText);
    const code = deadline.ended ?? (cause instanceof TooLarge ? 'answer_too_large' : beforeAnswer);
    throw report.error(code, { cause, ...(response && headOf(response)) });
  }
  throw report.error('redirected', headOf(response));
}

/** Browsers and workerd show a redirect that is not followed as an opaque answer with status 0. */
function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

function judge(rules: Rules, response: Response, answer: AnswerBody | undefined, report: Report): Answered {
  const { status, headers } = response;
  const verdict = judgeAnswer(rules, report.request!, status, answer);
  const error = verdict === 'done' ? undefined : report.error(verdict, describe(response, answer));
  // A Response can be made of no status above 599, yet one may arrive.
  if (!answer || status > 599) throw error!;
  const data = redactAnswer(answer, report);
  const retryAfter = headers.get('retry-after');
  const kept = {
    'content-type': 'application/json',
    ...(retryAfter && { 'retry-after': report.redact(retryAfter) }),
  };
  return { response: new Response(JSON.stringify(data), { status, headers: kept }), data, error };
}

/** What is known of an answer before its body. */
function headOf({ status, headers }: Response): VaErrorDetails {
  return { status, retryAfterMs: retryAfterMs(headers.get('retry-after')) };
}

function describe(response: Response, answer: AnswerBody | undefined): VaErrorDetails {
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
  const keep = (name: string, value: unknown) =>
    value === report.request![name] ||
    (name === 'transaction_status' && /^[A-Z_ ]{1,32}$/.test(String(value))) ||
    (name === 'response_code' && /^\d{2}$/.test(String(value)));
  const entries = Object.entries(answer).map(([name, value]) =>
    keep(name, value) ? [name, value] : Object.entries(mapStrings({ [name]: value }, report.redact))[0]!,
  );
  return Object.fromEntries(entries);
}
