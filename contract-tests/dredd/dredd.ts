/**
 * Runs Dredd over every example of every documented answer that can be brought about at a gateway, and holds what
 * was seen to happen against the plan. Fail-closed: Dredd also exits with 0 when it called no hook, tried nothing
 * or did not get to the end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCase } from '../cases/run.ts';
import type {
  CaseResult,
  ContractCase,
  Need,
  RawAnswer,
  RawRequest,
  SuppliedVa,
  Target,
} from '../cases/types.ts';
import type { Checker } from '../checker/checker.ts';
import { asObject } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { toolNode } from '../shared/processes.ts';
import { NotAllowed } from '../staging/settings.ts';
import { fingerprint, fingerprintOf, ORDERS_VARIABLE } from './hooks.ts';
import type { HookRecord, DreddJudgement, DreddOrders } from './hooks.ts';
import { scriptedCase, documentFor, planTransactions } from './plan.ts';
import type { Planned } from './plan.ts';
import { startRelay } from './relay.ts';
import type { Relay } from './relay.ts';

/** A gateway, and what is to be had there. */
export interface DreddTarget extends Omit<Target, 'supply' | 'send'> {
  /** As of a `Target`, and told the key of the transaction. Holds the allowed hosts and the pace. */
  send: (request: RawRequest, key: string) => Promise<RawAnswer>;
  /** As of a `Target`, and told the operationId that it is for: an inquiry uses nothing up. */
  supply: (need: Need, operation: string) => Promise<SuppliedVa | undefined>;
  /** A virtual account about which it fails like that by its script; only a sandbox has one. */
  failing?: (planned: Planned) => (SuppliedVa & { status: number }) | undefined;
}

/** What to run, and against what. */
export interface DreddOptions {
  contract: Contract;
  /** One that was seen to look, see `assertLooks`. */
  checker: Checker;
  target: DreddTarget;
  /** operationIds. Default: all. */
  operations?: readonly string[];
  /** Which to send once more after a start, with which case. Default: `transactionsLookedUpFirst`. */
  again?: (transactions: readonly DreddTransaction[]) => readonly Planned[] | Promise<readonly Planned[]>;
  /** Ends the run; what was not sent by then is not run. */
  signal?: AbortSignal;
  /** At the most this long with nothing under way. Default 60 000. */
  idleMs?: number;
  /** Parts that tests change, to see that it is noticed. */
  stubs?: {
    /** Loaded instead of hooks.cjs. */
    hookFile?: string;
    /** More arguments for Dredd. */
    args?: string[];
    /** Changes what Dredd gets to read. */
    documents?: (documents: Record<string, unknown>[]) => Record<string, unknown>[];
  };
}

/** What came of one transaction. */
export interface DreddTransaction extends Planned {
  verdict: 'pass' | 'fail' | 'not exercised' | 'not run';
  /** Why it did not pass, in words; more than one thing may be wrong. */
  faults: string[];
  /** As of any case; absent unless it was run. */
  result?: CaseResult;
  /** The virtual account that it was about, if there was one. */
  va?: SuppliedVa;
}

/** What came of a run. */
export interface DreddRun {
  transactions: DreddTransaction[];
  /** Why the run itself cannot be trusted; empty if it can. */
  faults: string[];
  /** What Dredd printed. Holds whole requests, headers and all: to be masked before anyone sees it. */
  output: string;
}

/** A transaction that is ready to be sent. */
interface Ready {
  planned: Planned;
  one: ContractCase;
  status: number;
  request: RawRequest;
  supplied: SuppliedVa;
  answer?: RawAnswer | undefined;
  error?: unknown;
  settle: (answer?: RawAnswer, error?: unknown) => void;
  result: Promise<CaseResult>;
}

/** How Dredd ended, and what is known of the way there. */
interface Ended {
  /** Null after a signal. */
  exitCode: number | null;
  output: string;
  entries: HookRecord[];
  relay: Relay;
}

/** At the most so many starts of Dredd. */
const STARTS = 3;

/**
 * Runs Dredd, one start for all transactions, and one more for those that are to be sent again. Rejects with
 * `NotAllowed` if anything is to go where it must not, and as `planTransactions` does.
 */
export async function runDredd(options: DreddOptions): Promise<DreddRun> {
  const { contract, operations, again = (transactions) => transactionsLookedUpFirst(transactions) } = options;
  const all = planTransactions(contract);
  const run = await runOnce(
    options,
    all.filter(({ operation }) => !operations || operations.includes(operation.id)),
  );
  for (let start = 1; start < STARTS && run.faults.length === 0; start++) {
    const more = await again(run.transactions);
    if (more.length === 0) break;
    const { transactions, faults, output } = await runOnce(options, more);
    run.transactions = run.transactions.map((one) => transactions.find(({ key }) => key === one.key) ?? one);
    run.faults.push(...faults);
    run.output += output;
  }
  if (run.transactions.every(({ verdict }) => verdict === 'not exercised'))
    run.faults.push('nothing was run');
  return run;
}

/**
 * Those that were refused only because made-up ids were looked up first, to be sent again about virtual accounts
 * that exist: no document says which check comes first.
 */
export function transactionsLookedUpFirst(transactions: readonly DreddTransaction[]): Planned[] {
  const isOne = ({ result }: DreddTransaction): boolean =>
    result?.exists === false &&
    result.got?.responseCode === '02' &&
    typeof result.expect === 'object' &&
    result.expect.responseCode !== '02';
  return transactions
    .filter(isOne)
    .map((one) => ({ ...one, by: { ...one.by!, needs: { ...one.by!.needs, state: 'active' } } }));
}

async function runOnce(options: DreddOptions, planned: readonly Planned[]): Promise<DreddRun> {
  const { target, checker, contract } = options;
  const ready: Ready[] = [];
  const idle: DreddTransaction[] = [];
  for (const one of planned) {
    const made = await prepare(options, one, ready);
    if (typeof made === 'string') idle.push({ ...one, verdict: 'not exercised', faults: [made] });
    else ready.push(made);
  }
  if (ready.length === 0) return { transactions: idle, faults: [], output: '' };
  const expected = ready.map((one) => ({
    key: one.planned.key,
    request: one.request,
    answered: (answer: RawAnswer | undefined, error?: unknown) => {
      Object.assign(one, { answer, error });
      one.settle(answer, error);
    },
  }));
  const relay = await startRelay(expected, target.send);
  let ended: Ended;
  try {
    ended = { ...(await execute(options, contract, ready, relay)), relay };
  } finally {
    await relay.close();
    for (const one of ready) one.settle();
  }
  const forbidden = ready.find(({ error }) => error instanceof NotAllowed);
  if (forbidden) throw forbidden.error;
  const transactions = await Promise.all(ready.map((one) => judge(one, ended)));
  return {
    transactions: planned.map(({ key }) => [...transactions, ...idle].find((one) => one.key === key)!),
    faults: judgeRun(ready, ended, checker),
    output: ended.output,
  };
}

/** Builds the request as the case does, or says why it cannot be had here. */
async function prepare(
  { contract, checker, target }: DreddOptions,
  planned: Planned,
  before: readonly Ready[],
): Promise<Ready | string> {
  const { by } = planned;
  const failing = by ? undefined : target.failing?.(planned);
  if (!by && !failing) return 'no request brings it about: the contract has no case for it';
  const status = failing?.status ?? Number(planned.answer);
  const one = by ?? scriptedCase(contract, planned, status);
  let supplied: SuppliedVa | undefined;
  const supply: Target['supply'] = async (need) => {
    supplied = failing ?? (await target.supply(need, one.operation)) ?? canceledBefore(one, before);
    return supplied;
  };
  let settle!: Ready['settle'];
  const answered = new Promise<RawAnswer>((resolve, reject) => {
    settle = (answer, error = new Error('no answer')) => (answer ? resolve(answer) : reject(error));
  });
  let result!: Promise<CaseResult>;
  // The case builds the request and judges the answer; Dredd sends the one and hands back the other.
  const got = await new Promise<RawRequest | CaseResult>((resolve, reject) => {
    const send = (request: RawRequest): Promise<RawAnswer> => {
      resolve(request);
      return answered;
    };
    result = runCase(one, { ...target, supply, send }, checker);
    result.then(resolve, reject);
  });
  if ('verdict' in got) return got.reason;
  return { planned, one, status, request: got, supplied: supplied!, settle, result };
}

/** The one that was cancelled on the way: it can be asked after. */
function canceledBefore({ needs }: ContractCase, before: readonly Ready[]): SuppliedVa | undefined {
  if (needs.state !== 'canceled') return undefined;
  return before.find(({ one }) => one.operation === 'cancelVirtualAccount' && one.needs.state === 'active')
    ?.supplied;
}

const DREDD = createRequire(import.meta.url).resolve('dredd/bin/dredd');
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
// Of Node about Dredd's old dependencies, every time; Dredd's own warnings are told apart from them.
const NODE = ['--no-warnings', `--import=${new URL('only-relay.ts', import.meta.url).href}`];

/** Runs Dredd in a directory of its own, so that it reads no dredd.yml. */
async function execute(
  { signal, idleMs = 60_000, stubs = {}, checker }: DreddOptions,
  contract: Contract,
  ready: readonly Ready[],
  relay: Relay,
): Promise<Omit<Ended, 'relay'>> {
  const cwd = mkdtempSync(join(tmpdir(), 'ifortepay-dredd-'));
  try {
    const orders: DreddOrders = { record: join(cwd, 'record.jsonl'), port: relay.port, transactions: {} };
    for (const { planned, request, one, status } of ready) {
      const { headers, body } = request;
      orders.transactions[planned.key] = {
        headers: Object.fromEntries(headers),
        body: Buffer.from(body).toString('utf8'),
        schema: checker.bodySchema(one.operation, status),
      };
    }
    writeFileSync(join(cwd, 'orders.json'), JSON.stringify(orders), { mode: 0o600 });
    const documents = ready.map(({ planned, status }) => documentFor(contract, planned, status));
    const files = (stubs.documents?.(documents) ?? documents).map((document, index) => {
      writeFileSync(join(cwd, `${index}.json`), JSON.stringify(document));
      return `${index}.json`;
    });
    const args = [
      // Dredd takes the first argument last.
      files.at(-1)!,
      `http://127.0.0.1:${relay.port}`,
      ...files.slice(0, -1).map((file) => `--path=${file}`),
      `--hookfiles=${stubs.hookFile ?? path('hooks.cjs')}`,
      '--no-color',
      '--loglevel=warning',
      ...(stubs.args ?? []),
    ];
    // Dredd warns of a proxy, though it uses none.
    const others = Object.entries(process.env).filter(
      ([name]) => !/_proxy$|^NODE_OPTIONS$|^IFORTEPAY_/i.test(name),
    );
    const env = { ...Object.fromEntries(others), [ORDERS_VARIABLE]: join(cwd, 'orders.json') };
    const child = spawn(toolNode(), [...NODE, DREDD, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const end = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    const watch = setInterval(() => relay.idleMs() > idleMs && end(), Math.min(idleMs, 1_000));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    clearInterval(watch);
    signal?.removeEventListener('abort', end);
    return { exitCode, output, entries: readEntries(orders.record) };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function readEntries(file: string): HookRecord[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HookRecord);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const isJudged = (entry: HookRecord): entry is HookRecord & DreddJudgement => entry.did === 'judge';

async function judge(
  { planned, result: judging, answer, supplied: va }: Ready,
  { entries, relay }: Ended,
): Promise<DreddTransaction> {
  const result = await judging;
  if (!relay.seen.includes(planned.key))
    return { ...planned, verdict: 'not run', faults: ['it was not sent'] };
  const failed = result.verdict === 'pass' ? [] : [result.reason];
  const byDefault = planned.answer === 'default';
  const findings = result.findings.filter(({ rule }) => !(byDefault && rule === 'statusByDefault'));
  const body = asObject(parseJson(decodeBody(answer?.body ?? Buffer.of()).text));
  const { transaction_status: wanted } = planned.example.value;
  const entry = entries.filter(isJudged).find(({ key }) => key === planned.key);
  const faults = [
    ...failed,
    ...findings.map(({ rule, pointer, message }) => `${rule} at ${pointer || 'the body'}: ${message}`),
    ...(failed.length > 0 || body['transaction_status'] === wanted
      ? []
      : [`transaction_status is not ${wanted}`]),
    ...(answer && entry && !entry.valid ? entry.says.map((line) => `Dredd: ${line}`) : []),
  ];
  return { ...planned, verdict: faults.length === 0 ? 'pass' : 'fail', faults, result, va };
}

/** Exit code, and sets: read, judged with the right schema, and seen on the wire, each is what was planned. */
function judgeRun(
  ready: readonly Ready[],
  { exitCode, output, entries, relay }: Ended,
  checker: Checker,
): string[] {
  const keys = ready.map(({ planned }) => planned.key);
  const judged = entries.filter(isJudged);
  const begun = entries.flatMap((entry) => (entry.did === 'begin' ? [entry] : []));
  const isRight = ({ key, schema, answer }: DreddJudgement): boolean => {
    const one = ready.find(({ planned }) => planned.key === key);
    if (!one || fingerprintOf(one.answer) !== answer) return false;
    return !one.answer || fingerprint(checker.bodySchema(one.one.operation, one.status)) === schema;
  };
  const wanted = judged.every(({ valid }) => valid) ? 0 : 1;
  const ended = exitCode === null ? 'Dredd was ended' : `Dredd's exit code is ${exitCode}, not ${wanted}`;
  return [
    ...(exitCode === wanted ? [] : [ended]),
    ...differences(
      'read',
      keys,
      begun.flatMap((entry) => entry.keys),
    ),
    ...differences(
      'judged with its schema',
      keys,
      judged.filter(isRight).map(({ key }) => key),
    ),
    ...differences('seen on the wire', keys, relay.seen),
    ...relay.refused,
    ...begun.flatMap(({ faults }) => faults),
    ...entries.flatMap((entry) => (entry.did === 'block' ? [`Dredd tried to reach ${entry.what}`] : [])),
    ...[...output.matchAll(/^warn: .*$/gm)].map(([line]) => `Dredd says ${line}`),
  ];
}

/** What differs between two lists whose order does not matter and where a text may come more than once. */
function differences(what: string, wanted: readonly string[], got: readonly string[]): string[] {
  if (got.length === 0) return [`${what}: none of ${wanted.length}`];
  const count = (list: readonly string[], text: string): number => list.filter((one) => one === text).length;
  const wrong = [...new Set([...wanted, ...got])].filter((text) => count(wanted, text) !== count(got, text));
  return wrong.map((text) => `${what}: ${text} ${count(got, text)} times, not ${count(wanted, text)}`);
}
