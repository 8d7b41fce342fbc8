/** Dredd at a gateway that nobody here controls: every example that a client can bring about there. */
import { transactionsLookedUpFirst, runDredd } from '../dredd/dredd.ts';
import type { DreddRun, DreddTarget, DreddTransaction } from '../dredd/dredd.ts';
import { planTransactions } from '../dredd/plan.ts';
import type { ContractCase, RawRequest, SuppliedVa } from '../cases/types.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { maskName } from '../shared/mask.ts';
import { supplierFor } from './accounts.ts';
import type { GivenVa, VaState } from './accounts.ts';
import { NotAllowed } from './settings.ts';
import { isFalseSuccess } from './after.ts';
import { foreign, readable } from './answer.ts';
import type { Reading } from './answer.ts';
import { isDescribed } from './evidence.ts';
import type { StagingResult } from './evidence.ts';
import { namesOf } from './refused.ts';
import { blame, isAsAtTheStart, Stop, waitUntilBack, wordsFor } from './session.ts';
import type { Session } from './session.ts';

/** What came of Dredd. */
export interface DreddStep {
  /** A row for each example of each documented answer of the contract. */
  rows: { key: string; verdict: StagingResult['verdict'] | 'not exercised'; says: string }[];
  /** What Dredd printed, bodies and secret headers masked. */
  output: string;
}

/** What became of a case that Dredd was to send; it is weighed as any other. */
export interface ByDredd {
  result: StagingResult | Pick<StagingResult, 'verdict' | 'reason'>;
  reading?: Reading;
  /** The existing virtual account that it was about. */
  used?: GivenVa;
}

/** How often one request is sent where a gateway is down. */
const TRIES = 3;
/** Creating leaves a virtual account behind, even of a request that should be refused. */
const operations = ['inquireVirtualAccount', 'cancelVirtualAccount'];

/**
 * Runs Dredd, each transaction through the session, which holds the allowed hosts, the pace and the waiting, and has
 * `record` weigh what was sent. Throws what ends a session: a `Stop` or `NotAllowed`, after recording.
 */
export async function dreddStep(
  session: Session,
  record: (one: ContractCase, by: ByDredd) => Promise<StagingResult>,
): Promise<DreddStep> {
  const { contract, checker, settings, store, control } = session;
  const planned = planTransactions(contract);
  if (control?.form !== 'documented' || !['00', '02', '03'].includes(control.code ?? '')) {
    const says = 'the plain right request is refused';
    return { rows: planned.map(({ key }) => ({ key, verdict: 'not judged', says })), output: '' };
  }
  const used = new Map<SuppliedVa, GivenVa>();
  const exchanged: Pick<RawRequest, 'headers' | 'body'>[] = [];
  const last = new Map<string, { reading: Reading; keep: () => void }>();
  const ending = new AbortController();
  let ended: Error | undefined;
  const target: DreddTarget = {
    credentials: settings.credentials,
    alternates: {},
    supply: async (need, operation) => {
      const readOnly = operation === 'inquireVirtualAccount';
      const supplier = supplierFor(store, { channel: settings.channel, readOnly, real: false });
      const supplied = await supplier.supply(need);
      // One that is only asked after stays as it is.
      if (supplier.used && readOnly && supplier.used.state !== 'active') store.put(supplier.used);
      if (supplier.used && supplied && !readOnly) used.set(supplied, supplier.used);
      return supplied;
    },
    send: async (request: RawRequest, key: string) => {
      try {
        const sendOnce = () => session.send(`Dredd: ${key}`, request);
        let got = await sendOnce();
        // One of two behind a balancer may be down. About what may be cancelled by now another one is to be asked.
        const isUsed = [...used.values()].some(({ va }) =>
          Buffer.from(request.body).includes(va.transaction_id),
        );
        for (let i = 1; i < TRIES && got.reading.form === 'down' && !isUsed; i++) {
          blame(session, wordsFor(got.reading), got.reading.sample);
          got = await sendOnce();
        }
        last.set(key, got);
        exchanged.push(request, got.reading.answer);
        return got.reading.answer;
      } catch (error) {
        if (error instanceof Stop || error instanceof NotAllowed) {
          ended = error;
          ending.abort();
        }
        throw error;
      }
    },
  };
  const run = await runDredd({
    contract,
    checker,
    target,
    operations,
    signal: AbortSignal.any([session.signal, ending.signal]),
    again: async (transactions) => {
      const odd = transactions.filter(({ key, verdict, result }) => {
        const form = last.get(key)?.reading.form;
        return verdict === 'fail' && (result?.got === undefined || (form && foreign.includes(form)));
      });
      if (ended) return [];
      for (const { key, va } of odd) {
        const { reading } = last.get(key) ?? {};
        const from = va && used.get(va);
        if (from) store.usedUp.add(from.va);
        last.delete(key);
        blame(session, reading ? wordsFor(reading) : 'no answer to Dredd', reading?.sample);
      }
      if (odd.length > 0) await waitUntilBack(session);
      return [...odd, ...transactionsLookedUpFirst(transactions)];
    },
  });
  const isFirm = ended !== undefined || !isFailing(run) || (await isAsAtTheStart(session));
  const rows: DreddStep['rows'] = planned
    .filter((one) => run.transactions.every(({ key }) => key !== one.key))
    .map(({ key }) => ({ key, verdict: 'not exercised', says: 'Dredd creates nothing here' }));
  for (const one of run.transactions) {
    const { key, by, va, faults } = one;
    if (!by) {
      rows.push({ key, verdict: 'not exercised', says: faults.join('; ') });
      continue;
    }
    const { reading, keep } = last.get(key) ?? {};
    const from = va && used.get(va);
    const result = resultOf(session, one, { isFirm, untrusted: run.faults[0], reading });
    const exists = result && 'id' in result ? result.exists : undefined;
    if (isFirm && reading?.form === 'documented' && !isFalseSuccess(by, exists, reading)) keep?.();
    const weighed = await record(by, { result, ...(reading && { reading }), ...(from && { used: from }) });
    const isFound = weighed.verdict === 'pass' && weighed.findings.some((found) => !isDescribed(found));
    rows.push({
      key,
      verdict: isFound ? 'fail' : weighed.verdict,
      says: isFound ? faults.join('; ') : weighed.reason,
    });
  }
  if (ended) throw ended;
  // Ctrl-C ends Dredd too.
  if (session.signal.aborted) throw new Stop('interrupted');
  for (const fault of run.faults.slice(0, 3)) blame(session, `Dredd's run cannot be trusted: ${fault}`);
  if (!isFirm) await waitUntilBack(session);
  return { rows, output: maskOutput(run.output, exchanged, namesOf(contract)) };
}

const isFailing = ({ transactions }: DreddRun): boolean =>
  transactions.some(({ verdict }) => verdict === 'fail');

/** The case's own result, or why it says nothing. */
function resultOf(
  { store }: Session,
  transaction: DreddTransaction,
  {
    isFirm,
    untrusted,
    reading,
  }: { isFirm: boolean; untrusted: string | undefined; reading: Reading | undefined },
): ByDredd['result'] {
  const { verdict, faults, result, by } = transaction;
  if (verdict === 'not exercised') {
    const state = by!.needs.state as VaState;
    return { verdict: store.had(state) ? 'not run' : 'needs account', reason: faults.join('; ') };
  }
  if (!result) return { verdict: 'not run', reason: faults.join('; ') };
  if (result.got === undefined) return { ...result, verdict: 'no answer' };
  if (reading && foreign.includes(reading.form)) {
    return { ...result, verdict: 'no answer', reason: 'not the gateway answered' };
  }
  if (!isFirm && verdict === 'fail')
    return { ...result, verdict: 'no answer', reason: 'not the gateway answered' };
  if (transactionsLookedUpFirst([transaction]).length > 0) {
    return { ...result, verdict: 'not judged', reason: '02, and indeed no virtual account has these ids' };
  }
  if (result.verdict !== 'pass') return result;
  if (untrusted !== undefined) {
    return { verdict: 'not run', reason: `Dredd's run cannot be trusted: ${untrusted}` };
  }
  if (verdict === 'pass' || result.findings.length > 0) return result;
  // In another state by now, or Dredd alone objects, which is a fault of ours: neither says anything of the gateway.
  const isOurs = faults.some((fault) => fault.startsWith('Dredd: '));
  return { ...result, verdict: isOurs ? 'not run' : 'not judged', reason: faults.join('; ') };
}

const plain = ['content-type', 'accept', 'x-version', 'user-agent', 'date'];
/** A letter or two digits tell nobody anything. */
const WORDS = /[\p{L}\p{M}\p{N}]{2,}/gu;

/**
 * What Dredd printed, without any word of a value that went or came, in whatever form it prints them: of all headers but
 * the plain ones, and of all in a body that is neither of the contract's own lists nor one of its `names`.
 */
export function maskOutput(
  output: string,
  exchanged: readonly Pick<RawRequest, 'headers' | 'body'>[],
  names: readonly string[],
): string {
  const own = new Set(names.flatMap((name) => name.match(WORDS) ?? []));
  const words = new Set<string>();
  const hide = (text: string): void => {
    for (const [word] of text.matchAll(WORDS))
      if (!/^(?:\d\d|v\d)$/.test(word) && !own.has(word)) words.add(word);
  };
  const hideAll = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(hideAll);
    else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) {
        if (maskName(name) !== name) hide(name);
        hideAll(inner);
      }
    } else if (!readable.test(String(value))) hide(String(value));
  };
  for (const { headers, body } of exchanged) {
    for (const [name, value] of headers) if (!plain.includes(name.toLowerCase())) hide(value);
    const { text } = decodeBody(body);
    hideAll(parseJson(text) ?? text);
  }
  const unescaped = output
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/(?:%[0-9a-f]{2})+/gi, (coded) =>
      Buffer.from(coded.replaceAll('%', ''), 'hex').toString('utf8'),
    );
  return unescaped.replace(WORDS, (word) => (words.has(word) ? '***' : word));
}
