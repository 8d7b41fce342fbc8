import { beforeAll, expect, test } from 'vitest';
import { createChecker } from '../checker/checker.ts';
import { readContract } from '../../spec/contract.ts';
import { startSandbox } from '../sandbox/server.ts';
import { judgeRun } from './judge-run.ts';
import { planTransactions } from './plan.ts';
import type { Entry } from './record.ts';
import { runDredd } from './run-dredd.ts';
import type { DreddReport } from './run-dredd.ts';

const checker = createChecker();
const planned = planTransactions(readContract());
let good: DreddReport;

beforeAll(async () => {
  const sandbox = await startSandbox();
  good = await runDredd(readContract(), planned, sandbox.url);
  await sandbox.close();
});

/** What is said of the good report once it is changed. */
function faults(change: Partial<DreddReport>): string[] {
  const { byKey, faults: ofRun } = judgeRun(planned, { ...good, ...change }, checker);
  return [...ofRun, ...[...byKey.values()].flat()];
}

const entries = (change: (entry: Entry) => Entry[]): { entries: Entry[] } => ({
  entries: good.entries.flatMap(change),
});
const first = planned[0]!.key;

test('nothing is said of a good report', () => {
  expect(faults({})).toEqual([]);
});

test.each([
  ['begin', 'the hooks began 0 times, not once'],
  ['arrange', 'the arrange hook saw none of 30'],
  ['attach', 'the attach hook saw none of 30'],
  ['judge', 'the judge hook saw none of 30'],
  ['end', 'the canary hook at the end did not fire'],
])('a run without the hook that does "%s" is red', (did, fault) => {
  expect(faults(entries((entry) => (entry.did === did ? [] : [entry])))).toContain(fault);
});

test.each(['arrange', 'attach', 'judge'])('a "%s" that is missing once, or done twice, is red', (did) => {
  const missing = entries((entry) =>
    entry.did === did && 'key' in entry && entry.key === first ? [] : [entry],
  );
  const twice = entries((entry) =>
    entry.did === did && 'key' in entry && entry.key === first ? [entry, entry] : [entry],
  );
  expect(faults(missing)).toContain(`the ${did} hook saw ${first} 0 times, not 1`);
  expect(faults(twice)).toContain(`the ${did} hook saw ${first} 2 times, not 1`);
});

test.each<[string, Partial<Extract<Entry, { did: 'judge' }>>, string]>([
  ['a fault', { faults: ['fake fault'] }, 'fake fault'],
  ['no schema', { schema: 'none' }, 'Dredd had not its schema'],
  ['a checker that sleeps', { checkerAwake: false }, 'the checker noticed nothing in a wrong answer'],
  ['an empty header', { emptyHeaders: ['fake-header'] }, 'fake-header was sent empty'],
])('one transaction with %s is red', (_, change, fault) => {
  const changed = entries((entry) =>
    entry.did === 'judge' && entry.key === first ? [{ ...entry, ...change }] : [entry],
  );
  expect(faults(changed)).toEqual([fault]);
});

const summary = '30 passing, 0 failing, 0 errors, 0 skipped, 30 total';
const replaced = (from: string, to: string): Partial<DreddReport> => ({
  output: good.output.replace(from, to),
});

test.each<[string, () => Partial<DreddReport>, string]>([
  ['another exit code', () => ({ exitCode: 1 }), "Dredd's exit code is 1"],
  ['a signal', () => ({ exitCode: null }), 'Dredd took too long'],
  ['no summary', () => replaced(`complete: ${summary}`, ''), 'Dredd gave no summary'],
  [
    'one skipped',
    () => replaced('0 skipped', '1 skipped'),
    'Dredd counts 30 passing, 0 failing, 0 errors, 1',
  ],
  ['one error', () => replaced('0 errors', '1 errors'), 'Dredd counts 30 passing, 0 failing, 1 errors'],
  ['one less', () => replaced(summary, summary.replaceAll('30', '29')), 'Dredd counts 29 passing'],
  ['a warning', () => ({ output: `warn: fake\n${good.output}` }), 'Dredd says warn: fake'],
  ['no xUnit report', () => ({ xunit: '' }), 'its report says passed none of 30'],
  [
    'a transaction that its report has as skipped',
    () => ({ xunit: good.xunit.replace(/"(POST \(404\) \/va)"([^>]*)\/>/, '"$1"$2><skipped/></testcase>') }),
    'its report says passed POST (404) /va 0 times, not 1',
  ],
])('%s is red', (_, change, fault) => {
  expect(faults(change())).toContainEqual(expect.stringContaining(fault));
});
