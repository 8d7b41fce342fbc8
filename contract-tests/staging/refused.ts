/** Why the plain right request is refused: who asks, with what key, or a request that this gateway wants otherwise. */
import { isUnstated, join, knownAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import type { ContractCase } from '../cases/types.ts';
import { decodeBody } from '../checker/json.ts';
import { makeUp } from './accounts.ts';
import type { Reading } from './answer.ts';
import type { Refutation } from './evidence.ts';
import { blame, orUndefined, plainRequestFor, sendFirst, Stop, tell, wordsFor } from './session.ts';
import type { Session } from './session.ts';
import { NotAllowed } from './settings.ts';

/** What sends a case by the way. */
export interface Tries {
  /** Whether the gateway takes this request. */
  isTaken: (one: ContractCase, isReal: boolean) => Promise<boolean>;
  refute: (one: Refutation) => void;
}

/**
 * Sends one right request about ids that do not exist, which any other answer is compared to from then on. Throws a
 * `Stop` if it is refused for who asks, or by what stands in front: then nothing else would say anything.
 */
export async function begin(session: Session, tries: Tries): Promise<void> {
  const reading = await sendFirst(session);
  if (!reading)
    throw new Stop(`the gateway gives no answer${await reasonOf(session)}${await isOnlyOfNoIds(session)}`);
  session.control = reading;
  const { form, status, code, sample } = reading;
  const stop = (says: string, exit: 2 | 4 = 4): never => {
    blame(session, says, sample);
    throw new Stop(says, exit);
  };
  if (form === 'redirect') stop(`IFORTEPAY_BASE_URL: ${wordsFor(reading)}`, 2);
  if (form === 'page' && [401, 403].includes(status)) {
    stop(`these credentials or this address are refused, by a firewall say: ${sample.slice(0, 40)}`, 2);
  }
  if (form === 'page' || form === 'down') stop(`${wordsFor(reading)}${await isOnlyOfNoIds(session)}`);
  if (form === 'shape' && !(await isOwnWord(session, reading))) stop(wordsFor(reading));
  const colon = session.settings.credentials.secretUnboundId.includes(':') ? '; the secret has a colon' : '';
  if (code === '04') stop(`the gateway refuses these credentials: ${tell(reading)}${colon}`, 2);
  if (code === '99') await explain(session, tries, 'cancelVirtualAccount', reading, false);
}

/** Whether it fails only at ids that do not exist, which the first request is about; in words, empty if not. */
async function isOnlyOfNoIds(session: Session): Promise<string> {
  const [va] = session.store.all;
  if (!va) return '';
  const request = plainRequestFor(session, 'inquireVirtualAccount', va);
  const got = await session.send('control', request).catch(orUndefined);
  const isAnswered = got?.reading.form === 'documented';
  return isAnswered ? ', asked about ids that do not exist; about a given account it answers' : '';
}

async function reasonOf(session: Session): Promise<string> {
  const request = plainRequestFor(session, 'cancelVirtualAccount', makeUp(session.settings));
  const error = await session.send('control', request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof NotAllowed || error instanceof Stop) throw error;
  const { code, name } = (error ?? {}) as { code?: string; name?: string };
  return error === undefined ? '' : `: ${code ?? name}`;
}

/** What answers a page to everything, whoever asks, is not the gateway; other refusals in a form of its own may be. */
async function isOwnWord(session: Session, { status, sample }: Reading): Promise<boolean> {
  const right = plainRequestFor(session, 'cancelVirtualAccount', makeUp(session.settings));
  const nobody = { ...right, headers: right.headers.filter(([name]) => name !== 'authorization') };
  const got = await session.send('control', nobody).catch(orUndefined);
  if (!got) return false;
  return got.reading.status !== status || !/html/.test(sample);
}

/** The cases of which one may be what this gateway wants instead, by the code of the refusal. */
const instead: Readonly<Record<string, (one: ContractCase) => boolean>> = {
  '01': ({ group, id }) =>
    ['header', 'contentType', 'body', 'shape'].includes(group) && !id.includes('.character.'),
  '99': ({ group }) => group === 'signature',
};

/**
 * The plain right request is refused. Each that leaves out or alters one thing is sent: the first that is taken refutes
 * its statement. If none is, it is this hash key, or more than the contract has. Not
 * so with credentials: whoever tries some may be locked out. Throws a `Stop`.
 */
export async function explain(
  session: Session,
  tries: Tries,
  operation: string,
  reading: Reading,
  isReal: boolean,
): Promise<never> {
  const { contract } = session;
  const cases = casesFor(operation, contract).filter(instead[reading.code!] ?? (() => false));
  for (const one of cases) {
    if (!(await tries.isTaken(one, isReal))) continue;
    const refused = `the plain right request is refused (${tell(reading)})`;
    const by = `${operation} ${one.id}`;
    const statement = (await ofLength(session, operation, one, isReal)) ?? statementOf(contract, one);
    session.causes.clear();
    tries.refute({ ...statement, says: `${refused}, and this is taken: ${one.id}`, by });
    throw new Stop(`${refused}, and ${one.id} is taken instead`);
  }
  if (reading.code === '99') {
    throw new Stop('every right signature is refused: this hash key is not the one (IFORTEPAY_HASH_KEY)', 2);
  }
  const named = namesIn(contract, reading);
  const says =
    `the plain right request is refused (${tell(reading)}), and each of ${cases.length} altered ones` +
    `${named.length > 0 ? `; it names ${named.join(', ')}` : ''}: ` +
    'this merchant may not do it, or more is wanted than the contract has';
  session.causes.clear();
  blame(session, says, reading.sample);
  throw new Stop(says);
}

/**
 * Which of the made-up ids is not taken: each is sent with the others of a virtual account that exists. If none is,
 * nothing is wrong with them: what is not found is answered so.
 */
export async function blameTheIds(
  session: Session,
  refute: (one: Refutation) => void,
  operation: string,
): Promise<'ids' | 'not found' | undefined> {
  const va = await session.store.look();
  if (!va) return undefined;
  const members = { external_id: 'ExternalId', order_id: 'OrderId', transaction_id: 'TransactionId' };
  const found: Refutation[] = [];
  for (const [name, schema] of Object.entries(members)) {
    const send = (value: string) => {
      const request = plainRequestFor(session, operation, { ...va, [name]: value });
      return session.send(`${operation} another ${name}`, request).catch(orUndefined);
    };
    const id = makeUp(session.settings)[name as keyof typeof members];
    const got = await send(id);
    if (got?.reading.code !== '01') continue;
    const isLong = name !== 'transaction_id' && (await send(id.slice(0, 12)))?.reading.code !== '01';
    found.push({
      key: `/components/schemas/${schema}/${isLong ? 'maxLength' : 'pattern'}`,
      known: name === 'transaction_id' ? 'guess' : 'docs',
      says: `${id.length} letters, digits and dashes are refused: ${tell(got.reading)}`,
      by: `${operation} another ${name}`,
      sample: got.reading.sample,
    });
  }
  if (found.length === 0) return undefined;
  if (found.length === Object.keys(members).length) return 'not found';
  found.forEach(refute);
  return 'ids';
}

/** The limit of a made-up id, if the same one is taken that only has fewer characters. */
async function ofLength(
  session: Session,
  operation: string,
  { statement: { pointer } }: ContractCase,
  isReal: boolean,
): Promise<Pick<Refutation, 'key' | 'known'> | undefined> {
  const [, schema] =
    /^(\/components\/schemas\/(?:ExternalId|OrderId))\/(?:min|max)Length$/.exec(pointer) ?? [];
  if (schema === undefined || isReal) return undefined;
  const va = makeUp(session.settings);
  const [external_id, order_id] = [va.external_id, va.order_id].map((id) => id.slice(0, 12));
  const short = schema.endsWith('OrderId')
    ? { ...va, order_id: order_id! }
    : { ...va, external_id: external_id! };
  const got = await session.send('control', plainRequestFor(session, operation, short)).catch(orUndefined);
  if (got?.reading.code !== '02') return undefined;
  return { key: join(schema, 'maxLength'), known: knownAt(session.contract, join(schema, 'maxLength')) };
}

function statementOf(
  contract: Contract,
  { id, expect, statement: { pointer } }: ContractCase,
): Pick<Refutation, 'key' | 'known'> {
  if (id === 'signature.upperCase') return { key: `${pointer}/x-known-parts/lower-case hex`, known: 'sdk' };
  // Digits are taken, or a letter is, and not what the plain request has: it is about characters, not how many.
  const key = expect === 'accepted' ? pointer.replace(/(max|min)Length$/, 'pattern') : pointer;
  return { key, known: isUnstated(contract, key) ? 'guess' : knownAt(contract, key) };
}

/** How members and headers are spelt: no name of a person is. */
const SPELT = /^(?:x(?:-[a-z]+)+|[a-z]+(?:_[a-z]+)+)$/;

/** The contract's own names that an answer's words hold, and what is spelt as a member or a header is. */
function namesIn(contract: Contract, { answer }: Reading): string[] {
  const words = decodeBody(answer.body)
    .text.toLowerCase()
    .match(/[\w-]+/g);
  const own = ['response_code', 'response_message', 'error'];
  const names = namesOf(contract);
  return [...new Set(words)]
    .filter((word) => !own.includes(word) && (names.includes(word) || SPELT.test(word)))
    .slice(0, 3);
}

/** Every name of a member or a header. */
export function namesOf(contract: Contract): string[] {
  const { schemas, parameters } = contract['components'] as Record<string, Record<string, Named>>;
  const members = Object.values(schemas!).flatMap(({ properties = {} }) => Object.keys(properties));
  const headers = Object.values(parameters!).flatMap(({ name = [] }) => name);
  return [...new Set([...members, ...headers, 'content-type'])];
}

interface Named {
  properties?: object;
  name?: string;
}
