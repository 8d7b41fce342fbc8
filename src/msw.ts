/** The contract's scenarios as handlers for MSW, for tests and for pages that run without a server. */
import { delay, http, HttpResponse, type HttpHandler } from 'msw';
import { mockOperations, scenarioNames, type Answer, type MockOperation } from '../generated/mock.js';

export { scenarioNames };

/** `operation status example`, as in the contract: `cancelVirtualAccount 401 wrong_signature`. */
export type ScenarioName = (typeof scenarioNames)[number];

/** What the handlers listen for, and how fast they answer. */
export interface MockOptions {
  /** What stands before the operations' paths. Any host and any path before them by default. */
  baseUrl?: string | undefined;
  /** Milliseconds to wait before each answer. Default 0; the Prism mock knows no such thing. */
  delayMs?: number | undefined;
}

/**
 * A handler for each operation, which answers as the Prism mock (`make mock`) does on the same contract: the first
 * example of 200, or what the `Prefer` header asks for (`code=401, example=wrong_signature`); 401 without
 * an authorization or a signature; 400 for another `x-version`, another media type or a body that lacks a member.
 * Only with `baseUrl` are other paths (404) and methods (405) answered too: they may be another mock's.
 *
 * Unlike Prism it looks no closer at the body or at the Basic value, and answers a body that is not JSON (400),
 * on which Prism hangs. It knows no CORS, for the browser asks nobody. Like Prism it checks no secret and answers
 * the same ids whatever was asked.
 */
export function handlers({ baseUrl, delayMs }: MockOptions = {}): HttpHandler[] {
  const operations = Object.values(mockOperations);
  const known = operations.map((operation) =>
    http.post((baseUrl ?? '*') + operation.path, async ({ request }) => {
      await wait(delayMs);
      return answerTo(request, operation);
    }),
  );
  if (baseUrl === undefined) return known;
  const others = operations.map(({ path }) =>
    http.all(baseUrl + path, () => problem(405, 'NO_METHOD_MATCHED_ERROR')),
  );
  return [...known, ...others, http.all(`${baseUrl}/*`, () => problem(404, 'NO_PATH_MATCHED_ERROR'))];
}

/**
 * A handler that gives one scenario to its operation whatever the request holds, for `server.use(…)` in a test;
 * with `once` only to the next request.
 *
 * @throws TypeError if there is no such scenario
 */
export function scenario(
  name: ScenarioName,
  { baseUrl = '*', delayMs, once }: MockOptions & { once?: boolean | undefined } = {},
): HttpHandler {
  if (!scenarioNames.includes(name)) throw new TypeError(`${name} is no scenario; see scenarioNames`);
  const [id, code, example] = name.split(' ') as [string, string, string];
  const { path, answers } = mockOperations[id]!;
  const body = answerOf(answers, code)[example]!;
  const answer = async () => {
    await wait(delayMs);
    return HttpResponse.json(body, { status: Number(code) });
  };
  return http.post(baseUrl + path, answer, { once: once ?? false });
}

async function wait(delayMs = 0): Promise<void> {
  if (delayMs > 0) await delay(delayMs);
}

function answerOf(answers: Record<string, Answer>, code: string): Answer {
  return answers[code] ?? answers.default!;
}

async function answerTo(request: Request, { answers, ...rules }: MockOperation): Promise<Response> {
  const code = preference(request, 'code');
  const example = preference(request, 'example');
  if (code && !/^\d{3}$/.test(code)) return problem(422, 'UNPROCESSABLE_ENTITY');
  const broken = await firstBroken(request, rules);
  // A broken request gets its own answer: of what it prefers, only an example of that one counts.
  const asked = broken ?? code ?? '200';
  const name = broken && broken !== code ? undefined : example;
  for (const status of broken ? [asked] : [asked, '200']) {
    const answer = answerOf(answers, status);
    const body = answer[name ?? Object.keys(answer)[0]!];
    if (body) return HttpResponse.json(body, { status: Number(status) });
  }
  return broken || !code ? problem(404, 'NOT_FOUND') : problem(500, 'UNKNOWN');
}

function preference({ headers }: Request, name: string): string | undefined {
  const pattern = new RegExp(`(?:^|,)\\s*${name}\\s*=\\s*"?([^",;\\s]+)`, 'i');
  return pattern.exec(headers.get('prefer') ?? '')?.[1];
}

type Rules = Omit<MockOperation, 'answers'>;

async function firstBroken(request: Request, rules: Rules): Promise<string | undefined> {
  const header = (name: string) => request.headers.get(name) ?? '';
  const basic = /^basic \S/i.test(header('authorization'));
  if (!basic || rules.security.some((name) => !header(name))) return '401';
  const wrong = Object.entries(rules.headers).some(([name, value]) => header(name) !== value);
  if (wrong || !header('content-type').startsWith('application/json')) return '400';
  const body = await request.json().catch(() => undefined);
  return rules.members.every((member) => Object.hasOwn(Object(body), member)) ? undefined : '400';
}

/** What Prism answers by itself, as far as its answer may be relied on. */
function problem(status: number, name: string): Response {
  const body = { type: `https://stoplight.io/prism/errors#${name}`, title: `The mock's own answer`, status };
  return HttpResponse.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}
