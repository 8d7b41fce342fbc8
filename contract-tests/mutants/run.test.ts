import { expect, test, vi } from 'vitest';
import { createChecker } from '../checker/checker.ts';
import type { Checker } from '../checker/checker.ts';
import { operationsOf, readContract } from '../../spec/contract.ts';
import { altered } from '../shared/altered.ts';
import { compliantSandboxes, findFalseAlarms } from './false-alarms.ts';
import { startHost } from './host.ts';
import { redReasons, withVerdict } from './report.ts';
import { allCases, deriveMutants, runMutants } from './run.ts';
import type { FalseAlarms } from './false-alarms.ts';
import type { Mutant } from './types.ts';

// Hundreds of sandboxes one after the other: on a machine with much else to do that takes its time.
vi.setConfig({ testTimeout: 180_000 });
const contract = readContract();
const all = deriveMutants(contract);
/** One of each kind and operation. */
const kind = ({ operation, group }: Mutant): string => `${operation} ${group}`;
const sample = all.filter((one, i) => all.findIndex((other) => kind(other) === kind(one)) === i);
const quiet: FalseAlarms = { sandboxes: 1, exchanges: 1, alarms: [] };
const red = (results: Awaited<ReturnType<typeof runMutants>>): string[] =>
  redReasons({ results, alarms: quiet });

const success = all.filter(({ id }) => id.startsWith('cancelVirtualAccount 200 canceled: type: '));
const silent: Checker = { ...createChecker(contract), check: () => [] };

test('one mutant of each kind and operation is killed by the rule meant for it', async () => {
  const results = await runMutants(contract, sample);
  expect(withVerdict(results, 'survived')).toEqual([]);
  expect(withVerdict(results, 'killed').length).toBeGreaterThan(100);
});

test('with a checker that finds nothing the run is red', async () => {
  const answers = sample.filter(({ killedBy }) => killedBy);
  const results = await runMutants(contract, answers, undefined, { checker: silent, looks: 0 });
  expect(withVerdict(results, 'killed')).toEqual([]);
  expect(red(results)).toContain(`${results.length} mutants survived`);
});

test('with a schema that was removed from the checker the run is red', async () => {
  const checker = createChecker(altered((schemas) => (schemas['CancelSuccess'] = {})));
  const results = await runMutants(contract, success, undefined, { checker, looks: 0 });
  expect(withVerdict(results, 'killed')).toEqual([]);
  expect(red(results)).toContain(`${success.length} mutants survived`);
});

test('with a schema that was removed from the contract nothing starts', () => {
  const without = altered((schemas) => Reflect.deleteProperty(schemas, 'CancelSuccess'));
  expect(() => deriveMutants(without)).toThrow('/components/schemas/CancelSuccess');
  expect(() => createChecker(without)).toThrow('/components/schemas/CancelSuccess');
});

test('with cases that were emptied the run is red', async () => {
  const results = await runMutants(contract, sample, undefined, { cases: new Map() });
  expect(withVerdict(results, 'killed')).toEqual([]);
  expect(red(results)).toContain(`${withVerdict(results, 'survived').length} mutants survived`);
  expect(red(results)).toContain('no mutant of cancelVirtualAccount was killed');
});

test('with one case taken away its mutants survive', async () => {
  const cases = new Map(allCases(contract));
  const own = cases.get('cancelVirtualAccount')!.filter(({ id }) => id !== 'body.order_id.tooLong');
  cases.set('cancelVirtualAccount', own);
  const mutants = all.filter(
    ({ id }) => id === 'cancelVirtualAccount request: order_id maxLength relaxed: 25 becomes 26',
  );
  const [result] = await runMutants(contract, mutants, undefined, { cases });
  expect(result).toMatchObject({ verdict: 'survived', seen: ['there is no case body.order_id.tooLong'] });
});

test('a mutant that another rule notices, and the one meant for it does not, has survived', async () => {
  const [mutant] = success.filter(({ id }) => id.endsWith('response_code number'));
  const killed = await runMutants(contract, [mutant!]);
  expect(killed[0]).toMatchObject({ verdict: 'killed' });
  const moved: Mutant = { ...mutant!, killedBy: { rule: 'type', pointer: '/order_id' } };
  const [result] = await runMutants(contract, [moved]);
  expect(result!.verdict).toBe('survived');
  expect(result!.expected).toBe('rule type at /order_id');
  expect(result!.seen.join()).toContain('rule type at /response_code');
});

test('a mutant that another case notices, and the one meant for it does not, has survived', async () => {
  const [mutant] = all.filter(({ id }) => id === 'cancelVirtualAccount check off: secret');
  const other = allCases(contract)
    .get('cancelVirtualAccount')!
    .find(({ id }) => id === 'authorization.none');
  const [result] = await runMutants(contract, [{ ...mutant!, case: other }]);
  expect(result!.verdict).toBe('survived');
  expect(result!.seen.join()).toContain('case authorization.secret.wrong');
});

test('a mutant that nothing notices has survived, and so has one that is only broken', async () => {
  const [mutant] = success;
  const { killedBy: _, ...rest } = mutant!;
  const nothing: Mutant = { ...rest, wrong: {} };
  const fails: Mutant = {
    ...nothing,
    wrong: {
      tamper: () => {
        throw new Error('x');
      },
    },
  };
  const results = await runMutants(contract, [nothing, fails]);
  expect(results.map(({ verdict, seen }) => [verdict, seen[0]])).toEqual([
    ['survived', 'nothing at all'],
    ['survived', 'the sandbox itself failed'],
  ]);
});

test('a lie that is another one, or that the inquiry does not tell, has survived', async () => {
  const [refused] = all.filter(({ id }) => id.includes('refused, yet cancelled: authorization.none'));
  const others = [
    { ...refused!, lie: 'fake lie' },
    { ...refused!, wrong: {} },
  ];
  const results = await runMutants(contract, [refused!, ...others]);
  expect(results.map(({ verdict, seen }) => [verdict, seen])).toEqual([
    ['killed', ['a refused cancel cancels nothing']],
    ['survived', ['a refused cancel cancels nothing']],
    ['survived', []],
  ]);
});

test('compliant sandboxes raise no alarm, and one that is not does', async () => {
  const host = await startHost(contract);
  const judge = { contract, checker: createChecker(contract), cases: allCases(contract), host, looks: 0 };
  const plain = compliantSandboxes(judge, false);
  expect(plain.filter(({ id }) => id === 'plain').map(({ operation }) => operation)).toEqual(
    operationsOf(contract).map(({ id }) => id),
  );
  const found = await findFalseAlarms(judge, plain);
  expect(found.alarms).toEqual([]);
  expect(found.exchanges).toBeGreaterThan(1500);
  const [one] = plain;
  const wrong = { checks: { signaturePresent: false } };
  const [lying] = plain.filter(({ asked }) => asked.length > 0);
  const [lie] = all.filter(({ id }) => id.includes('refused, yet cancelled: authorization.none'));
  const told = await findFalseAlarms(judge, [{ ...lying!, cases: [], wrong: lie!.wrong }]);
  expect(told.alarms).toEqual([
    'inquireVirtualAccount plain: told though it is none: a refused cancel cancels nothing',
  ]);
  const drifted = await findFalseAlarms(judge, [{ ...one!, wrong }]);
  expect(drifted.alarms).toEqual([
    'cancelVirtualAccount plain: signature.none: expected 401 with 99, got 200 with 00',
  ]);
  await host.close();
});

test('nothing run, too much excluded or a false alarm is red', () => {
  const about = { id: '', operation: 'x', group: '', expected: '', seen: [] };
  const killed = { ...about, verdict: 'killed' as const };
  const excluded = { ...about, verdict: 'excluded' as const };
  const many = Array.from({ length: 98 }, () => killed);
  const none = { sandboxes: 0, exchanges: 0, alarms: [] };
  expect(redReasons({ results: [], alarms: quiet })).toEqual(['there are no mutants']);
  expect(redReasons({ results: [killed], alarms: none })).toHaveLength(1);
  expect(redReasons({ results: [killed], alarms: { ...quiet, alarms: ['x'] } })).toEqual(['1 false alarms']);
  expect(redReasons({ results: [...many, excluded, excluded], alarms: quiet })).toEqual([]);
  expect(redReasons({ results: [...many, excluded, excluded, excluded], alarms: quiet })).toHaveLength(1);
});
