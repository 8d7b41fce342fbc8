import { faultsOf } from './run.ts';
import type { ContractRun } from './run.ts';
import type { CasesVerdict } from './negative.ts';
import { wrap } from './wrap.ts';

const MOST = 40;

/** The whole report, no line longer than 80 columns: a table, the cases, then what is wrong. */
export function report(run: ContractRun): string {
  const faults = faultsOf(run);
  const shown = faults.slice(0, MOST).flatMap((fault) => wrap(`- ${fault}`));
  const rest = faults.length > MOST ? [`- and ${faults.length - MOST} more`] : [];
  return [
    ...(run.dredd ? table(run) : []),
    '',
    ...(run.cases ?? []).flatMap(casesLines),
    ...(faults.length > 0 ? ['', `${faults.length} faults:`, ...shown, ...rest] : []),
    '',
    run.green ? 'The contract holds.' : 'FAILED: the contract does not hold, or was not tried in full.',
    '',
  ].join('\n');
}

function table({ planned, dredd }: ContractRun): string[] {
  const rows = planned.map(({ key, operation, answer, status, example }) => {
    const said = answer === 'default' ? `${status} default` : answer;
    const result = dredd!.byKey.get(key)!.length === 0 ? 'pass' : 'FAIL';
    return columns(operation, said, example, result);
  });
  const passed = rows.filter((row) => row.endsWith('pass')).length;
  const head = columns('Operation', 'Status', 'Example', 'Result');
  return ['', head, ...rows, `${passed} of ${rows.length} transactions passed.`];
}

function columns(operation: string, status: string, example: string, result: string): string {
  return `${operation.padEnd(26)}${status.padEnd(14)}${example.padEnd(26)}${result}`;
}

function casesLines(verdict: CasesVerdict): string[] {
  const { operation, total, passed, notApplicable } = verdict;
  return [
    ...wrap(`${operation}: ${passed} of ${total} cases passed.`),
    ...(notApplicable.length > 0 ? [`  ${notApplicable.length} not applicable:`] : []),
    ...notApplicable.flatMap((one) => wrap(`  ${one}`)),
  ];
}
