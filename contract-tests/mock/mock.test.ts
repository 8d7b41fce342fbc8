import { noCurl } from '../shared/curl.ts';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlined, readContract } from '../../spec/contract.ts';
import { scenarios } from '../../scripts/scenarios.ts';
import type { MockRequest, Scenario } from '../../scripts/scenarios.ts';
import { withTable, scenarioTable } from './table.ts';
import type { Listening } from '../shared/http-server.ts';
import { startFront } from './front.ts';
import { startMock, type Mock } from './prism.ts';

const list = scenarios();
const valid = list.find(({ name }) => name === 'valid request')!.request;
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

function send({ method, path, headers, body }: MockRequest, rawBody?: string): Promise<Response> {
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const signal = AbortSignal.timeout(2_000);
  return fetch(mock.url + path, { method, headers, body: text, signal });
}

function expectAnswer({ status, mediaType, body }: Scenario, answer: Answer) {
  expect(answer.status).toBe(status);
  expect(answer.mediaType).toBe(mediaType);
  if (mediaType === 'application/json') expect(answer.body).toStrictEqual(body);
  else expect(answer.body).toMatchObject(body);
}

interface Answer {
  status: number;
  mediaType: string | null;
  body: unknown;
}

describe('the mock', () => {
  it.each(list.filter(({ name }) => name !== 'example mistyped'))(
    'answers $status: $name',
    async (scenario) => {
      const response = await send(scenario.request);
      const mediaType = response.headers.get('content-type');
      expectAnswer(scenario, { status: response.status, mediaType, body: await response.json() });
    },
  );

  it('reaches every example that the contract documents for an answer', () => {
    const reached = list.filter(({ prefer, example }) => prefer !== undefined && example !== undefined);
    const documented = documentedExamples(inlined(readContract(), '/paths'));
    expect(documented.length).toBeGreaterThan(0);
    expect(reached.map(({ code, example }) => `${code} ${example}`).sort()).toEqual(documented.sort());
  });

  it('answers 500 to an example that is mistyped, which is why make mock answers by itself', async () => {
    const { request } = list.find(({ name }) => name === 'example mistyped')!;
    const response = await send(request);
    expect([response.status, await response.json()]).toMatchObject([500, { title: expect.any(String) }]);
  });

  it('takes any status that the contract does not list for its default response', async () => {
    const headers = { ...valid.headers, Prefer: 'code=418, example=any_other_failure' };
    const response = await send({ ...valid, headers });
    expect(response.status).toBe(418);
    expect(await response.json()).toHaveProperty('response_code', '98');
  });

  it('never answers a body that is not JSON, which is why docs/mock.md warns of it', async () => {
    const outcome = await send(valid, '{bad').then(
      ({ status }) => `answered ${status}`,
      (error: Error) => error.name,
    );
    const hint =
      'Prism answers bodies that are not JSON now: remove the warning from docs/mock.md and main.ts';
    expect(outcome, hint).toBe('TimeoutError');
    expect((await send(valid)).status, 'the mock itself must still be up').toBe(200);
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

describe('CORS', () => {
  const origin = 'http://frontend.example:5173';
  const asked = ['authorization', 'content-type', 'prefer', 'x-req-signature', 'x-version'];

  it('lets another origin send the headers of the contract and Prefer', async () => {
    const headers = {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': asked.join(','),
    };
    const preflight = await send({ method: 'OPTIONS', path: valid.path, headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = preflight.headers
      .get('access-control-allow-headers')
      ?.toLowerCase()
      .split(/\s*,\s*/);
    expect(allowed).toEqual(expect.arrayContaining(asked));
  });

  it('lets another origin read the answer', async () => {
    const response = await send({ ...valid, headers: { ...valid.headers, Origin: origin } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('the scenario table', () => {
  const lines = scenarioTable()
    .split('\n')
    .filter((line) => line.startsWith('curl '));

  it('holds a curl line for each scenario', () => {
    expect(lines).toHaveLength(list.length);
  });

  it.for(list.map((scenario, i) => ({ ...scenario, line: lines[i]! })))(
    'has a curl line that brings $status: $name',
    async ({ line, ...scenario }, { skip }) => {
      skip(noCurl !== undefined, noCurl);
      const env = { ...process.env, MOCK: front.url };
      const { stdout } = await promisify(execFile)('sh', ['-c', line], { env });
      const answer = parseCurl(stdout);
      expectAnswer(withoutWords(scenario), withoutWords(answer));
    },
  );

  it('stands in docs/mock.md as it is written today', () => {
    const text = readFileSync(new URL('../../docs/mock.md', import.meta.url), 'utf8');
    const hint = 'run: node contract-tests/mock/write-table.ts';
    expect(text === withTable(text, 'docs/mock.md'), hint).toBe(true);
  });
});

/** Of a 400 `make mock` says what was really wrong (front.test.ts). */
function withoutWords<T extends { status: number; body: any }>(answer: T): T {
  return answer.status === 400 ? { ...answer, body: { ...answer.body, error: '' } } : answer;
}

/** What `curl -i` prints: status line, headers, an empty line, the body. */
function parseCurl(text: string): Answer {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  const mediaType = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? null;
  return { status, mediaType, body: JSON.parse(body) };
}
