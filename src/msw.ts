/** The contract's scenarios as handlers for MSW, for tests and for pages that run without a server. */
import { delay, http, HttpResponse, type HttpHandler } from 'msw';
import { mockOperations, scenarioNames, type Answer, type MockOperation } from '../generated/mock.js';

export { scenarioNames };

/** `operation status example`, as in the contract: `cancelVirtualAccount 401 wrong_signature`. */
export type ScenarioName = (typeof scenarioNames)[number];

/** What the handlers listen for, and how fast they answer. */
export interface MockOptions {
  /**
   * What stands before the operations' paths, written as for the client (or `/a/path` of the page). Any host and any
   * path before them by default.
   */
  baseUrl?: string | undefined;
  /** Milliseconds to wait before each answer. Default 0. */
  delayMs?: number | undefined;
}

/**
 * A handler for each operation, which answers as `make mock` does on the same contract: the first
 * example of 200, or what the `Prefer` header asks for (`code=401, example=wrong_signature`; 422 if there is no such);
 * 401 without an authorization or a signature; 400 for another `x-version`, another media type, a body that is not JSON
 * or lacks a member, and in its `error` what was wrong.
 * Only with `baseUrl` are other paths (404) and methods (405) answered too: they may be another mock's.
 *
 * Unlike that mock it looks no closer at the body or at the Basic value. Preflights (CORS) are granted to any origin, which
 * jsdom's and happy-dom's requests need. Like it, it checks no secret and answers the same ids whatever was asked.
 *
 * What it does not match goes to the real host unless MSW is told otherwise: `listen({ onUnhandledFrame: 'error' })`, in
 * MSW 2 `onUnhandledRequest`.
 *
 * @throws TypeError if `baseUrl` is none
 * @example
 * ```ts
 * import { setupServer } from 'msw/node';
 * import { handlers } from 'ifortepay-va/msw';
 *
 * const server = setupServer(...handlers());
 * ```
 */
export function handlers({ baseUrl, delayMs }: MockOptions = {}): HttpHandler[] {
  const operations = Object.values(mockOperations);
  const base = baseOf(baseUrl);
  const known = operations.flatMap((operation) => [
    preflight(base + operation.path),
    http.post(base + operation.path, async ({ request }) => {
      await wait(delayMs);
      return open(request, await answerTo(request, operation));
    }),
  ]);
  if (base === ANYWHERE) return known;
  const others = operations.map(({ path }) =>
    http.all(base + path, ({ request }) => open(request, problem(405, 'NO_METHOD_MATCHED_ERROR'))),
  );
  const elsewhere = http.all(`${base}/*`, ({ request }) =>
    open(request, problem(404, 'NO_PATH_MATCHED_ERROR')),
  );
  return [...known, ...others, elsewhere];
}

/**
 * A handler that gives one scenario to its operation whatever the request holds, for `server.use(…)` in a test;
 * with `once` only to the next request.
 *
 * @throws TypeError if there is no such scenario, or `baseUrl` is none
 * @example
 * ```ts
 * import { setupServer } from 'msw/node';
 * import { handlers, scenario } from 'ifortepay-va/msw';
 *
 * const server = setupServer(...handlers());
 * server.use(scenario('cancelVirtualAccount 401 wrong_signature', { once: true }));
 * ```
 */
export function scenario(
  name: ScenarioName,
  { baseUrl, delayMs, once }: MockOptions & { once?: boolean | undefined } = {},
): HttpHandler {
  if (!scenarioNames.includes(name)) throw new TypeError(`${name} is no scenario; see scenarioNames`);
  const [id, code, example] = name.split(' ') as [string, string, string];
  const { path, answers } = mockOperations[id]!;
  const body = answerOf(answers, code)[example]!;
  const answer = async ({ request }: { request: Request }) => {
    await wait(delayMs);
    return open(request, HttpResponse.json(body, { status: Number(code) }));
  };
  return http.post(baseOf(baseUrl) + path, answer, { once: once ?? false });
}

const ANYWHERE = '*';

/** As the client reads the same URL: a slash at its end, a default port or capitals in the host change nothing. */
function baseOf(baseUrl: string | undefined): string {
  if (baseUrl === undefined || baseUrl === ANYWHERE) return ANYWHERE;
  const isPath = typeof baseUrl === 'string' && /^\/(?!\/)/.test(baseUrl);
  if (!isPath && !/^https?:\/\/[^/]/i.test(baseUrl)) {
    throw new TypeError('baseUrl must be an absolute URL such as https://api-stage.ifortepay.id, or a path');
  }
  const base = (isPath ? baseUrl : new URL(baseUrl).href).replace(/\/+$/, '');
  const paths = Object.values(mockOperations).map(({ path }) => path);
  const whole = paths.find((path) => path !== '/va' && base.endsWith(path));
  if (whole) throw new TypeError(`baseUrl must end before ${whole}, which is added to it`);
  return base;
}

function preflight(url: string): HttpHandler {
  return http.options(url, ({ request }) => {
    const wanted = request.headers.get('access-control-request-headers');
    const headers = { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': wanted ?? '*' };
    return open(request, new HttpResponse(null, { status: 204, headers }));
  });
}

/** The answer, open to the page that asks. */
function open(request: Request, answer: Response): Response {
  answer.headers.set('access-control-allow-origin', request.headers.get('origin') ?? '*');
  answer.headers.set('access-control-allow-credentials', 'true');
  answer.headers.set('access-control-expose-headers', '*');
  return answer;
}

async function wait(delayMs = 0): Promise<void> {
  if (delayMs > 0) await delay(delayMs);
}

function answerOf(answers: Record<string, Answer>, code: string): Answer {
  return answers[code] ?? answers.default!;
}

async function answerTo(request: Request, operation: MockOperation): Promise<Response> {
  const { answers, ...rules } = operation;
  const code = preference(request, 'code');
  const example = preference(request, 'example');
  if (code && !/^\d{3}$/.test(code)) return problem(422, 'UNPROCESSABLE_ENTITY');
  if (example && !answerOf(answers, code ?? '200')[example]) {
    return problem(422, 'NO_SUCH_EXAMPLE', `There is no ${example} there. There are: ${wishes(answers)}`);
  }
  const { broken, words } = await firstBroken(request, rules);
  // A broken request gets its own answer: of what it prefers, only an example of that one counts.
  const asked = broken ?? code ?? '200';
  const name = broken && broken !== code ? undefined : example;
  const answer = answerOf(answers, asked);
  const body = answer[name ?? Object.keys(answer)[0]!]!;
  return HttpResponse.json(said(body, words), { status: Number(asked) });
}

/** Every answer as the wish that brings it. */
function wishes(answers: Record<string, Answer>): string {
  const all = Object.entries(answers).flatMap(([code, answer]) =>
    Object.keys(answer).map((example) => `code=${code === 'default' ? '429' : code}, example=${example}`),
  );
  return all.join('; ');
}

function preference({ headers }: Request, name: string): string | undefined {
  const pattern = new RegExp(`(?:^|[,;])\\s*${name}\\s*=\\s*"?([^",;\\s]+)`, 'i');
  return pattern.exec(headers.get('prefer') ?? '')?.[1];
}

type Rules = Omit<MockOperation, 'answers'>;

/** What is wrong with a request: the status that it brings, and for a 400 the words. */
interface Broken {
  broken?: string;
  words?: string;
}

async function firstBroken(request: Request, rules: Rules): Promise<Broken> {
  const header = (name: string) => request.headers.get(name) ?? '';
  const basic = /^basic \S/i.test(header('authorization'));
  if (!basic || rules.security.some((name) => !header(name))) return { broken: '401' };
  const wrong = Object.entries(rules.headers).find(([name, value]) => header(name) !== value);
  if (wrong) return { broken: '400', words: `${wrong[0]} must be ${wrong[1]}` };
  if (!header('content-type').startsWith('application/json')) {
    return { broken: '400', words: 'content-type must be application/json' };
  }
  const body = await request.json().catch(() => undefined);
  if (body === undefined) return { broken: '400', words: 'the body is not JSON' };
  const missing = rules.members.filter((member) => !Object.hasOwn(Object(body), member));
  return missing.length > 0 ? { broken: '400', words: `${missing.join(', ')} missing` } : {};
}

/** The example with what was really wrong, where it tells such a thing. */
const said = (body: object, words: string | undefined) =>
  words !== undefined && 'error' in body ? { ...body, error: words } : body;

/** What the mock answers by itself, as far as its answer may be relied on. */
function problem(status: number, name: string, detail?: string): Response {
  const type = `https://stoplight.io/prism/errors#${name}`;
  const body = { type, title: `The mock's own answer`, status, detail };
  return HttpResponse.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}
