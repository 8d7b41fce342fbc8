import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FetchLike } from '../../src/runtime.ts';
import { startMock, type Mock } from '../../contract-tests/mock/prism.ts';
import { scenarios } from '../../scripts/scenarios.ts';
import { callers, type OperationId } from '../support/clients.ts';
import { credentials, pageRequest, pageSuccess } from '../support/fixtures.ts';

let mock: Mock;
beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock?.stop());

/** What each answer of the mock means to a client, by HTTP status and response code. */
const MEANING: Record<string, [outcome: string, code?: string]> = {
  '200 00': ['done'],
  '400 01': ['refused', 'invalid_parameter'],
  '401 04': ['refused', 'unauthorized'],
  '401 99': ['refused', 'invalid_signature'],
  '404 02': ['refused', 'not_found'],
  '500 98': ['unknown', 'gateway_failed'],
  '500 99': ['unknown', 'gateway_failed'],
  '503 03': ['unknown', 'gateway_failed'],
  '429 98': ['unknown', 'gateway_failed'],
};

// The clients make a request of their own, so only what `Prefer` brings can be asked for.
const preferred = scenarios().filter(({ prefer, code }) => prefer !== undefined && code !== undefined);

/** The global fetch with `Prefer` added. */
const preferring =
  (prefer: string): FetchLike =>
  (url, init) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), prefer } });

/** The operation that a scenario is of, which its name begins with. */
const operationOf = ({ name }: { name: string }) => name.split(' ')[0] as OperationId;

describe.each(callers)('%s against the mock', (_, call) => {
  const run = (
    fetch?: FetchLike,
    operation: OperationId = 'cancelVirtualAccount',
    request: object = pageRequest,
  ) => call(operation, { ...credentials, baseUrl: mock.url, timeoutMs: 10_000, fetch }, request);

  it.each(preferred)('understands $name', async (scenario) => {
    const { prefer, status, body, request } = scenario;
    const [outcome, code] = MEANING[`${status} ${body.response_code}`] ?? ['not in the table'];
    const ending = await run(preferring(prefer!), operationOf(scenario), request.body as object);
    expect(ending.outcome).toBe(outcome);
    if (outcome === 'done') expect(ending.data).toStrictEqual(body);
    else
      expect(ending.error).toMatchObject({
        code,
        status,
        responseCode: body.response_code,
        responseMessage: body.response_message,
      });
  });

  it("is done without Prefer, for the mock answers the page's ids", async () => {
    expect(await run()).toMatchObject({ outcome: 'done', data: pageSuccess });
  });

  it('is unknown for an example that there is not', async () => {
    const ending = await run(preferring('code=401, example=wrong_signatur'));
    expect(ending).toMatchObject({ outcome: 'unknown', error: { code: 'gateway_failed', status: 500 } });
  });
});

it('every meaning is tried', () => {
  const tried = preferred.map(({ status, body }) => `${status} ${body.response_code}`);
  expect(new Set(tried)).toEqual(new Set(Object.keys(MEANING)));
});

it('every operation is tried', () => {
  const operations: OperationId[] = ['cancelVirtualAccount', 'inquireVirtualAccount', 'createVirtualAccount'];
  expect(new Set(preferred.map(operationOf))).toEqual(new Set(operations));
});
