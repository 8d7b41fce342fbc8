/** The way of one case at a gateway that nobody here controls: sent, tried anew, held against a control, settled. */
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { aboutOf } from '../cases/run.ts';
import type { ContractCase } from '../cases/types.ts';
import { hasOwnIds } from './accounts.ts';
import type { GivenVa } from './accounts.ts';
import { createAfter, expectsSuccess, isFalseSuccess } from './after.ts';
import { createAttempts } from './attempt.ts';
import type { After } from './after.ts';
import type { Reading } from './answer.ts';
import type { ByDredd } from './dredd.ts';
import { lookedUpFirst, refusedWith2xx, refutationOf } from './evidence.ts';
import type { Refutation, StagingResult } from './evidence.ts';
import { blameTheIds, explain } from './refused.ts';
import type { Tries } from './refused.ts';
import { blame, CREATION, operations, readOnlyOperation, tell, wordsFor } from './session.ts';
import type { Session } from './session.ts';

/** How far a run is. */
export interface Progress {
  done: number;
  total: number;
  /** Statements that were refuted so far. */
  refuted: number;
  leftMs: number;
}

/**
 * The first case of each thing that is stated: of each check that refuses, and of each thing that is taken. Not the
 * one with null, if there is another: many a server takes that for no member.
 */
export function firstOfEach(cases: readonly ContractCase[]): ContractCase[] {
  const seen = new Set<string>();
  const isNull = ({ id }: ContractCase): number => Number(id.endsWith('.null'));
  return [...cases]
    .sort((a, b) => isNull(a) - isNull(b))
    .filter(({ operation, statement, expect }) => {
      const key = `${operation} ${statement.pointer} ${typeof expect === 'object' ? expect.responseCode : expect}`;
      return !seen.has(key) && seen.add(key);
    });
}

/** The cases that are sent about an account that exists, which is asked after then; one of each check, and of each success. */
export function askedAfter(contract: Contract): ContractCase[] {
  return operations
    .flatMap((operation) => firstOfEach(casesFor(operation, contract)))
    .filter((one) => one.kind === 'stated' && one.needs.state === 'any' && !hasOwnIds(one.needs));
}

/** What sends the cases of a run and keeps what came of them. */
export interface Runner extends Tries {
  results: StagingResult[];
  refutations: Refutation[];
  run: (one: ContractCase) => Promise<void>;
  /** Weighs a case that Dredd sent. */
  record: (one: ContractCase, by: ByDredd) => Promise<StagingResult>;
  after: After;
  /** Of 02 about ids that nothing has: where another such id is refused for the same rule, this one was taken. */
  infer: () => void;
  /** Adds a result for each case that was not run. */
  skipRest: (cases: readonly ContractCase[], reason: string) => void;
}

/** How the plain right request of an operation was answered, about what exists and about what does not. */
interface Control {
  isGood: boolean;
  status: number;
  code: string | undefined;
}

/**
 * Sends cases and weighs what comes back: tries anew what something else answered, holds a failure against the plain
 * right request, and asks what became of each virtual account.
 */
export function createRunner(
  session: Session,
  total: number,
  progress?: (progress: Progress) => void,
): Runner {
  const { store, contract } = session;
  const began = performance.now();
  const controls = new Map<string, Control>();
  const realIds = new Set(askedAfter(contract).map(({ operation, id }) => `${operation} ${id}`));
  let blamed: 'ids' | 'not found' | undefined;
  let withoutCreation: string | undefined;

  const refutations: Refutation[] = [];
  const refute = (one: Refutation): void => void refutations.push(one);
  const { attempt, answered, refuteTrigger } = createAttempts(session, refute, (...sent) => settle(...sent));
  const after = createAfter(session, refute, async (one) => {
    const { used, result, isNamed } = await attempt(one, true);
    return used && { one, used, result, isNamed };
  });
  /** False if something else had cancelled the virtual account before. */
  const settle = async (
    one: ContractCase,
    result: StagingResult,
    used: GivenVa,
    isNamed = true,
  ): Promise<boolean> => {
    if (one.operation !== readOnlyOperation) return after.settle({ one, result, used, isNamed });
    if (used.state !== 'active') store.put(used);
    return true;
  };

  const runner: Runner = {
    results: [],
    refutations,
    refute,
    after,
    run: async (one) => {
      const reason = one.operation === CREATION ? (withoutCreation ??= await whyNotCreated()) : '';
      const result = reason === '' ? await runSafely(one) : unrun(one, 'not judged', reason);
      runner.results.push(result);
      if (result.verdict === 'no answer' && result.reason.startsWith(FAILED)) {
        const says = `a right request fails each time it is sent: ${result.reason}`;
        blame(session, says, `first ${one.operation} ${one.id}`);
      }
      const refutation = refutationOf(contract, one, result);
      if (refutation) runner.refute(refutation);
      if (one.operation === readOnlyOperation && one.id === 'outcome.success') await after.lookAgain();
      report();
    },
    record: async (one, { result, reading, used }) => {
      const whole = 'id' in result ? result : unrun(one, result.verdict, result.reason);
      if (used) await settle(one, whole, used);
      const isOther = hasOwnIds(one.needs) && whole.got?.responseCode === '02' && one.expect !== 'accepted';
      const described: StagingResult =
        lookedUpFirst(whole) || isOther
          ? { ...whole, verdict: 'not judged', reason: LOOKED_UP }
          : describe(one, whole, reading);
      runner.results.push(described);
      const refutation = refutationOf(contract, one, described);
      if (refutation) runner.refute(refutation);
      return described;
    },
    isTaken: async (one, isReal) => {
      const { result } = await attempt(one, isReal);
      return result.got?.responseCode === (isReal ? '00' : '02');
    },
    infer: () => {
      for (const [i, made] of runner.results.entries()) {
        const other = isInferred(made) && runner.results.find((each) => isAlikeAndRefused(each, made));
        if (!other) continue;
        const said = tell({ status: other.got!.status, code: '01' });
        const reason = `expected ${said}, which ${other.id} got, but got 02: looked up, so it was taken`;
        const result: StagingResult = { ...made, verdict: 'fail', reason };
        runner.results[i] = result;
        const { pointer: key, known } = made.statement;
        refute({ key, known, says: result.reason, by: `${made.operation} ${made.id}` });
      }
    },
    skipRest: (cases, reason) => {
      const done = new Set(runner.results.map(({ operation, id }) => `${operation} ${id}`));
      for (const one of cases) {
        if (!done.has(`${one.operation} ${one.id}`)) runner.results.push(unrun(one, 'not run', reason));
      }
    },
  };

  const report = (): void => {
    if (!progress) return;
    const done = runner.results.length;
    const leftMs = ((performance.now() - began) / Math.max(1, done)) * (total - done);
    progress({ done, total, refuted: new Set(runner.refutations.map(({ key }) => key)).size, leftMs });
  };

  /** Why this gateway, or this merchant, has no creation; empty if it has. It need not: what is asked for is cancelling. */
  const whyNotCreated = async (): Promise<string> => {
    const plain = casesFor(CREATION, contract).find(({ id }) => id === 'outcome.success')!;
    const last = (await attempt(plain, true)).readings.at(-1);
    const isAbsent = last && (last.form !== 'documented' || last.status === 405 || last.code === '04');
    if (!isAbsent || ![401, 403, 404, 405, 501].includes(last.status)) return '';
    const reason = `no virtual account can be created here: ${tell(last)}`;
    session.notes.push(reason);
    return reason;
  };

  /** One case; once more with a virtual account that exists where ids that do not told nothing. */
  const runSafely = async (one: ContractCase): Promise<StagingResult> => {
    const isReadOnly = one.operation === readOnlyOperation;
    const isReal = isReadOnly || (realIds.has(`${one.operation} ${one.id}`) && store.left('active') > 0);
    const real = await judged(one, isReal);
    const isLacking =
      ['needs account', 'not run'].includes(real.verdict) && isReal && one.needs.state === 'any';
    const first = isLacking ? await judged(one, false) : real;
    if (one.kind === 'unstated' || first.verdict === 'not judged' || !lookedUpFirst(first)) return first;
    const second = await judged(one, true);
    if (second.verdict !== 'needs account' && second.verdict !== 'not run') return second;
    return { ...first, verdict: second.verdict, reason: `looked up first; ${second.reason}` };
  };

  const judged = async (one: ContractCase, isReal: boolean): Promise<StagingResult> => {
    const { result, readings, keeps, used, isNamed, settled } = await answered(one, isReal);
    const last = readings.at(-1);
    // What should be refused and is answered with an empty 204, say, says nothing of how a success looks.
    const isFalse = isFalseSuccess(one, result.exists, last);
    const isOdd = isFalse && last?.form === 'shape' && !expectsSuccess(one);
    // No SDK sends such a thing, so what they read of refusals says nothing of the answer to it: often a framework's.
    const isUnread =
      last?.form === 'shape' && last.status >= 400 && ['shape', 'contentType'].includes(one.group);
    if (isUnread && one.kind === 'stated') refuteTrigger(one, wordsFor(last), last.sample);
    if (result.verdict !== 'no answer' && !isFalse && !isUnread) for (const keep of keeps) keep();
    if (isOdd && one.kind === 'stated') {
      refute({
        key: refusedWith2xx,
        known: 'sdk',
        says: wordsFor(last),
        by: `${one.operation} ${one.id}`,
        sample: last.sample,
      });
    }
    const isOwn = settled ?? (!used || (await settle(one, result, used, isNamed)));
    if (!isOwn) return { ...result, verdict: 'not judged', reason: 'something else had cancelled it before' };
    // That ids are looked up before they are checked no document forbids: it says nothing of the check.
    if (!isNamed && one.kind !== 'unstated' && lookedUpFirst({ ...result, exists: false })) {
      return { ...result, verdict: 'not judged', reason: LOOKED_UP };
    }
    const reading = readings.at(-1);
    const key = `${one.operation} ${result.exists ?? false}`;
    const isControl = one.id === (result.exists ? 'outcome.success' : 'outcome.notFound.unknown');
    if (!isControl || !reading) {
      const others = one.needsOther ? controls.get(`${one.operation} false`) : undefined;
      return describe(one, result, reading, [controls.get(key), others]);
    }
    const { form, status, code } = reading;
    const right = result.exists ? ['00'] : ['00', '02', '03'];
    const isGood = form === 'documented' && status < 500 && right.includes(code ?? '');
    controls.set(key, { isGood, status, code });
    const isRefused = !isGood && form === 'documented' && ['01', '02', '04', '99'].includes(code ?? '');
    return isRefused ? refusedControl(one, result, reading) : describe(one, result, reading);
  };

  /** The plain right request is refused: that says nothing of any statement, but why is to be found out. */
  const refusedControl = async (
    one: ContractCase,
    result: StagingResult,
    reading: Reading,
  ): Promise<StagingResult> => {
    const isSigned = controls.get(`${readOnlyOperation} true`)?.isGood;
    const isOfKey = result.exists && reading.code === '99' && !isSigned;
    if (isOfKey || isAllRefused(one.operation)) {
      await explain(
        session,
        runner,
        isOfKey ? readOnlyOperation : one.operation,
        reading,
        result.exists === true,
      );
    }
    const isOfIds = !result.exists && reading.code === '01';
    if (isOfIds && one.operation === readOnlyOperation)
      blamed = await blameTheIds(session, refute, one.operation);
    const cause = isOfIds ? blamed : undefined;
    if (cause === 'not found') return describe(one, result, reading);
    const [, operation] = /^([a-z]+)/.exec(one.operation)!;
    const about = one.needs.state === 'fresh' || result.exists ? '' : ' about ids that do not exist';
    const says = `${operation}${about}: the plain right request is refused (${tell(reading)})`;
    if (cause === undefined) blame(session, says, reading.sample);
    return {
      ...result,
      verdict: result.exists ? 'not run' : 'not judged',
      reason: says,
      sample: reading.sample,
    };
  };

  /** Nothing else can be said where the plain right request is refused as a request, whatever it is about. */
  const isAllRefused = (operation: string): boolean => {
    const [real, madeUp] = [controls.get(`${operation} true`), controls.get(`${operation} false`)];
    const isRefused = (control?: Control): boolean =>
      control !== undefined && !control.isGood && control.code === '01';
    return operations.includes(operation) && isRefused(madeUp) && (real === undefined || isRefused(real));
  };

  return runner;
}

const FAILED = 'the gateway failed';
const LOOKED_UP = '02, and no virtual account has these ids';

/** Blanks at an end are cut off by many a server, and a pattern may overlook a line break there. */
function isInferred({ verdict, reason, statement, id }: StagingResult): boolean {
  const isRule = /\/(pattern|maxLength|type|letters-mean-ASCII)$/.test(statement.pointer);
  return verdict === 'not judged' && reason === LOOKED_UP && isRule && !/\.(first|last)$/.test(id);
}

function isAlikeAndRefused(each: StagingResult, { operation, statement }: StagingResult): boolean {
  const pointer = statement.pointer.replace('x-known-parts/letters-mean-ASCII', 'pattern');
  const isSame = each.operation === operation && each.statement.pointer === pointer;
  return isSame && each.exists === false && each.got?.responseCode === '01' && each.verdict === 'pass';
}

/** The result of a case that was not run. */
export function unrun(one: ContractCase, verdict: StagingResult['verdict'], reason: string): StagingResult {
  return { ...aboutOf(one), verdict, reason, findings: [] };
}

/** The verdict that counts: of what is stated, what says something; of the rest, a description. */
function describe(
  one: ContractCase,
  result: StagingResult,
  reading: Reading | undefined,
  controls: readonly (Control | undefined)[] = [],
): StagingResult {
  if (!['pass', 'fail'].includes(result.verdict) || !reading) return result;
  if (reading.form !== 'documented') {
    return { ...result, verdict: 'not judged', reason: wordsFor(reading), sample: reading.sample };
  }
  const { status, code } = reading;
  const bad = controls.filter((one) => one && !one.isGood) as Control[];
  const isAlike = bad.some((one) => one.status === status && one.code === code);
  if (isAlike) {
    return { ...result, verdict: 'not judged', reason: `the plain right request gets ${tell(reading)} too` };
  }
  if (bad.length > 0 && one.expect === 'accepted') {
    return { ...result, verdict: 'not judged', reason: 'the plain right request fails too' };
  }
  if (result.verdict === 'fail' && expectsSuccess(one) && status >= 500) {
    return { ...result, verdict: 'no answer', reason: `${FAILED}: ${tell(reading)}` };
  }
  if (one.kind === 'stated') {
    const isOther = code !== undefined && (one.orCodes ?? []).includes(code);
    if (result.verdict === 'fail' && isOther) {
      return { ...result, verdict: 'pass', reason: `refused by another check first: ${tell(reading)}` };
    }
    return result.verdict === 'fail' ? { ...result, sample: reading.sample } : result;
  }
  const words = result.verdict === 'pass' ? 'as expected' : 'otherwise';
  const reason = `${words}: ${tell(reading)}`;
  return { ...result, verdict: 'reported', reason, ...(one.topic && { topic: one.topic }) };
}
