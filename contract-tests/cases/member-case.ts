import { isUnstated, join, statementAt, valueAt } from '../../spec/contract.ts';
import type { Statement } from '../../spec/contract.ts';
import { allows, getIn, withMember } from './member.ts';
import type { Member } from './member.ts';
import { rightBody, rightRequest } from './request.ts';
import type { CaseParts, Subject } from './subject.ts';
import type { ContractCase, Topic } from './types.ts';

/** A value that a member is sent with. */
export interface Sent {
  /** The last part of the case's id. */
  kind: string;
  /** Undefined for none. */
  value: unknown;
  /** What the virtual account has instead, where that is not the value. */
  coerced?: string;
}

/** What a creation's right request has for the member; undefined if nothing. */
export function rightOf({ shape }: Subject, { path }: Member): unknown {
  return getIn(shape.template, path);
}

type Judged = Partial<Pick<CaseParts, 'expect' | 'statement' | 'topic'>>;

/** A request that is right but for this value of the member, and so refused, unless said otherwise. */
export function ofValue(
  subject: Subject,
  member: Member,
  { kind, value, coerced }: Sent,
  judged: Judged = {},
): ContractCase {
  const { name, path } = member;
  const stored = coerced ?? value;
  const isSigned = ['external_id', 'order_id'].includes(name);
  const isText = typeof value === 'string' && !/\p{Surrogate}/u.test(value);
  return subject.make('body', {
    expect: subject.outcome('01').expect,
    statement: ruleOf(subject, member, 'type'),
    ...judged,
    id: `body.${name}.${kind}`,
    // What is signed where an id is no text, nobody knows.
    ...(isSigned && !isText && { orCodes: ['99'] }),
    // Only the five members are anything that a virtual account has.
    needs: path.length === 1 && typeof stored === 'string' ? { with: { [name]: stored } } : {},
    build: (context) => {
      const body = withMember(rightBody(subject.shape, context.va), path, value);
      return rightRequest(subject.shape, context, { body });
    },
  });
}

/** A right request about a virtual account that has this text; the contract says if it is allowed. */
export function ofText(
  subject: Subject,
  member: Member,
  kind: string,
  text: string,
  keyword = member.values ? 'enum' : 'pattern',
): ContractCase {
  const sent = { kind, value: text };
  const statement = ruleOf(subject, member, keyword, text);
  if (!allows(member, text)) {
    return ofValue(subject, member, sent, { statement, ...topicOf(subject, statement.pointer) });
  }
  // A text that we made up is taken only if nothing but our own pattern says what such a text may be.
  const topic = topicOf(subject, join(member.pointer, 'pattern'));
  return ofValue(subject, member, sent, { statement, expect: 'accepted', ...topic });
}

function topicOf({ contract }: Subject, pointer: string): { topic?: Topic } {
  if (!isUnstated(contract, pointer)) return {};
  return { topic: pointer.endsWith('/pattern') ? 'characters' : 'lengths' };
}

/** A part that is no keyword: what the documents call letters and digits may be more than those of ASCII. */
const ASCII = ['x-known-parts', 'letters-mean-ASCII'];

/** The statement of one keyword of a member; of its pattern, or its `type`, where it does not have the keyword. */
function ruleOf({ contract }: Subject, { pointer }: Member, keyword: string, text = ''): Statement {
  const letters = join(pointer, ...ASCII);
  const isForeign = keyword === 'pattern' && /(?![\x00-\x7F])[\p{L}\p{N}]/u.test(text);
  if (isForeign && valueAt(contract, letters) !== undefined) return statementAt(contract, letters);
  const has = [keyword, ...(keyword === 'type' ? [] : ['pattern'])].find(
    (one) => valueAt(contract, join(pointer, one)) !== undefined,
  );
  return statementAt(contract, has === undefined ? pointer : join(pointer, has));
}
