import type { Rule } from '../checker/checker.ts';
import type { CaseResult } from './types.ts';

/** What is wrong in a result: the case failed, and every finding but those by a rule in `expected`. */
export function alarmsOf(result: CaseResult, expected: readonly Rule[] = []): string[] {
  const failed = result.verdict === 'fail' ? [`${result.id}: ${result.reason}`] : [];
  const findings = result.findings.filter(({ rule }) => !expected.includes(rule));
  return [...failed, ...findings.map((f) => `${result.id}: ${f.rule} at ${f.pointer}: ${f.message}`)];
}
