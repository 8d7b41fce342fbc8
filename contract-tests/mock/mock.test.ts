/** `make mock`, over the real Prism: what it answers, what stands before Prism and why, and the lines that docs/mock.md shows. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlined, readContract } from '../../spec/contract.ts';
import { scenarios } from '../../scripts/scenarios.ts';
import type { MockRequest, Scenario } from '../../scripts/scenarios.ts';
import { noCurl } from '../shared/curl.ts';
import type { Listening } from '../shared/http-server.ts';
import { startFront } from './front.ts';
import { startMock, type Mock } from './prism.ts';
import { withTable, scenarioTable } from './table.ts';

const list = scenarios();
const named = (name: string): Scenario => list.find((one) => one.name === name)!;
const valid = named('valid request').request;
const withHeaders = (changes: Record<string, string>): MockRequest => ({
  ...valid,
  headers: { ...valid.headers, ...changes },
});

let mock: Mock;
let front: Listening;
beforeAll(async () => {
  mock = await startMock();
  front = await startFront({ mockUrl: mock.url });
});
afterAll(async () => {
  await front?.close();
  await mock?.stop();
});

interface Answer {
  status: number;
  mediaType: string | null;
  body: any;
}

function send({ method, path, headers, body }: MockRequest, base: string, timeoutMs: number) {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(base + path, { method, headers, body: text, signal: AbortSignal.timeout(timeoutMs) });
}

/** What `make mock` answers, or Prism alone at `base`. */
async function ask(request: MockRequest, base = front.url): Promise<Answer> {
  const response = await send(request, base, 8_000);
  const mediaType = response.headers.get('content-type');
  return { status: response.status, mediaType, body: await response.json() };
}

/** Of a 400 `make mock` says what was really wrong. */
function withoutWords<T extends { status: number; body: any }>(answer: T): T {
  return answer.status === 400 ? { ...answer, body: { ...answer.body, error: '' } } : answer;
}

function expectAnswer(scenario: Scenario, given: Answer) {
  const [{ status, mediaType, body }, answer] = [withoutWords(scenario), withoutWords(given)];
  expect(answer).toMatchObject({ status, mediaType });
  if (mediaType === 'application/json') expect(answer.body).toStrictEqual(body);
  else expect(answer.body).toMatchObject(body);
}

describe('the scenarios', () => {
  const lines = scenarioTable()
    .split('\n')
    .filter((line) => line.startsWith('curl '));

  it.each(list)('are answered, $status: $name', async (scenario) => {
    expectAnswer(scenario, await ask(scenario.request));
  });

  it('reach every example that the contract documents for an answer', () => {
    const reached = list.filter(({ prefer, example }) => prefer !== undefined && example !== undefined);
    const documented = documentedExamples(inlined(readContract(), '/paths'));
    expect(documented.length).toBeGreaterThan(0);
    expect(reached.map(({ code, example }) => `${code} ${example}`).sort()).toEqual(documented.sort());
  });

  it('have a curl line each', () => {
    expect(lines).toHaveLength(list.length);
  });

  it.for(list.map((scenario, i) => ({ ...scenario, line: lines[i]! })))(
    'have a curl line that brings $status: $name',
    async ({ line, ...scenario }, { skip }) => {
      skip(noCurl !== undefined, noCurl);
      const env = { ...process.env, MOCK: front.url };
      const { stdout } = await promisify(execFile)('sh', ['-c', line], { env });
      expectAnswer(scenario, parseCurl(stdout));
    },
  );

  it('stand in docs/mock.md as they are today', () => {
    const text = readFileSync(new URL('../../docs/mock.md', import.meta.url), 'utf8');
    expect(text === withTable(text, 'docs/mock.md'), 'run: node contract-tests/mock/table.ts').toBe(true);
  });

  it('replace what stands between the markers, and nothing else', () => {
    const old = 'before\n<!-- scenarios:start -->\nold\n<!-- scenarios:end -->\nafter\n';
    expect(withTable(old, 'a.md')).toMatch(
      /^before\n<!-- scenarios:start -->\n\n\| Scenario[^]*```\n\n<!-- scenarios:end -->\nafter\n$/,
    );
    expect(() => withTable('# no markers\n', 'a.md')).toThrow('a.md lacks the markers');
  });
});

/** Written apart from scenarios.ts: every `code example` under any media type, named or not, in document order. */
function documentedExamples(node: any, code?: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries<any>(node).flatMap(([key, child]) => {
    if (code === undefined && key === 'responses') {
      return Object.entries(child).flatMap(([status, it]) => documentedExamples(it, status));
    }
    // A callback's answers are the merchant's to give, not the mock's.
    if (key === 'schema' || key === 'callbacks') return [];
    if (code !== undefined && key === 'examples') return Object.keys(child).map((name) => `${code} ${name}`);
    if (code !== undefined && key === 'example') return [`${code} (without a name)`];
    return documentedExamples(child, code);
  });
}

/** What `curl -i` prints: status line, headers, an empty line, the body. */
function parseCurl(text: string): Answer {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  const mediaType = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? null;
  return { status, mediaType, body: JSON.parse(body) };
}

describe('Prism alone, which is why something stands before it,', () => {
  it('answers 500 to an example that is mistyped', async () => {
    const { status, body } = await ask(named('example mistyped').request, mock.url);
    expect([status, body]).toMatchObject([500, { title: expect.any(String) }]);
  });

  it('never answers a body that is not JSON', async () => {
    const outcome = await send({ ...valid, body: '{bad' }, mock.url, 2_000).then(
      ({ status }) => `answered ${status}`,
      (error: Error) => error.name,
    );
    expect(outcome, 'Prism answers bodies that are not JSON now: front.ts need not').toBe('TimeoutError');
    expect((await ask(valid, mock.url)).status, 'Prism itself must still be up').toBe(200);
  });
});

describe('a 400', () => {
  const { external_id: _, ...incomplete } = valid.body as Record<string, string>;
  const having = (members: object): MockRequest => ({
    ...valid,
    body: { ...(valid.body as object), ...members },
  });

  it.each<[string, MockRequest, RegExp]>([
    ['a member missing', { ...valid, body: incomplete }, /required property 'external_id'/],
    ['another type', having({ order_id: 7 }), /^order_id must be string$/],
    ['characters', having({ order_id: 'a b' }), /^order_id must match/],
    ['a length', having({ external_id: 'x'.repeat(65) }), /external_id must NOT have more than 64/],
    ['a member too many', having({ amount: 1 }), /must NOT have additional properties/],
    ['another version', withHeaders({ 'x-version': 'v2' }), /^x-version must be equal to .* values: v3$/],
    ['no JSON', { ...valid, body: '{bad' }, /^the body is not JSON$/],
  ])('says what was really wrong: %s', async (_what, request, words) => {
    const { status, body } = await ask(request);
    expect([status, body.response_code]).toEqual([400, '01']);
    expect(body.error).toMatch(words);
  });

  it('that was asked for is the example of the contract', async () => {
    const { example, body } = named('cancelVirtualAccount 400 invalid_parameter');
    expect((await ask(withHeaders({ Prefer: `code=400, example=${example}` }))).body).toEqual(body);
  });
});

describe('a wish', () => {
  it.each([
    ['code=401;example=wrong_signature', 401, '99'],
    ['code=401; example="wrong_signature"', 401, '99'],
    ['example=wrong_signature,code=401', 401, '99'],
    // Any status that the contract does not list is its default.
    ['code=418, example=any_other_failure', 418, '98'],
  ])('is met however it is written: %s', async (Prefer, status, response_code) => {
    expect(await ask(withHeaders({ Prefer }))).toMatchObject({ status, body: { response_code } });
  });

  it.each([
    'code=401, example=wrong_signatur',
    'code=401;example=not_found',
    'example=wrong_signature',
    'code=418, example=canceled',
  ])('that cannot be met is answered with what there is: %s', async (Prefer) => {
    const { status, mediaType, body } = await ask(withHeaders({ Prefer }));
    expect([status, mediaType]).toEqual([422, 'application/problem+json']);
    expect(body.detail).toContain('code=401, example=wrong_signature');
  });

  it('may be to wait', async () => {
    const start = performance.now();
    expect((await ask(withHeaders({ Prefer: 'wait=0.3, code=503' }))).status).toBe(503);
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });
});

it('makes every answer slow if it is started so', async () => {
  const slow = await startFront({ mockUrl: mock.url, delayMs: 300 });
  const start = performance.now();
  expect((await ask(valid, slow.url).finally(slow.close)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(290);
});

it('lets a page of another origin send the headers of the contract and Prefer, and read, also what is its own', async () => {
  const origin = 'http://localhost:5173';
  const headers = ['authorization', 'content-type', 'prefer', 'x-req-signature', 'x-version'];
  const asks = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': headers.join(),
  };
  const granted = await fetch(front.url + valid.path, { method: 'OPTIONS', headers: asks });
  expect(granted.status).toBe(204);
  expect(granted.headers.get('access-control-allow-origin')).toBe(origin);
  expect(granted.headers.get('access-control-allow-methods')).toContain('POST');
  const allowed = granted.headers.get('access-control-allow-headers')!.toLowerCase();
  expect(allowed.split(/\s*,\s*/)).toEqual(expect.arrayContaining(headers));
  for (const Prefer of ['code=401', 'code=401, example=x']) {
    const response = await send(withHeaders({ origin, Prefer }), front.url, 8_000);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  }
});
