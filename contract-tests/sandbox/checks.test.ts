import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkNames } from './checks.ts';
import type { CheckName, Checks } from './checks.ts';
import { createSandbox } from './app.ts';
import { draftFor, freshVirtualAccount, post } from './draft.ts';
import type { Received } from './draft.ts';
import { faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';

let sandbox: SandboxServer;
const start = async (checks: Partial<Checks> = {}): Promise<void> => {
  sandbox = await startSandbox({ checks });
};
afterEach(() => sandbox.close());

async function attempt({ va: rest, spoil }: Fault): Promise<Received & { stored: string }> {
  const va = freshVirtualAccount(sandbox.state, rest);
  const draft = draftFor(va);
  spoil(draft, va);
  const received = await post(sandbox.url, draft);
  // A look-up by external id would be the sandbox's own; this is the stored object itself.
  return { ...received, stored: va.transaction_status };
}

describe('with every check on', () => {
  beforeEach(() => start());

  test.each(faults)('refuses $says with $expected', async (fault) => {
    const { status, json, contentType, stored } = await attempt(fault);
    expect([status, json?.['response_code']]).toEqual(fault.expected);
    expect(contentType).toBe('application/json');
    expect(stored).toBe(fault.va?.transaction_status ?? 'ACTIVE');
  });

  test('accepts the same request unspoiled', async () => {
    const va = freshVirtualAccount(sandbox.state);
    expect((await post(sandbox.url, draftFor(va))).json).toMatchObject({ response_code: '00' });
    expect(va.transaction_status).toBe('CANCELED');
  });
});

// A gateway that takes any signature takes every wrong one: the only check that holds others.
const covers = (off: CheckName, { check }: Fault): boolean =>
  check === off ||
  (off === 'signatureValue' && check.startsWith('signature') && check !== 'signaturePresent');

describe.each(checkNames)('with the check %s off', (off) => {
  beforeEach(() => start({ [off]: false }));

  test('lets its own faults through and no other', async () => {
    for (const fault of faults) {
      const { status, json } = await attempt(fault);
      const expected = covers(off, fault) ? [200, '00'] : fault.expected;
      expect([fault.says, status, json?.['response_code']]).toEqual([fault.says, ...expected]);
    }
  });

  test('still accepts what is right', async () => {
    const va = freshVirtualAccount(sandbox.state);
    expect((await post(sandbox.url, draftFor(va))).status).toBe(200);
  });
});

describe('the names of checks', () => {
  beforeEach(() => start());

  test('each has a fault that tries it', () => {
    expect(new Set(faults.map(({ check }) => check))).toEqual(new Set(checkNames));
  });

  test('a misspelt one is a TypeError', () => {
    expect(() => createSandbox({ checks: { signatur: false } as never })).toThrow(TypeError);
  });
});
