import { expect, test } from 'vitest';
import { createSandbox, startSandbox } from './server.ts';
import { examplesOf, operationsOf, readContract, statusesOf } from '../../spec/contract.ts';
import { refusals } from './assumptions.ts';
import { sandboxOperations } from './operations.ts';
import type { Assumption, Refusal } from './assumptions.ts';
import type { Contract } from '../../spec/contract.ts';
import { altered } from '../shared/altered.ts';
import type { Node } from '../shared/altered.ts';
import { testRequest, freshVirtualAccount, post } from './test-requests.ts';
import type { VirtualAccount } from './state.ts';

async function statusOf(contract: Contract, rest: Partial<VirtualAccount>): Promise<number> {
  const sandbox = await startSandbox({ contract });
  try {
    return (await post(sandbox.url, testRequest(freshVirtualAccount(sandbox.state, rest)))).status;
  } finally {
    await sandbox.close();
  }
}

test('a relaxed contract relaxes the sandbox', async () => {
  const relaxed = altered((schemas) => void (schemas['OrderId']!['maxLength'] = 26));
  expect(await statusOf(readContract(), { order_id: 'o'.repeat(26) })).toBe(400);
  expect(await statusOf(relaxed, { order_id: 'o'.repeat(26) })).toBe(200);
});

test('a tightened contract tightens the sandbox', async () => {
  const tightened = altered((schemas) => void (schemas['TransactionId']!['format'] = 'uuid'));
  expect(await statusOf(readContract(), { transaction_id: 'no-uuid' })).toBe(200);
  expect(await statusOf(tightened, { transaction_id: 'no-uuid' })).toBe(400);
});

test('another x-version in the contract is another x-version in the sandbox', async () => {
  const contract = altered((_, { components }) => {
    const { Version } = components!['parameters'] as { Version: { schema: Node } };
    Version.schema['enum'] = ['v4'];
  });
  expect(await statusOf(contract, {})).toBe(400);
});

const unusable: [says: string, change: (schemas: Record<string, Node>) => void, message: string][] = [
  ['a pattern that does not compile', (s) => (s['OrderId']!['pattern'] = '^[a-'), 'OrderId'],
  ['a pattern that compiles without the u flag only', (s) => (s['OrderId']!['pattern'] = '^\\-$'), 'pattern'],
  ['a keyword that nothing checks', (s) => (s['OrderId']!['maxlength'] = 25), 'order_id/maxlength'],
  ['nullable', (s) => (s['OrderId']!['nullable'] = true), 'order_id/nullable'],
  ['a format that nothing checks', (s) => (s['OrderId']!['format'] = 'order'), 'order_id/format'],
  ['a $ref to nothing', (s) => delete s['OrderId'], 'nothing at /components/schemas/OrderId'],
  ['a $ref in a circle', (s) => (s['OrderId'] = { $ref: '#/components/schemas/OrderId' }), 'circle'],
];

test.each<[says: string, change: (details: Node) => void, message: string]>([
  ['a keyword that nothing checks', (amount) => (amount['maximun'] = 1), 'amount/maximun'],
  ['exclusiveMinimum', (amount) => (amount['exclusiveMinimum'] = true), 'amount/exclusiveMinimum'],
])('does not start on %s deep in the creation', (_, change, message) => {
  const contract = altered(({ PaymentDetails }) =>
    change((PaymentDetails!['properties'] as Record<string, Node>)['amount']!),
  );
  expect(() => createSandbox({ contract })).toThrow(message);
});

test.each(unusable)('does not start on %s', (says, change, message) => {
  const expected = says.includes('does not compile') ? 'order_id/pattern' : message;
  expect(() => createSandbox({ contract: altered(change) })).toThrow(expected);
});

test('carries out every operation of the contract', () => {
  for (const { id } of operationsOf(readContract())) {
    const carriedOut = sandboxOperations.map(({ operationId }) => operationId);
    expect(carriedOut, `contract-tests/sandbox/operations.ts lacks ${id}`).toContain(id);
  }
});

test.each(operationsOf(readContract()))('does not start on a contract without $path', ({ path, id }) => {
  const contract = altered((_, { paths }) => void Reflect.deleteProperty(paths!, path));
  expect(() => createSandbox({ contract })).toThrow(id);
});

const whole = readContract();

test.each(Object.entries(refusals) as [string, Assumption<Refusal>][])(
  '%s has the status, code and message of the example that it names, in each operation that has it',
  (_, { example, value: { status, ...body } }) => {
    const found = operationsOf(whole).flatMap((operation) => {
      const listed = statusesOf(whole, operation).includes(String(status));
      const answers = examplesOf(whole, operation, listed ? String(status) : 'default');
      return answers.filter(({ name }) => name === example);
    });
    expect(found.length, `an example called ${example}`).toBeGreaterThan(0);
    for (const { value } of found) expect(value, example).toMatchObject(body);
  },
);

const failures = operationsOf(whole).flatMap((operation) =>
  statusesOf(whole, operation)
    .filter((status) => status !== '200')
    .flatMap((status) =>
      examplesOf(whole, operation, status).map(({ name, value }) => ({ status, name, value })),
    ),
);

test('every failure that the contract has an example of is a refusal of the sandbox', () => {
  const known = Object.values<Assumption<Refusal>>(refusals);
  for (const { status, name, value } of failures) {
    const found = known.some(
      ({ example, value: { status: sent, response_code } }) =>
        example === name &&
        response_code === value['response_code'] &&
        (status === 'default' || status === String(sent)),
    );
    expect(found, `contract-tests/sandbox/assumptions.ts lacks the example ${name} of ${status}`).toBe(true);
  }
});
