/** Mutants of what a gateway takes: its schema, the faults of the fault table, its checks, what it makes of types. */
import {
  asObject,
  examplesOf,
  inlined,
  join,
  objectAt,
  operationOf,
  resolvePointer,
  valueAt,
} from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { idOf, keywords, PLAIN } from '../cases/keywords.ts';
import type { RuleChange, Schema } from '../cases/keywords.ts';
import { readOperation } from '../cases/operation.ts';
import { getIn, rightBody, rightRequest } from '../cases/request.ts';
import type { Body, RequestShape } from '../cases/request.ts';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { channelId, knownChannels } from '../cases/states.ts';
import type { CaseContext, ContractCase, RawRequest, VaIds } from '../cases/types.ts';
import { jsonAnswer } from '../sandbox/answer.ts';
import { checkNames } from '../sandbox/checks.ts';
import { schemaNodes } from './documented.ts';
import type { SchemaNode } from './documented.ts';
import type { Incoming, Mutant } from './types.ts';

type Cases = readonly ContractCase[];

/** Every mutant of what an operation takes. Throws an Error if a mutant has no case, and is not excluded. */
export function requestMutants(contract: Contract, operation: string, cases: Cases): Mutant[] {
  const op = readOperation(contract, operation);
  const made = [
    ...schemaMutants(contract, operation, cases),
    ...headerMutants(contract, operation),
    ...checkMutants(operation, cases),
    ...rowMutants(op.shape, cases),
    ...coercingMutants(cases),
    ...credentialMutants(cases),
    ...(op.creates ? uniquenessMutants(cases) : []),
  ];
  const lost = made.find((one) => one.case === undefined && one.excluded === undefined);
  if (lost) throw new Error(`${operation} ${lost.id}: there is no case that could notice it`);
  return made.map((one) => ({ ...one, id: `${operation} ${one.id}`, operation }));
}

type Made = Omit<Mutant, 'operation'>;
const byId = (cases: Cases, id: string): ContractCase | undefined => cases.find((one) => one.id === id);

/** The request's schema with one rule otherwise, by the rows of the table of keywords. */
function schemaMutants(contract: Contract, operation: string, cases: Cases): Made[] {
  const described = operationOf(contract, operation);
  const media = join(described.pointer, 'requestBody', 'content', 'application/json');
  const example = examplesOf(contract, described)[0]?.value;
  return schemaNodes(contract, join(media, 'schema')).flatMap((node) => {
    const { path, schema } = node;
    const texts = once(() => textsOf(path, cases));
    const rule = { contract, path, schema, sent: (at: string[]) => getIn(example, at), texts };
    const all = Object.entries(keywords).flatMap(([keyword, { changes }]) =>
      (changes?.(rule) ?? []).map((change) => ({ keyword, ...change })),
    );
    return [...all, ...channelChanges(contract, node)].map((one): Made => {
      const group = `${one.keyword} ${one.how}`;
      return {
        id: `request: ${path.join('.') || 'body'} ${group}: ${one.says}`,
        group: `request ${group}`,
        wrong: { contract: (copy) => changeSchema(copy, media, path, one.change) },
        case: caseOf(cases, path, one),
        ...(one.excluded !== undefined && { excluded: one.excluded }),
      };
    });
  });
}

function caseOf(cases: Cases, path: string[], { by, of }: RuleChange): ContractCase | undefined {
  if (typeof by !== 'string') return by;
  return byId(
    cases,
    by === PLAIN || by.includes(channelId('')) ? by : idOf(of === undefined ? path : [...path, of], by),
  );
}

/** The schema of that operation alone, every reference in it replaced, with a change at one place. */
function changeSchema(
  copy: Contract,
  media: string,
  path: string[],
  change: (schema: Schema) => unknown,
): Contract {
  const root: Schema = inlined(copy, join(media, 'schema'));
  change(path.reduce<Schema>((node, name) => node['properties'][name] as Schema, root));
  asObject(valueAt(copy, media))['schema'] = root;
  return copy;
}

/** A channel that is known is refused, each, and all that are not known. */
function channelChanges(contract: Contract, { path }: SchemaNode): (RuleChange & { keyword: string })[] {
  if (path.join('.') !== 'payment_channel') return [];
  const known = knownChannels(contract);
  const common = { keyword: 'known channel', how: 'tightened' as const };
  return [
    ...known.map((channel) => ({
      ...common,
      says: `${channel} is refused`,
      by: channelId(channel),
      change: (copy: Schema) => (copy['not'] = { enum: [channel] }),
    })),
    { ...common, says: 'others are refused', by: 'shortest', change: (copy) => (copy['enum'] = known) },
  ];
}

/** Ids that nothing has. */
export const fake: VaIds = {
  external_id: 'x',
  order_id: 'x',
  transaction_id: 'x',
  payment_method: 'x',
  payment_channel: 'x',
};
/** What a case is built from to see what it would send. */
export const nobody: CaseContext = {
  va: fake,
  other: fake,
  exists: false,
  alternates: {},
  credentials: { merchantId: 'fake', secretUnboundId: 'fake', hashKey: 'fake' },
};

/** The cases that send a text for this member, those about its characters first. */
function textsOf(path: readonly string[], cases: Cases): { one: ContractCase; text: string }[] {
  const own = cases.filter(({ id }) => id.startsWith(idOf(path, '')));
  const found = own.flatMap((one) => {
    const va = { ...nobody.va, ...one.needs.with };
    const text = getIn(jsonOf(one.build({ ...nobody, va })), path);
    return typeof text === 'string' ? [{ one, text }] : [];
  });
  const about = (id: string): number => (id.includes('.character.') ? 0 : 1);
  return found.sort((a, b) => about(a.one.id) - about(b.one.id));
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** An optional header names something: what breaks its rules names nothing that exists. */
function headerMutants(contract: Contract, operation: string): Made[] {
  const { pointer } = operationOf(contract, operation);
  const parameters = (objectAt(contract, pointer)['parameters'] ?? []) as unknown[];
  return parameters.flatMap((_, i) => {
    const at = resolvePointer(contract, join(pointer, 'parameters', i));
    const { name, required } = objectAt(contract, at);
    const [{ schema }] = schemaNodes(contract, join(at, 'schema')) as [SchemaNode];
    const rules = ['minLength', 'maxLength', 'pattern'].filter((keyword) => keyword in schema);
    return (required === true ? [] : rules).map((keyword) => ({
      id: `request: header ${String(name)} header ${keyword} relaxed: removed`,
      group: `request header ${keyword} relaxed`,
      wrong: {},
      case: undefined,
      excluded: 'a name that breaks it is refused in any case: there is no sub-merchant of that name',
    }));
  });
}

/** Each check of the sandbox that this operation makes switched off, noticed by the first case that it alone refuses. */
function checkMutants(operation: string, cases: Cases): Made[] {
  return checkNames.flatMap((name): Made[] => {
    const one = cases.find(({ check }) => check === name);
    const looksUp = byId(cases, 'outcome.notFound.unknown') !== undefined;
    const excluded = 'the contract has one payment_method only, so no right request can name another';
    const isExcluded = name === 'paymentMethod' && looksUp;
    if (!one && !isExcluded) return [];
    return [
      {
        id: `check off: ${name}`,
        group: 'check off',
        wrong: { checks: { [name]: false } },
        case: one,
        ...(isExcluded && { excluded }),
      },
    ];
  });
}

const jsonOf = ({ body }: Pick<RawRequest, 'body'>): Record<string, unknown> => {
  try {
    return asObject(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return {};
  }
};

const refusal = jsonAnswer(400, { response_code: '01', response_message: 'fake refusal' });
const told = ['authorization', 'content-type', 'x-req-signature', 'x-version', 'sub-merchant-id'];

/**
 * A gateway that also takes what a row of the fault table has wrong, or that refuses what a row only spells otherwise.
 * It knows such a request by making it: the right one about the same virtual account, changed as the row says.
 */
function rowMutants(shape: RequestShape, cases: Cases): Made[] {
  const rows = cases.filter(({ change, needsOther }) => change !== undefined && !needsOther);
  return rows
    .flatMap((one): Made[] => {
      const accepted = one.expect === 'accepted';
      // What was wrong with a body cannot be told from the body alone, only what is the same JSON.
      if (one.group === 'shape' && !accepted) return [];
      return [
        {
          id: `${accepted ? 'also refused' : 'also taken'}: ${one.id}`,
          group: `request ${one.group} ${accepted ? 'tightened' : 'relaxed'}`,
          wrong: {
            before: (request) => {
              const right = rightOf(shape, request);
              if (!isSame(request, changed(one, right))) return request;
              return accepted
                ? { answer: refusal }
                : { headers: new Headers(right.request.headers), body: request.body };
            },
          },
          case: one,
        },
      ];
    })
    .concat(plainMutant(shape, cases));
}

/** A gateway that wants a right request spelt in some other way refuses the plain one. */
function plainMutant(shape: RequestShape, cases: Cases): Made[] {
  return [
    {
      id: 'also refused: the plain right request',
      group: 'request plain tightened',
      wrong: {
        before: (request) =>
          isSame(request, rightOf(shape, request).request) ? { answer: refusal } : request,
      },
      case: byId(cases, PLAIN),
    },
  ];
}

interface Right {
  request: RawRequest;
  context: CaseContext;
}

/** The right request that one about the same virtual account would be. */
function rightOf(shape: RequestShape, incoming: Incoming): Right {
  const body = jsonOf(incoming);
  const va = Object.fromEntries(
    Object.keys(fake).map((name) => [name, String(body[name] ?? '')]),
  ) as unknown as VaIds;
  const context: CaseContext = { ...nobody, va, credentials: sandboxCredentials };
  return { request: rightRequest(shape, context, { body: rightBody(shape, va) }), context };
}

function changed({ change }: ContractCase, { request, context }: Right): RawRequest | undefined {
  try {
    return change!(request, context);
  } catch {
    return undefined; // with these ids the fault is none
  }
}

function isSame({ headers, body }: Incoming, other: RawRequest | undefined): boolean {
  if (!other || !Buffer.from(body).equals(other.body)) return false;
  const wanted = new Headers(other.headers);
  return told.every((name) => headers.get(name) === wanted.get(name));
}

/** A value of another type is turned into text, and that is what is signed. */
function coercingMutants(cases: Cases): Made[] {
  const names = ['external_id', 'order_id', 'transaction_id', 'payment_channel'];
  const types = { number: 'number', boolean: 'boolean', array: 'array' };
  return names.flatMap((name) =>
    Object.entries(types).flatMap(([type, kind]): Made[] => {
      const one = byId(cases, idOf([name], kind));
      if (!one) return [];
      return [
        {
          id: `protocol: type relaxed: ${name}: ${type} is turned into text`,
          group: 'request type relaxed',
          wrong: { before: (request) => coerced(request, name, type) },
          case: one,
        },
      ];
    }),
  );
}

function coerced(request: Incoming, name: string, type: string): Incoming {
  const body: Body = jsonOf(request);
  const value = body[name];
  if ((Array.isArray(value) ? 'array' : typeof value) !== type) return request;
  const textual = { ...body, [name]: String(value) };
  const shape = { method: '', path: '', fixedHeaders: [] };
  const right = rightRequest(shape, { ...nobody, credentials: sandboxCredentials }, { body: textual });
  const headers = new Headers(request.headers);
  headers.set('x-req-signature', new Headers(right.headers).get('x-req-signature')!);
  return { headers, body: right.body };
}

/** Credentials that are right and that this gateway does not take. */
function credentialMutants(cases: Cases): Made[] {
  const basic = ({ headers }: Incoming): string =>
    Buffer.from((headers.get('authorization') ?? '').replace(/^\S+ /, ''), 'base64').toString('utf8');
  const unauthorized = jsonAnswer(401, { response_code: '04', response_message: 'fake refusal' });
  const row = (says: string, id: string, when: (request: Incoming) => boolean): Made => ({
    id: `protocol: credentials tightened: ${says}`,
    group: 'request credentials tightened',
    wrong: { before: (request) => (when(request) ? { answer: unauthorized } : request) },
    case: byId(cases, id),
  });
  return [
    row(
      'a secret with a colon is refused',
      'authorization.secret.colon',
      (r) => basic(r).split(':').length > 2,
    ),
    row('sub-merchants are refused', 'subMerchant.right', (r) => r.headers.has('sub-merchant-id')),
    row('a sub-merchant is needed', PLAIN, (r) => !r.headers.has('sub-merchant-id')),
  ];
}

/** A value of a member that was seen before is refused, for ever. */
function uniquenessMutants(cases: Cases): Made[] {
  const seen = new Set<string>();
  const row = (says: string, name: string, id: string): Made => ({
    id: `protocol: uniqueness tightened: ${says}`,
    group: 'request uniqueness tightened',
    wrong: {
      before: (request) => {
        const key = `${name} ${String(jsonOf(request)[name])}`;
        if (seen.has(key)) return { answer: refusal };
        seen.add(key);
        return request;
      },
    },
    case: byId(cases, id),
  });
  return [
    row('external_id on all channels', 'external_id', 'create.externalId.otherChannel'),
    row('order_id', 'order_id', 'create.orderId.again'),
  ];
}
