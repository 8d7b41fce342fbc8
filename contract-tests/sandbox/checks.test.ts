import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkNames } from './checks.ts';
import type { CheckName, Checks } from './checks.ts';
import { createSandbox } from './app.ts';
import { draftFor, freshVirtualAccount, inventVirtualAccount, post } from './draft.ts';
import type { Received } from './draft.ts';
import { faults } from './faults.ts';
import type { OperationName } from './scripts.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';
import type { Fault } from './spoil.ts';

let sandbox: SandboxServer;
const start = async (checks: Partial<Checks> = {}): Promise<void> => {
  sandbox = await startSandbox({ checks });
};
afterEach(() => sandbox.close());

// Everything that is stored; a look-up by external id would be the sandbox's own.
const memory = (): string => JSON.stringify(sandbox.state.virtualAccounts());

async function attempt(
  operation: OperationName,
  { va: rest, spoil }: Pick<Fault, 'va' | 'spoil'>,
): Promise<Received & { changed: boolean }> {
  const va = operation === 'create' ? inventVirtualAccount(rest) : freshVirtualAccount(sandbox.state, rest);
  const draft = draftFor(va, operation);
  spoil(draft, va);
  const before = memory();
  const received = await post(sandbox.url, draft);
  return { ...received, changed: memory() !== before };
}

const unspoiled = { spoil: () => undefined };
const operations = Object.entries(faults) as [OperationName, Fault[]][];

describe.each(operations)('with every check on, %s', (operation, list) => {
  beforeEach(() => start());

  test.each(list)('refuses $says with $expected', async (fault) => {
    const { status, json, contentType, changed } = await attempt(operation, fault);
    expect([status, json?.['response_code']]).toEqual(fault.expected);
    expect(contentType).toBe('application/json');
    expect(changed).toBe(false);
  });

  test('accepts the same request unspoiled', async () => {
    const { json, changed } = await attempt(operation, unspoiled);
    const transaction_status = operation === 'cancel' ? 'CANCELED' : 'ACTIVE';
    expect(json).toMatchObject({ transaction_status, response_code: '00' });
    expect(changed).toBe(operation !== 'inquiry');
  });
});

// A gateway that takes any signature takes every wrong one: the only check that holds others.
const covers = (off: CheckName, { check }: Fault): boolean =>
  check === off ||
  (off === 'signatureValue' && check.startsWith('signature') && check !== 'signaturePresent');

describe.each(checkNames)('with the check %s off', (off) => {
  beforeEach(() => start({ [off]: false }));

  test.each(operations)('%s lets its own faults through and no other', async (operation, list) => {
    for (const fault of list) {
      const { status, json } = await attempt(operation, fault);
      const expected = covers(off, fault) ? [200, '00'] : fault.expected;
      expect([fault.says, status, json?.['response_code']]).toEqual([fault.says, ...expected]);
    }
  });

  test.each(operations)('%s still accepts what is right', async (operation) => {
    expect((await attempt(operation, unspoiled)).status).toBe(200);
  });
});

describe('the names of checks', () => {
  beforeEach(() => start());

  test('each has a fault that tries it', () => {
    const tried = Object.values(faults).flatMap((list) => list.map(({ check }) => check));
    expect(new Set(tried)).toEqual(new Set(checkNames));
  });

  test('a misspelt one is a TypeError', () => {
    expect(() => createSandbox({ checks: { signatur: false } as never })).toThrow(TypeError);
  });
});
