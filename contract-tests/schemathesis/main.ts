/**
 * `make contract-schemathesis`: it holds only if Schemathesis was seen to have looked at every operation and finds
 * nothing but what open-findings.json gives a reason for.
 */
import { operationOf, operationsOf, readContract } from '../../spec/contract.ts';
import type { SandboxOptions } from '../sandbox/server.ts';
import { startSandbox } from '../sandbox/server.ts';
import { runCommand } from '../shared/command.ts';
import { columns, wrapLines } from '../shared/print.ts';
import { judgeReport, readOpenFindings } from './judge.ts';
import type { SchemathesisFinding, SchemathesisVerdict } from './judge.ts';
import { mutants, stateApart } from './mutants.ts';
import { ensureInstalled, runSchemathesis } from './run.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const named = ({ code, operation }: SchemathesisFinding): string => `${code} ${operation}`;

async function run(command: string, sandbox: SandboxOptions, only?: string): Promise<SchemathesisVerdict> {
  const server = await startSandbox(sandbox);
  try {
    const operations = operationsOf(readContract()).filter(({ id }) => id === (only ?? id));
    const names = operations.map(({ method, path }) => `${method} ${path}`);
    const report = await runSchemathesis({ command, baseUrl: server.url, ...(only && { only }) });
    const mine = readOpenFindings().filter(({ operation }) => names.some((name) => isAt(operation, name)));
    const verdict = judgeReport(report, names, mine);
    const unsigned = server.requests.filter(({ answer }) => answer === 'wrong_signature').length;
    if (unsigned > 0)
      verdict.faults.push(`${unsigned} requests were not signed rightly: nothing else was tried`);
    // Only the credentials of the sandbox can be in it, which are invented and public.
    if (!only && verdict.faults.length + verdict.unexpected.length > 0) tell(report.output);
    return verdict;
  } finally {
    await server.close();
  }
}

const pathOf = (operation: string): string => operation.slice(operation.indexOf(' '));
const isAt = (one: string, other: string): boolean => pathOf(one) === pathOf(other);

async function check(command: string): Promise<boolean> {
  const { generated, open, unexpected, faults } = await run(command, { checks: stateApart });
  tell(`Schemathesis tried ${generated} cases.`);
  tell(`${open.length} open findings:`);
  for (const one of open) wrapLines(`  ${named(one)}: ${one.reason}`).forEach(tell);
  for (const one of unexpected) tell(`FOUND ${named(one)}`);
  for (const fault of faults) wrapLines(`FAULT ${fault}`).forEach(tell);
  return unexpected.length === 0 && faults.length === 0;
}

async function prove(command: string): Promise<boolean> {
  let noticed = 0;
  const rows: string[][] = [];
  for (const { id, code, operation, sandbox } of mutants) {
    const { unexpected } = await run(command, sandbox, operation);
    const { method, path } = operationOf(readContract(), operation);
    const is = unexpected.some((one) => one.code === code && one.operation === `${method} ${path}`);
    if (is) noticed += 1;
    rows.push([id, code, is ? 'noticed' : `NOT NOTICED ${unexpected.map(named)}`]);
  }
  columns(rows).forEach(tell);
  tell(`${noticed} of ${mutants.length} mutants noticed.`);
  return noticed === mutants.length;
}

const says = 'Runs Schemathesis, a judge that is not ours, over the sandbox.';
const options = [
  ['--prove', 'against sandboxes that are wrong in one way each: fails if one stays green'],
] as const;

await runCommand<{ prove?: boolean }>({ name: 'schemathesis', says, options }, async ({ prove: isProof }) => {
  const command = ensureInstalled(tell);
  return (await (isProof ? prove(command) : check(command))) ? 0 : 1;
});
