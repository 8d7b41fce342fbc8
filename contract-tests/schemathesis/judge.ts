import { readFileSync } from 'node:fs';
import { asObject } from '../../spec/contract.ts';
import type { SchemathesisReport } from './run.ts';

/** Something that Schemathesis holds against the sandbox; `code` is its own, see `schemathesis explain`. */
export interface SchemathesisFinding {
  code: string;
  /** Method and path. */
  operation: string;
}

/** A finding that is known and stays, and why. */
export interface OpenFinding extends SchemathesisFinding {
  reason: string;
}

/** What came of a run. */
export interface SchemathesisVerdict {
  generated: number;
  open: OpenFinding[];
  unexpected: SchemathesisFinding[];
  /** Why the run itself cannot be trusted; empty if it can. */
  faults: string[];
}

/** Test cases without which it has hardly looked. */
const FEWEST = 100;

/** The list beside this file. */
export function readOpenFindings(): OpenFinding[] {
  return JSON.parse(readFileSync(new URL('open-findings.json', import.meta.url), 'utf8')) as OpenFinding[];
}

/**
 * Judges a run over these operations (method and path). Whatever is not seen to have happened is a fault: every
 * operation tested, and reached with a request that was accepted; an entry of the list that no longer applies.
 */
export function judgeReport(
  report: SchemathesisReport,
  operations: string[],
  openFindings: OpenFinding[],
): SchemathesisVerdict {
  const findings = findingsOf(report);
  const isSame = (a: SchemathesisFinding) => (b: SchemathesisFinding) =>
    a.code === b.code && a.operation === b.operation;
  const unused = openFindings.filter((one) => !findings.some(isSame(one)));
  const unexplained = openFindings.filter(({ reason }) => (reason ?? '').trim() === '');
  return {
    generated: generatedOf(report),
    open: openFindings.filter((one) => findings.some(isSame(one))),
    unexpected: findings.filter((one) => !openFindings.some(isSame(one))),
    faults: [
      ...judgeProcess(report, findings),
      ...judgeReach(report, operations),
      ...unused.map(
        ({ code, operation }) => `open-findings.json has ${code} ${operation}, which is not found`,
      ),
      ...unexplained.map(
        ({ code, operation }) => `open-findings.json gives no reason for ${code} ${operation}`,
      ),
    ],
  };
}

const json = ({ json }: SchemathesisReport): Record<string, unknown> => asObject(json);
const generatedOf = (report: SchemathesisReport): number =>
  Number(asObject(json(report)['test_cases'])['generated'] ?? 0);

function findingsOf(report: SchemathesisReport): SchemathesisFinding[] {
  const failures = (json(report)['failures'] ?? []) as { code: string; operations: string[] }[];
  return failures.flatMap(({ code, operations }) => operations.map((operation) => ({ code, operation })));
}

function judgeProcess(report: SchemathesisReport, findings: SchemathesisFinding[]): string[] {
  const { exitCode } = report;
  const { errors, complete, filtered, warnings } = json(report);
  const expected = findings.length > 0 ? 1 : 0;
  const warned = Object.entries(asObject(warnings)).filter(([, list]) => (list as unknown[]).length > 0);
  return [
    ...(exitCode === expected ? [] : [`Schemathesis ended with ${exitCode}, not ${expected}`]),
    ...(complete === true ? [] : ['Schemathesis did not complete']),
    ...(Array.isArray(errors) && errors.length === 0 ? [] : ['Schemathesis reports errors of its own']),
    ...(filtered === 0 || filtered === undefined ? [] : ['Schemathesis left failures out']),
    ...warned.map(([name]) => `Schemathesis warns: ${name}`),
  ];
}

function judgeReach(report: SchemathesisReport, operations: string[]): string[] {
  const { tested, errored, skipped } = asObject(json(report)['operations']);
  const rates = asObject(json(report)['valid_rates']);
  const accepted = (operation: string): number =>
    Object.values(asObject(rates[operation])).reduce<number>(
      (sum, phase) => sum + Number(asObject(phase)['accepted'] ?? 0),
      0,
    );
  const all = tested === operations.length && errored === 0 && skipped === 0;
  const generated = generatedOf(report);
  return [
    ...(all ? [] : [`Schemathesis tested ${tested} operations, not all ${operations.length}`]),
    ...(generated >= FEWEST ? [] : [`Schemathesis tried ${generated} cases only`]),
    ...operations.flatMap((one) => (accepted(one) > 0 ? [] : [`no right request to ${one} was accepted`])),
  ];
}
