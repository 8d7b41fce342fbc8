import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FetchLike } from '../../src/runtime.ts';
import { startMock, type Mock } from '../../contract-tests/mock/prism.ts';
import { operationsOf, readContract } from '../../spec/contract.ts';
import { scenarios, type Scenario } from '../../scripts/scenarios.ts';
import { callers, type OperationId } from '../support/clients.ts';
import { credentials, pageRequest, pageSuccess } from '../support/fixtures.ts';

let mock: Mock;
beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock?.stop());

/** What an answer of the mock means to a client: the contract's 4xx are refusals, its other failures say nothing. */
function meaningOf({ code }: Scenario): string {
  if (code === '200') return 'done';
  return /^4/.test(code!) ? 'refused' : 'unknown';
}

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
    const ending = await run(preferring(prefer!), operationOf(scenario), request.body as object);
    expect(ending.outcome).toBe(meaningOf(scenario));
    if (ending.outcome === 'done') expect(ending.data).toStrictEqual(body);
    else
      expect(ending.error).toMatchObject({
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
  expect(new Set(preferred.map(meaningOf))).toEqual(new Set(['done', 'refused', 'unknown']));
});

it('every operation is tried', () => {
  const ids = operationsOf(readContract()).map(({ id }) => id);
  expect(new Set(preferred.map(operationOf))).toEqual(new Set(ids));
});
