import type { Checker, Finding, Rule } from '../checker/checker.ts';
import { asObject } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { NotApplicable } from './types.ts';
import type {
  CaseContext,
  CaseResult,
  ContractCase,
  RawAnswer,
  RawRequest,
  SuppliedVa,
  Target,
} from './types.ts';

type Got = NonNullable<CaseResult['got']>;
type Verdict = Pick<CaseResult, 'verdict' | 'reason'>;

/**
 * Runs one case and judges what comes back. The verdict is about the oracle alone; what the checker found in
 * the answers stands beside it, in `findings`. A request that gets no answer fails. Throws a TypeError if the
 * target supplies the same ids twice.
 */
export async function runCase(one: ContractCase, target: Target, checker: Checker): Promise<CaseResult> {
  const about = aboutOf(one);
  const reason = one.inapplicable?.(target);
  if (reason !== undefined) return { ...about, verdict: 'not applicable', reason, findings: [] };
  const supplied = await target.supply(one.needs);
  if (!supplied) return { ...about, verdict: 'not applicable', reason: lacking(one), findings: [] };
  return { ...about, exists: supplied.exists, ...(await exchange(one, target, checker, supplied)) };
}

/** What a result says of its case. */
export function aboutOf({
  id,
  group,
  operation,
  expect,
  kind,
  statement,
  question,
}: ContractCase): Omit<CaseResult, 'verdict' | 'reason' | 'findings'> {
  const own = { id, group, operation, expect, kind, statement };
  return question === undefined ? own : { ...own, question };
}

/** Runs cases one after the other, each told as it is done. */
export async function runCases(
  cases: readonly ContractCase[],
  target: Target,
  checker: Checker,
  onResult: (result: CaseResult) => void = () => undefined,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of cases) {
    const result = await runCase(one, target, checker);
    results.push(result);
    onResult(result);
  }
  return results;
}

/** What is wrong in a result: the case failed, and every finding but those by a rule in `expected`. */
export function alarmsOf(result: CaseResult, expected: readonly Rule[] = []): string[] {
  const failed = result.verdict === 'fail' ? [`${result.id}: ${result.reason}`] : [];
  const findings = result.findings.filter(({ rule }) => !expected.includes(rule));
  return [...failed, ...findings.map((f) => `${result.id}: ${f.rule} at ${f.pointer}: ${f.message}`)];
}

type Exchanged = Verdict & Pick<CaseResult, 'got' | 'findings'>;

async function exchange(
  one: ContractCase,
  { send, credentials, alternates, supply }: Target,
  checker: Checker,
  supplied: SuppliedVa,
): Promise<Exchanged> {
  const state = one.needs.state === 'fresh' ? 'fresh' : 'any';
  const second = one.needsOther ? await supply({ state, owner: 'self' }) : undefined;
  const other = second?.va ?? madeUp;
  if (other.external_id === supplied.va.external_id || other.order_id === supplied.va.order_id) {
    throw new TypeError('The target supplied the same ids twice');
  }
  const context = { credentials, alternates, ...supplied, other };
  const built = buildAll(one, context);
  if (typeof built === 'string') return { verdict: 'not applicable', reason: built, findings: [] };
  const findings: Finding[] = [];
  let answer: RawAnswer | undefined;
  for (const request of built) {
    try {
      answer = await send(request);
    } catch (error) {
      return { verdict: 'fail', reason: `no answer: ${nameOf(error)}`, findings };
    }
    findings.push(...checkAnswer(one, checker, request, answer));
  }
  const got = summary(answer!);
  return { ...judge(one, got, supplied.exists), got, findings };
}

/** The case's requests, or why there are none. */
function buildAll({ before, build }: ContractCase, context: CaseContext): RawRequest[] | string {
  try {
    return [...(before ? [before(context)] : []), build(context)];
  } catch (error) {
    if (error instanceof NotApplicable) return error.message;
    throw error;
  }
}

function checkAnswer(one: ContractCase, checker: Checker, request: RawRequest, answer: RawAnswer): Finding[] {
  return checker.check({ ...answer, operation: one.operation, request: { body: request.body } });
}

function summary({ status, body }: RawAnswer): Got {
  const code = asObject(parseJson(decodeBody(body).text))['response_code'];
  return typeof code === 'string' ? { status, responseCode: code.slice(0, 10) } : { status };
}

function judge({ expect, success }: ContractCase, got: Got, exists: boolean): Verdict {
  const said = `got ${tell(got)}`;
  if (expect === 'accepted' && !exists) {
    const reason = `expected no refusal of the request (01, 04, 99) about ids that are unknown, ${said}`;
    return { verdict: isRefused(got) ? 'fail' : 'pass', reason };
  }
  const wanted = expect === 'accepted' ? success : expect;
  const right = got.status === wanted.status && got.responseCode === wanted.responseCode;
  return { verdict: right ? 'pass' : 'fail', reason: `expected ${tell(wanted)}, ${said}` };
}

function isRefused({ status, responseCode }: Got): boolean {
  return status >= 500 || responseCode === undefined || ['01', '04', '99'].includes(responseCode);
}

function tell({ status, responseCode }: Got): string {
  return `${status} with ${responseCode ?? 'no code'}`;
}

function lacking({ needs: { state, owner } }: ContractCase): string {
  return `no virtual account to be had: ${state}${owner === 'self' ? '' : `, owner ${owner}`}`;
}

function nameOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return String(code ?? name);
}

const madeUp = {
  external_id: 'fake-other-external',
  order_id: 'fake-other-order',
  transaction_id: 'fake-other-transaction',
  payment_method: 'BANK_TRANSFER',
  payment_channel: 'BCA',
};
