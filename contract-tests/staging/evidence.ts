/** What cases and answers say about the statements of the contract. */
import type { Checker, Finding } from '../checker/checker.ts';
import {
  asObject,
  isUnstated,
  join,
  knownAt,
  objectAt,
  operationOf,
  resolvePointer,
  valueAt,
} from '../../spec/contract.ts';
import type { Contract, Known } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import type { CaseResult, ContractCase, StatusAndCode, RawRequest, Topic } from '../cases/types.ts';
import { maskPointer } from '../shared/mask.ts';
import { memberAt, valueFound } from './answer.ts';
import type { Reading } from './answer.ts';
import { guessesOf, keyOf, pairingsOf } from './statements.ts';
import type { Guess } from './statements.ts';

/**
 * A case, and what came of it. `reported`: an open question was answered, or what no document says described.
 * `not judged`: its answer says nothing, or the plain right request failed too. `no answer`: none of the gateway's
 * own. `needs account`:
 * there never was a virtual account for it. `not run`: accounts ran out, or the run was cut short.
 */
export interface StagingResult extends Omit<CaseResult, 'verdict'> {
  verdict: CaseResult['verdict'] | 'reported' | 'not judged' | 'no answer' | 'needs account' | 'not run';
  /** The answer, masked, where it is not what was expected. */
  sample?: string;
  /** What it is about, if no document says it. */
  topic?: Topic;
}

/** A statement that does not hold, how well it is known, and who says so. */
export interface Refutation {
  /** Key of the statement, or words where it is none of the contract. */
  key: string;
  known: Known;
  /** What was found instead, in words. */
  says: string;
  /** The case, or what else was done. */
  by: string;
  sample?: string;
  /** 0 for what is worst: it is told first. */
  rank?: number;
  /** What is wrong with the form of many answers alike, whatever they answer. */
  cause?: string;
}

/** What one answer showed. Holds no value of the answer but the response code and what `found` shows. */
export interface Observation {
  by: string;
  operation: string;
  status: number;
  code?: string;
  form: Reading['form'];
  sample: string;
  findings: (Finding & { found: string })[];
  /** Keys of statements that this answer has an instance of. */
  held: string[];
  /** How each name that came back compares to the one sent. */
  echoes: Record<string, 'same' | 'other letter case' | 'another'>;
}

/** Guesses that are no statement of the contract but are taken for granted all the same. */
export const assumptions = {
  trigger: 'each fault is answered with the response code that fits it best',
  twice: 'question 2: a virtual account that is cancelled cannot be cancelled again',
  late: 'question 3: a paid or expired virtual account is refused with 400 and 01',
} as const;

/** Read in the SDKs; that 02 may come with 200 all the same is an open question. */
export const refusedWith2xx = 'a refusal comes with another HTTP status than 2xx';

/** What a virtual account's state says of the answers before it: the worst lies that a gateway can tell. */
export const lies = {
  refused: 'a refused cancel cancels nothing',
  canceled: 'CANCELED means that it is cancelled',
  inquiry: 'an inquiry changes nothing',
  state: 'an inquiry says what state it is in',
  another: 'a cancel cancels the one that it names, and no other',
} as const;

const echoed = ['external_id', 'order_id', 'transaction_id', 'payment_method', 'payment_channel'].map(
  (name) => `/${name}`,
);

/**
 * Notes what an answer shows; undefined for a request to no operation of the contract. What comes back to a request
 * that should be refused, or that nothing is stated about, may be what the gateway has: without `compares` it is not
 * held against what was sent.
 */
export function observe(
  { contract, checker }: { contract: Contract; checker: Checker },
  by: string,
  request: RawRequest,
  reading: Reading,
  compares = true,
): Observation | undefined {
  const operation = checker.operationFor(request.method, request.path);
  if (operation === undefined) return undefined;
  const { form, status, code, answer, sample } = reading;
  const body = asObject(parseJson(decodeBody(answer.body).text));
  const isOwn = form === 'documented';
  const counts = ({ pointer }: Finding): boolean => compares || !echoed.includes(pointer);
  const findings = findingsOf({ contract, checker }, operation, request, reading).filter(counts);
  return {
    by,
    operation,
    status,
    ...(code !== undefined && { code }),
    form,
    sample,
    findings: findings.map((one) => ({ ...one, found: valueFound(reading, one.pointer) })),
    held: isOwn
      ? [...heldBy(contract, operation, status, body), ...heldByHeader(contract, by, request, code)]
      : [],
    echoes: isOwn ? echoesOf(asObject(parseJson(decodeBody(request.body).text)), body) : {},
  };
}

/** Of what is not the gateway's own word, none; of what cannot be read as documented, what keeps it from being so. */
function findingsOf(
  { contract, checker }: { contract: Contract; checker: Checker },
  operation: string,
  request: RawRequest,
  { form, answer, code }: Reading,
): Finding[] {
  if (form !== 'documented' && form !== 'shape' && form !== 'encoding') return [];
  const status = statusOfCode(contract, operation, answer.status, code);
  const sent = parseJson(decodeBody(request.body).text);
  const back = parseJson(decodeBody(answer.body).text);
  // What was sent and comes back as it was is no word of the gateway's own.
  const isEcho = ({ pointer, rule }: Finding): boolean => {
    const value = memberAt(sent, pointer);
    return pointer !== '' && order.includes(rule) && value !== undefined && value === memberAt(back, pointer);
  };
  const found = checker
    .check({ ...answer, status, operation, request: { body: request.body } })
    .filter((one) => one.rule !== 'statusByDefault' && !isEcho(one));
  if (form === 'documented') return onePerPlace(found);
  const responses = join(operationOf(contract, operation).pointer, 'responses');
  const isListed = valueAt(contract, join(responses, String(status))) !== undefined;
  const content = join(responses, isListed ? String(status) : 'default', 'content');
  if (form === 'encoding') {
    const where = resolvePointer(contract, content);
    const message = 'its content-encoding cannot be undone: fetch fails on it';
    const pointer = 'header:content-encoding';
    return [{ rule: 'encoding', pointer, where, known: knownAt(contract, where), breaking: true, message }];
  }
  const first = [
    (one: Finding) => one.rule === 'mediaType',
    (one: Finding) => ['encoding', 'notJson'].includes(one.rule),
    (one: Finding) => one.rule === 'type' && one.pointer === '',
    (one: Finding) => one.pointer === '/response_code',
  ];
  const cause = first.map((is) => found.filter(is)).find((some) => some.length > 0);
  return onePerPlace(cause ?? found).slice(0, 1);
}

/** The status whose answer this is: its own, unless its code belongs to another; that it came with it cases say. */
function statusOfCode(
  contract: Contract,
  operation: string,
  status: number,
  code: string | undefined,
): number {
  // A failure that calls itself a success is a failure.
  if (code === '00' && status >= 300) return status;
  const pairs = pairingsOf(contract, operationOf(contract, operation)).filter((one) => one.code === code);
  // A success that the contract does not list is held against the one that it has.
  if (pairs.length === 0) return code === undefined && status > 200 && status < 300 ? 200 : status;
  const isOwn = pairs.some((one) => one.status === String(status));
  return isOwn ? status : Number(pairs[0]!.status);
}

const order = ['required', 'type', 'enum', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'];

/**
 * Of what is wrong at one place the most basic: a number is no text, and so no text of the list either. That a name is
 * not the one sent is told apart only where nothing that is known better than a guess says it already.
 */
function onePerPlace(findings: readonly Finding[]): Finding[] {
  const rank = ({ rule }: Finding): number => (order.includes(rule) ? order.indexOf(rule) : order.length);
  return findings.filter((one) =>
    findings.every((other) => {
      if (other.pointer !== one.pointer || rank(other) >= rank(one)) return true;
      return ['echo', 'echoName'].includes(one.rule) && other.known === 'guess';
    }),
  );
}

function heldBy(contract: Contract, id: string, status: number, body: Record<string, unknown>): string[] {
  const responses = join(operationOf(contract, id).pointer, 'responses');
  const documented = String(status) in objectAt(contract, responses);
  const written = join(responses, documented ? String(status) : 'default');
  const media = join(written, 'content', 'application/json');
  const { response_code: code } = body;
  if (typeof code !== 'string') return [];
  const examples = Object.entries(asObject(objectAt(contract, media)['examples'])).filter(([, example]) =>
    isLike(asObject(asObject(example)['value']), body),
  );
  return [
    keyOf(written, code),
    resolvePointer(contract, written),
    ...examples.map(([name]) => resolvePointer(contract, join(media, 'examples', name))),
    ...walk(contract, join(media, 'schema'), body),
  ];
}

/** A sub-merchant that is named, and for whom the request is taken, has a name as the contract says. */
function heldByHeader(
  contract: Contract,
  by: string,
  { headers }: RawRequest,
  code: string | undefined,
): string[] {
  const schema = '/components/parameters/SubMerchantId/schema';
  const isNamed = headers.some(([name]) => name.toLowerCase() === 'sub-merchant-id');
  // One that nobody has is named to see what is said of it.
  if (!isNamed || / subMerchant[.]/.test(by) || !['00', '02'].includes(code ?? '')) return [];
  return Object.keys(objectAt(contract, schema)).map((keyword) => join(schema, keyword));
}

function isLike(example: Record<string, unknown>, body: Record<string, unknown>): boolean {
  return ['response_code', 'transaction_status'].every((name) => example[name] === body[name]);
}

/** The schema, each of its keywords, and so on within: what a value of it is an instance of. */
function walk(contract: Contract, written: string, value: unknown): string[] {
  const at = resolvePointer(contract, written);
  const schema = objectAt(contract, at);
  const members = Object.keys(asObject(schema['properties']));
  return [
    at,
    ...Object.keys(schema).map((keyword) => join(at, keyword)),
    ...('enum' in schema ? [keyOf(join(at, 'enum'), String(value))] : []),
    ...members.flatMap((name) =>
      name in asObject(value) ? walk(contract, join(at, 'properties', name), asObject(value)[name]) : [],
    ),
  ];
}

function echoesOf(sent: Record<string, unknown>, back: Record<string, unknown>): Observation['echoes'] {
  const compared = ['payment_method', 'payment_channel'].flatMap((name) => {
    const [left, right] = [sent[name], back[name]];
    if (typeof left !== 'string' || typeof right !== 'string') return [];
    if (left === right) return [[name, 'same']];
    const alike = left.toLowerCase() === right.toLowerCase();
    return [[name, alike ? 'other letter case' : 'another']];
  });
  return Object.fromEntries(compared) as Observation['echoes'];
}

/**
 * What a failed case refutes. Refused, but with another status or code, refutes the pairing: which status comes
 * with which code, and which code with which fault, is a guess. Not refused at all refutes the rule itself, as well
 * as it is known. 02 about ids that do not exist, where a refusal of the request was expected, says nothing: only
 * that the virtual account was looked up first. Undefined for what is not judged.
 */
export function refutationOf(
  contract: Contract,
  one: ContractCase,
  result: StagingResult,
): Refutation | undefined {
  const { got, expect, verdict, statement, sample } = result;
  const isOpen = one.kind === 'open' && [2, 3].includes(one.question ?? 0) && verdict === 'reported';
  if ((verdict !== 'fail' && !isOpen) || !got) return undefined;
  const by = `${one.operation} ${one.id}`;
  const made = (key: string, known: Known): Refutation => ({
    key,
    known,
    says: result.reason,
    by,
    ...(sample !== undefined && { sample }),
  });
  const wanted = expect === 'accepted' ? one.success : expect;
  const isRight = got.status === wanted.status && got.responseCode === wanted.responseCode;
  if (isOpen) {
    // With the right code but another status it is the pairing that does not hold, and other cases say so.
    if (isRight || got.responseCode === wanted.responseCode) return undefined;
    return made(one.question === 2 ? assumptions.twice : assumptions.late, 'guess');
  }
  if (got.responseCode === wanted.responseCode) {
    const is2xx = wanted.status >= 400 && got.status < 300 && wanted.responseCode !== '02';
    return made(...(is2xx ? sdkOf(refusedWith2xx) : pairingOf(contract, one.operation, wanted)));
  }
  if (wanted.responseCode === '00') return made(statement.pointer, statement.known);
  // Who reads the code first takes a refusal that calls itself a success for one.
  if (!isAccepted(got) && got.responseCode === '00') return made(keyOf(codes, '00'), 'docs');
  if (!isAccepted(got)) return made(assumptions.trigger, 'guess');
  if (wanted.responseCode !== '02') return made(statement.pointer, statement.known);
  // That 02 means "data not found" is documented; a success instead refutes more than the pairing.
  return made(keyOf(codes, '02'), 'docs');
}

const codes = '/components/schemas/ResponseCode/enum';

/** Whether all that a result says is that ids which do not exist were looked up. A real account would tell more. */
export function lookedUpFirst({ got, exists, expect }: Omit<CaseResult, 'verdict'>): boolean {
  if (exists !== false || got?.responseCode !== '02') return false;
  return typeof expect === 'object' && !['00', '02'].includes(expect.responseCode);
}

const sdkOf = (key: string): [key: string, known: Known] => [key, 'sdk'];

function isAccepted({ status, responseCode = '00' }: NonNullable<CaseResult['got']>): boolean {
  return status >= 200 && status < 300 && responseCode === '00';
}

function pairingOf(
  contract: Contract,
  operation: string,
  wanted: StatusAndCode,
): [key: string, known: Known] {
  const { status, responseCode } = wanted;
  const found = pairingsOf(contract, operationOf(contract, operation)).find(
    (one) => one.status === String(status) && one.code === responseCode,
  );
  if (!found) throw new Error(`${operation} has no ${status} with ${responseCode}`);
  return [keyOf(found.pointer, found.code), found.known as Known];
}

/** What no document promises or forbids of an answer: the contract's are open, and parsers overlook the rest. */
export function isDescribed({ rule, message }: Pick<Finding, 'rule' | 'message'>): boolean {
  return ['additionalMember', 'duplicateMember'].includes(rule) || message.includes('byte order mark');
}

/** What the findings in an answer refute. */
export function refutationsIn(contract: Contract, seen: Observation): Refutation[] {
  return seen.findings.flatMap((one) => {
    const statement = statementOf(contract, one, seen);
    if (!statement) return [];
    const [key, known] = statement;
    const says = `${maskPointer(one.pointer) || 'the body'} is ${one.found}: ${one.message}`;
    const cause = `${maskPointer(one.pointer) || 'the body'}: ${one.message}`;
    return [
      { key, known, says, by: seen.by, sample: seen.sample, ...(seen.form !== 'documented' && { cause }) },
    ];
  });
}

function statementOf(
  contract: Contract,
  { rule, where, known, pointer, message }: Finding,
  { operation, status, code }: Observation,
): [key: string, known: Known] | undefined {
  if (isDescribed({ rule, message }) || isUnstated(contract, where)) return undefined;
  const own = statusOfCode(contract, operation, status, code);
  const written = join(operationOf(contract, operation).pointer, 'responses', String(own));
  const isListed = valueAt(contract, written) !== undefined;
  // A known code with another status: the case that expected it elsewhere has failed, and names the pairing.
  if (rule === 'enum' && known === 'guess' && knownAt(contract, where) !== 'guess') return undefined;
  const schema = isListed && resolvePointer(contract, join(written, 'content', 'application/json', 'schema'));
  const borrowed = schema && knownAt(contract, schema) === 'guess' && !where.startsWith(schema);
  const isListOfDocs = /^\/components\/schemas\/(TransactionStatus|ResponseCode)\b/.test(where);
  // That this answer has such a member is a guess, however well known the member is where it was borrowed from.
  if (borrowed && known !== 'guess' && pointer.startsWith('/') && !isListOfDocs) return [schema, 'guess'];
  return [where, known];
}

/** A guess, and what became of it; `otherwise`: no document says it, and this gateway does otherwise. */
export interface JudgedGuess extends Guess {
  verdict: 'confirmed' | 'refuted' | 'otherwise' | 'not exercised';
  by: string[];
}

/** A refuted statement, with everything that refutes it. */
export interface Refuted {
  key: string;
  known: Known;
  by: Refutation[];
}

/** What a run found out about the contract. */
export interface Verdicts {
  guesses: JudgedGuess[];
  /** Refuted statements of pages, docs, SDKs and integrators' code, the worst first. */
  facts: Refuted[];
  /** Refuted guesses, statements of the contract or not. */
  refutedGuesses: Refuted[];
}

/** Weighs everything. One refutation outweighs any number of confirmations. */
export function weigh(
  contract: Contract,
  results: readonly StagingResult[],
  refutations: readonly Refutation[],
  observations: readonly Observation[],
): Verdicts {
  const guesses = guessesOf(contract);
  const all = [...refutations, ...observations.flatMap((one) => refutationsIn(contract, one))];
  const refuted = new Map<string, Refuted>();
  for (const one of all.filter((each) => !isExplained(each, all))) {
    const key = one.known === 'guess' ? (guessFor(contract, guesses, one.key) ?? one.key) : one.key;
    const found = refuted.get(`${key} ${one.known}`) ?? { key, known: one.known, by: [] };
    found.by.push(one);
    refuted.set(`${key} ${one.known}`, found);
  }
  const rank = ({ by }: Refuted): number => Math.min(...by.map((one) => one.rank ?? 1));
  const levels: Known[] = ['page', 'docs', 'sdk', 'seen', 'guess'];
  const level = ({ known }: Refuted): number => levels.indexOf(known);
  const sorted = [...refuted.values()].sort(
    (a, b) => rank(a) - rank(b) || level(a) - level(b) || b.by.length - a.by.length,
  );
  const refutedGuesses = sorted.filter(({ known }) => known === 'guess');
  const confirmed = confirmations(results, observations);
  return {
    guesses: guesses.map((guess) =>
      judge(contract, guess, refutedGuesses, confirmed, { results, observations }),
    ),
    facts: sorted.filter(({ known }) => known !== 'guess'),
    refutedGuesses,
  };
}

const isOfRefusal = /^expected (?:200|no refusal)/;
const hex = '/x-known-parts/lower-case hex';

/**
 * What was not cancelled can be cancelled again. A text that is refused for its length is refused for its letters too, where others of them are. Where a signature
 * that is made up is taken, none is looked at, however it is written.
 */
function isExplained({ key, says }: Refutation, all: readonly Refutation[]): boolean {
  const otherwise = key === assumptions.twice || key === assumptions.late;
  const [, got = says] = /^otherwise: (.*)$/.exec(says) ?? [];
  // Each fault is answered so, this one too.
  if (
    otherwise &&
    all.some(
      (other) =>
        [assumptions.trigger, keyOf(codes, '00')].includes(other.key) && other.says.endsWith(`got ${got}`),
    )
  )
    return true;
  if (key === assumptions.twice) return all.some((other) => other.key === lies.canceled);
  if (key.endsWith(hex)) return all.some(({ by }) => by.endsWith(' signature.madeUp'));
  const [, member] = /^(.*)\/(?:minLength|maxLength)$/.exec(key) ?? [];
  if (member === undefined || !isOfRefusal.test(says)) return false;
  if (all.some((other) => other.key === key && other.by.endsWith('.digits'))) return false;
  return all.some((other) => other.key === `${member}/pattern` && isOfRefusal.test(other.says));
}

const createExample = '/paths/~1va/post/requestBody/content/application~1json/examples/single_closed';

function confirmations(
  results: readonly StagingResult[],
  observations: readonly Observation[],
): Map<string, Set<string>> {
  const confirmed = new Map<string, Set<string>>();
  const confirm = (key: string, by: string): void => {
    confirmed.set(key, (confirmed.get(key) ?? new Set()).add(by));
  };
  for (const { id, operation, verdict, statement } of results) {
    if (verdict !== 'pass') continue;
    confirm(statement.pointer, `${operation} ${id}`);
    // Every creation is made of the contract's example, with ids of its own.
    if (operation === 'createVirtualAccount' && id === 'outcome.success')
      confirm(createExample, `${operation} ${id}`);
  }
  for (const { by, held } of observations) for (const key of held) confirm(key, by);
  return confirmed;
}

function judge(
  contract: Contract,
  guess: Guess,
  refuted: readonly Refuted[],
  confirmed: ReadonlyMap<string, Set<string>>,
  { results, observations }: { results: readonly StagingResult[]; observations: readonly Observation[] },
): JudgedGuess {
  const against = refuted.find(({ key }) => key === guess.key);
  if (against) return { ...guess, verdict: 'refuted', by: [...new Set(against.by.map(({ by }) => by))] };
  const described = results.filter(
    ({ statement, kind, verdict }) =>
      kind === 'unstated' && verdict === 'reported' && statement.pointer === guess.pointer,
  );
  const named = (some: readonly StagingResult[]): string[] => some.map((one) => `${one.operation} ${one.id}`);
  if (isUnstated(contract, guess.pointer)) {
    const answers = observations.filter(({ findings }) =>
      findings.some(({ where }) => where === guess.pointer),
    );
    const otherwise = [
      ...named(described.filter((one) => !isAsExpected(one))),
      ...answers.map(({ by }) => `${by}, its answer`),
    ];
    if (otherwise.length > 0) return { ...guess, verdict: 'otherwise', by: otherwise };
    if (described.length > 0) return { ...guess, verdict: 'confirmed', by: named(described) };
  }
  const by = [...(confirmed.get(guess.key) ?? [])];
  return { ...guess, verdict: by.length > 0 ? 'confirmed' : 'not exercised', by };
}

/** Whether a case that is not judged came out as our guess has it. */
export function isAsExpected({ reason }: StagingResult): boolean {
  return reason.startsWith('as expected');
}

/** The key of the guess that a pointer belongs to: itself, or the nearest around it. */
function guessFor(contract: Contract, guesses: readonly Guess[], key: string): string | undefined {
  if (guesses.some((guess) => guess.key === key)) return key;
  const around = guesses.filter(({ pointer, value }) => value === undefined && key.startsWith(`${pointer}/`));
  const [nearest] = around.sort((a, b) => b.pointer.length - a.pointer.length);
  return nearest && knownAt(contract, key) === 'guess' ? nearest.key : undefined;
}
