import { expect, test } from 'vitest';
import { createChecker } from './checker.ts';
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { assertLooks } from './looks.ts';

const contract = readContract();
const checker = createChecker(contract);

/** The contract with a schema of that name that asks for nothing. One taken out altogether does not start. */
function without(name: string): Contract {
  const copy = structuredClone(contract) as { components: { schemas: Record<string, unknown> } };
  copy.components.schemas[name] = { type: 'object', additionalProperties: true, 'x-known': 'guess' };
  return copy as unknown as Contract;
}

test('the checker sees what is planted in every documented answer, and nothing in the answers themselves', () => {
  expect(() => assertLooks(checker, contract)).not.toThrow();
});

test('a checker that sees nothing is found out', () => {
  expect(() => assertLooks({ check: () => [] }, contract)).toThrow('does not see what was planted');
});

test('a checker that always finds fault is found out', () => {
  const [found] = checker.check({ operation: 'cancelVirtualAccount', status: 200, headers: {}, body: '' });
  const check: typeof checker.check = (answer) => [...checker.check(answer), found!];
  expect(() => assertLooks({ check }, contract)).toThrow('finds fault with');
});

test.each(['CancelSuccess', 'InquirySuccess', 'CreateSuccess', 'ParameterFailure', 'OtherFailure'])(
  'a checker without the schema %s is found out',
  (name) => {
    expect(() => assertLooks(createChecker(without(name)), contract)).toThrow('planted');
  },
);
