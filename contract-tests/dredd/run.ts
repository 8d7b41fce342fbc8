/** What `make contract` runs: Dredd over every example of every documented answer, then the negative cases. */
import { casesFor } from '../cases/cases.ts';
import { rightRequest } from '../cases/request.ts';
import { alarmsOf, runCase, runCases } from '../cases/run.ts';
import { readOperation } from '../cases/operation.ts';
import type { CaseResult, ContractCase, RawAnswer, Target } from '../cases/types.ts';
import { assertLooks, createChecker } from '../checker/checker.ts';
import type { Checker } from '../checker/checker.ts';
import { asObject, operationsOf, readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { SandboxOptions } from '../sandbox/server.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { columns, wrapLines } from '../shared/print.ts';
import { makeUp } from '../staging/accounts.ts';
import { runDredd } from './dredd.ts';
import type { DreddOptions, DreddRun } from './dredd.ts';
import { rankOf } from './plan.ts';
import { openOwnSandbox, openRunning } from './targets.ts';
import type { OpenTarget } from './targets.ts';

/** What to run, and against what. */
export interface ContractRunOptions extends Pick<DreddOptions, 'stubs' | 'idleMs'> {
  /** Default: spec/openapi.yaml. */
  contract?: Contract;
  /** Default: the contract's. */
  checker?: Checker;
  /** A sandbox of ours that was just started. Default: one is started. */
  baseUrl?: string;
  /** What is wrong with the sandbox that is started. */
  sandbox?: SandboxOptions;
  /** Default: both. */
  parts?: readonly ('dredd' | 'cases')[];
  /** Told how far it is, a line at a time. */
  tell?: (line: string) => void;
}

/** What came of a run; what was not asked for is absent. */
export interface ContractRun {
  green: boolean;
  dredd?: DreddRun;
  cases?: CasesVerdict[];
}

/** What came of the cases of one operation. */
export interface CasesVerdict {
  operation: string;
  total: number;
  passed: number;
  /** Ids and reasons. */
  notApplicable: string[];
  faults: string[];
}

/** Runs it. Rejects where it refuses to start: as `assertLooks`, `openRunning`, `runDredd` and `runNegativeCases` do. */
export async function runContract(options: ContractRunOptions = {}): Promise<ContractRun> {
  const { contract = readContract(), baseUrl, parts = ['dredd', 'cases'], tell = () => undefined } = options;
  const checker = options.checker ?? createChecker(contract);
  assertLooks(checker, contract);
  const own = baseUrl === undefined;
  const { url, target, close }: OpenTarget = own
    ? await openOwnSandbox(contract, options.sandbox)
    : openRunning(contract, baseUrl);
  const run: Omit<ContractRun, 'green'> = {};
  try {
    if (!own) await assertServed(contract, target);
    if (parts.includes('dredd')) {
      tell(`Dredd, against ${url}`);
      const { stubs, idleMs } = options;
      run.dredd = await runDredd({
        contract,
        checker,
        target,
        ...(stubs && { stubs }),
        ...(idleMs !== undefined && { idleMs }),
      });
    }
    if (parts.includes('cases')) {
      const verdicts = await runNegativeCases(contract, checker, target, (id, total) => {
        tell(`${id}: ${total} cases`);
      });
      run.cases = own ? verdicts.map(notSkipping) : verdicts;
    }
  } finally {
    await close();
  }
  if (own && run.dredd) run.dredd.faults.push(...notExercised(run.dredd));
  return { green: parts.length > 0 && faultsOf(run).length === 0, ...run };
}

/** Sends one plain right request. Throws an Error that says the cause if it is refused: nothing else would say more. */
async function assertServed(contract: Contract, { credentials, send }: OpenTarget['target']): Promise<void> {
  const { shape } = readOperation(contract, 'inquireVirtualAccount');
  const va = makeUp({ channel: 'BCA-POLYTRON' });
  const request = rightRequest(shape, { va, other: va, exists: false, alternates: {}, credentials });
  const answer = await send(request, 'control').catch((error: unknown) => {
    const { code, name } = error as { code?: string; name?: string };
    throw new Error(`the gateway gives no answer: ${code ?? name}`, { cause: error });
  });
  const code = asObject(parseJson(decodeBody(answer.body).text))['response_code'];
  if (code === '00' || code === '02') return;
  const said = `${answer.status} with ${typeof code === 'string' ? code.slice(0, 10) : 'no code'}`;
  const causes: Record<string, string> = {
    '04': 'these credentials (IFORTEPAY_MERCHANT_ID, IFORTEPAY_SECRET_UNBOUND_ID) are refused',
    '99': 'a right signature is refused: this hash key (IFORTEPAY_HASH_KEY) is not that of the merchant',
  };
  const cause = causes[String(code)] ?? 'the plain right request is refused';
  throw new Error(`${cause}: ${said}. Nothing else was run.`);
}

/** On a sandbox of our own everything can be brought about. */
function notExercised({ transactions }: DreddRun): string[] {
  const left = transactions.filter(({ verdict }) => verdict === 'not exercised');
  return left.map(
    ({ key }) =>
      `${key}: nothing brings it about: add a refusal to contract-tests/sandbox/assumptions.ts, or a script to scripts.ts`,
  );
}

/** Every fault of a run, each with the transaction or the case that it is about. */
export function faultsOf({ dredd, cases = [] }: Pick<ContractRun, 'dredd' | 'cases'>): string[] {
  const ofTransactions = (dredd?.transactions ?? [])
    .filter(({ verdict }) => verdict !== 'not exercised')
    .flatMap(({ key, faults }) => faults.map((fault) => `${key}: ${fault}`));
  const ofCases = cases.flatMap(({ operation, faults }) => faults.map((fault) => `${operation} ${fault}`));
  return [...(dredd?.faults ?? []), ...ofTransactions, ...ofCases];
}

const groups = ['authorization', 'signature', 'header', 'contentType', 'shape', 'body'];

/**
 * Runs every case of every operation, one after the other. `tell` is called with each operation's count.
 * Throws an Error if the cases notice nothing in answers that are plainly wrong, if an operation lacks a group
 * of cases, and as `casesFor` does.
 */
async function runNegativeCases(
  contract: Contract,
  checker: Checker,
  target: OpenTarget['target'],
  tell: (operation: string, total: number) => void = () => undefined,
): Promise<CasesVerdict[]> {
  const verdicts: CasesVerdict[] = [];
  const ids = operationsOf(contract).map(({ id }) => id);
  for (const id of ids.sort((a, b) => rankOf(a) - rankOf(b))) {
    const cases = casesFor(id, contract);
    const missing = groups.filter((group) => !cases.some((one) => one.group === group));
    if (missing.length > 0) throw new Error(`${id} has no cases about ${missing.join(', ')}`);
    const there: Target = { ...target, supply: (need) => target.supply(need, id) };
    await proveAwake(cases, checker, there);
    tell(id, cases.length);
    verdicts.push(summary(id, await runCases(cases, there, checker)));
  }
  return verdicts;
}

/** A gateway that says "200, 00" to everything must fail every refusal. */
async function proveAwake(cases: ContractCase[], checker: Checker, target: Target): Promise<void> {
  const answer: RawAnswer = {
    status: 200,
    headers: [['content-type', 'application/json']],
    body: Buffer.from('{"response_code":"00"}'),
  };
  const one = cases.find(({ id }) => id === 'authorization.none');
  const yes = { ...target, send: () => Promise.resolve(answer) };
  const result = one && (await runCase(one, yes, checker));
  if (result?.verdict !== 'fail') throw new Error('The cases notice nothing');
}

function summary(operation: string, results: CaseResult[]): CasesVerdict {
  const those = (verdict: CaseResult['verdict']): CaseResult[] =>
    results.filter((result) => result.verdict === verdict);
  return {
    operation,
    total: results.length,
    passed: those('pass').length,
    notApplicable: those('not applicable').map(({ id, reason }) => `${id}: ${reason}`),
    faults: results.flatMap((result) => alarmsOf(result)),
  };
}

/** On a sandbox of our own every case can be run; one that was not has failed. */
export function notSkipping(verdict: CasesVerdict): CasesVerdict {
  return { ...verdict, faults: [...verdict.faults, ...verdict.notApplicable] };
}

const MOST = 40;

/** The whole report, no line longer than 80 columns: a table, the cases, then what is wrong. */
export function contractReport(run: ContractRun): string {
  const faults = faultsOf(run);
  const shown = faults.slice(0, MOST).flatMap((fault) => wrapLines(`- ${fault}`));
  const rest = faults.length > MOST ? [`- and ${faults.length - MOST} more`] : [];
  return [
    ...(run.dredd ? table(run.dredd) : []),
    '',
    ...(run.cases ?? []).flatMap(casesLines),
    ...(faults.length > 0 ? ['', `${faults.length} faults:`, ...shown, ...rest] : []),
    '',
    run.green ? 'The contract holds.' : 'FAILED: the contract does not hold, or was not tried in full.',
    '',
  ].join('\n');
}

function table({ transactions }: DreddRun): string[] {
  const rows = transactions.map(({ operation, answer, example, verdict }) => [
    operation.id,
    answer,
    example.name,
    verdict === 'fail' ? 'FAIL' : verdict,
  ]);
  const passed = transactions.filter(({ verdict }) => verdict === 'pass').length;
  const head = ['Operation', 'Status', 'Example', 'Result'];
  return ['', ...columns([head, ...rows]), `${passed} of ${rows.length} transactions passed.`];
}

function casesLines(verdict: CasesVerdict): string[] {
  const { operation, total, passed, notApplicable } = verdict;
  return [
    ...wrapLines(`${operation}: ${passed} of ${total} cases passed.`),
    ...(notApplicable.length > 0 ? [`  ${notApplicable.length} not applicable:`] : []),
    ...notApplicable.flatMap((one) => wrapLines(`  ${one}`)),
  ];
}
