/** Each check alone refuses its own rows of the fault and keyword tables, and nothing else does. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { operationsOf, readContract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { runCase } from '../cases/run.ts';
import { openSandboxTarget } from '../cases/sandbox-target.ts';
import type { ContractCase, RawRequest, Target } from '../cases/types.ts';
import { createChecker } from '../checker/checker.ts';
import { checkNames } from './checks.ts';
import type { CheckName, Checks } from './checks.ts';
import { createSandbox, startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';
import { testRequest, freshVirtualAccount, post } from './test-requests.ts';

// Thousands of requests: on a machine with much else to do that takes its time.
vi.setConfig({ testTimeout: 120_000 });

const checker = createChecker();
/** Which character it was that the schema refused makes no difference here. */
const isTelling = ({ id }: ContractCase): boolean => !id.includes('.character.') || id.includes('.dash.');
const rowsOf = (operation: string): ContractCase[] =>
  casesFor(operation).filter((one) => one.check !== undefined && isTelling(one));
const operations = operationsOf(readContract()).map(({ id }): [string, ContractCase[]] => [id, rowsOf(id)]);

let sandbox: SandboxServer;
let target: Target;
let close: () => void;
/** Whether the last request of a case changed anything that is stored. */
let changed = false;
const memory = (): string => JSON.stringify(sandbox.state.virtualAccounts());

async function start(checks: Partial<Checks> = {}): Promise<void> {
  sandbox = await startSandbox({ checks });
  const opened = openSandboxTarget(sandbox);
  close = opened.close;
  const send = async (request: RawRequest) => {
    const before = memory();
    const answer = await opened.target.send(request);
    changed = memory() !== before;
    return answer;
  };
  target = { ...opened.target, send };
}
afterEach(async () => {
  close();
  await sandbox.close();
});

const codeOf = async (one: ContractCase): Promise<string> => {
  const { got } = await runCase(one, target, checker);
  return `${one.id}: ${got?.status} ${got?.responseCode}`;
};
const refusalOf = ({ id, expect: wanted }: ContractCase): string =>
  typeof wanted === 'object' ? `${id}: ${wanted.status} ${wanted.responseCode}` : id;
const taken = ({ id }: ContractCase): string => `${id}: 200 00`;

describe.each(operations)('with every check on, %s', (operation, rows) => {
  beforeEach(() => start());

  test('refuses each row as it is documented, and changes nothing', async () => {
    for (const one of rows) expect([await codeOf(one), changed]).toEqual([refusalOf(one), false]);
  });

  test('takes the same requests without their fault', async () => {
    const plain = casesFor(operation).find(({ id }) => id === 'outcome.success')!;
    expect(await codeOf(plain)).toBe(taken(plain));
    expect(changed).toBe(operation !== 'inquireVirtualAccount');
  });
});

// A gateway that takes any signature takes every wrong one: the only check that holds others.
const covers = (off: CheckName, { check = 'body' }: ContractCase): boolean =>
  check === off ||
  (off === 'signatureValue' && check.startsWith('signature') && check !== 'signaturePresent');
/** Its own rows, and the first of every other check: what else would be let through with it. */
const tried = (off: CheckName, rows: ContractCase[]): ContractCase[] =>
  rows.filter((one, i) => covers(off, one) || rows.findIndex(({ check }) => check === one.check) === i);

describe.each(checkNames)('with the check %s off', (off) => {
  beforeEach(() => start({ [off]: false }));

  test.each(operations)('%s lets its own rows through and no other', async (_, rows) => {
    for (const one of tried(off, rows)) {
      expect(await codeOf(one)).toBe(covers(off, one) ? taken(one) : refusalOf(one));
    }
  });
});

describe('the names of checks', () => {
  beforeEach(() => start());

  test('each is that of a row, but for the one that no right request can try', () => {
    const names = operations.flatMap(([, rows]) => rows.map(({ check }) => check));
    expect(new Set([...names, 'paymentMethod'])).toEqual(new Set(checkNames));
  });

  test('another payment_method than the stored one is refused, and taken without that check', async () => {
    const stored = { payment_method: 'E_WALLET' };
    const postOther = () => {
      const request = testRequest(freshVirtualAccount(sandbox.state, stored));
      return post(sandbox.url, { ...request, body: { ...request.body, payment_method: 'BANK_TRANSFER' } });
    };
    expect(await postOther()).toMatchObject({ status: 404, json: { response_code: '02' } });
    close();
    await sandbox.close();
    await start({ paymentMethod: false });
    expect(await postOther()).toMatchObject({ status: 200, json: { response_code: '00' } });
  });

  test('a misspelt one is a TypeError', () => {
    expect(() => createSandbox({ checks: { signatur: false } as never })).toThrow(TypeError);
  });
});
