import { expect, test } from 'vitest';
import { judgeReport, readOpenFindings } from './judge.ts';
import type { OpenFinding } from './judge.ts';
import type { SchemathesisReport } from './run.ts';

const operations = ['POST /va/cancel', 'POST /va'];
const known: OpenFinding = { code: 'ST204', operation: 'TRACE /va', reason: 'A fake reason.' };

// Shaped as Schemathesis 4.32.5 writes it, what is not read left out.
const rate = (accepted: number) => ({ examples: { accepted, rejected: 1 }, coverage: { accepted: 0 } });
const good = {
  complete: true,
  operations: { total: 3, selected: 2, tested: 2, errored: 0, skipped: 0 },
  test_cases: { generated: 500 },
  failures: [{ code: 'ST204', operations: ['TRACE /va'] }],
  errors: [],
  filtered: 0,
  warnings: { missing_auth: [], unsupported_regex: [] },
  valid_rates: { 'POST /va/cancel': rate(1), 'POST /va': rate(7) },
};

function judged(change: object, rest: Partial<SchemathesisReport> = {}, open: OpenFinding[] = [known]) {
  return judgeReport({ exitCode: 1, output: '', json: { ...good, ...change }, ...rest }, operations, open);
}

test('a finding with a reason is open, counted, and no fault', () => {
  expect(judged({})).toEqual({ generated: 500, open: [known], unexpected: [], faults: [] });
});

test('a finding without an entry is unexpected, in another operation or of another code too', () => {
  const failures = [
    { code: 'ST204', operations: ['TRACE /va', 'TRACE /va/cancel'] },
    { code: 'ST108', operations: ['TRACE /va'] },
  ];
  expect(judged({ failures }).unexpected).toEqual([
    { code: 'ST204', operation: 'TRACE /va/cancel' },
    { code: 'ST108', operation: 'TRACE /va' },
  ]);
});

test('an entry that is not found is a fault', () => {
  const faults = ['open-findings.json has ST204 TRACE /va, which is not found'];
  expect(judged({ failures: [] }, { exitCode: 0 }).faults).toEqual(faults);
});

test.each<[string, object, Partial<SchemathesisReport>, string]>([
  ['an exit code that does not fit', {}, { exitCode: 0 }, 'Schemathesis ended with 0, not 1'],
  ['a signal', {}, { exitCode: null }, 'Schemathesis ended with null, not 1'],
  ['a run that was cut short', { complete: false }, {}, 'Schemathesis did not complete'],
  ['errors of its own', { errors: [{}] }, {}, 'Schemathesis reports errors of its own'],
  ['failures left out', { filtered: 1 }, {}, 'Schemathesis left failures out'],
  ['a warning', { warnings: { missing_auth: ['POST /va'] } }, {}, 'Schemathesis warns: missing_auth'],
  [
    'an operation that was not tested',
    { operations: { tested: 1, errored: 0, skipped: 0 } },
    {},
    'Schemathesis tested 1 operations, not all 2',
  ],
  ['hardly any case', { test_cases: { generated: 9 } }, {}, 'Schemathesis tried 9 cases only'],
  [
    'nothing accepted',
    { valid_rates: { 'POST /va': rate(7) } },
    {},
    'no right request to POST /va/cancel was accepted',
  ],
])('a run with %s is not to be trusted', (_, change, rest, fault) => {
  expect(judged(change, rest).faults).toEqual([fault]);
});

test('a run without a report is not to be trusted', () => {
  expect(judged({}, { json: undefined }).faults).toContain('Schemathesis did not complete');
});

test('an entry without a reason is a fault', () => {
  expect(judged({}, {}, [{ ...known, reason: ' ' }]).faults).toEqual([
    'open-findings.json gives no reason for ST204 TRACE /va',
  ]);
});

test('the list has a reason for each entry and no entry twice', () => {
  const list = readOpenFindings();
  expect(list.map(({ reason }) => reason.length > 20)).not.toContain(false);
  expect(new Set(list.map(({ code, operation }) => `${code} ${operation}`)).size).toBe(list.length);
});
