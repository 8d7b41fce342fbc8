import { join, knownAt, valueAt } from '../checker/contract.ts';
import type { Statement } from '../checker/contract.ts';
import { allows, getIn, withMember } from './member.ts';
import type { Member } from './member.ts';
import { rightBody, rightRequest } from './request.ts';
import type { Subject } from './subject.ts';
import type { ContractCase } from './types.ts';

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

/** A request that is right but for this value of the member, and so refused. */
export function ofValue(
  subject: Subject,
  member: Member,
  { kind, value, coerced }: Sent,
  keyword = 'type',
): ContractCase {
  const { name, path } = member;
  const stored = coerced ?? value;
  return subject.make('body', {
    id: `body.${name}.${kind}`,
    expect: subject.outcome('01').expect,
    statement: ruleOf(subject, member, keyword),
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
  const one = ofValue(subject, member, { kind, value: text }, keyword);
  return allows(member, text) ? { ...one, expect: 'accepted' } : one;
}

/** The statement of one keyword of a member; of its pattern, or its `type`, where it does not have the keyword. */
function ruleOf({ contract }: Subject, { pointer }: Member, keyword: string): Statement {
  const has = [keyword, ...(keyword === 'type' ? [] : ['pattern'])].find(
    (one) => valueAt(contract, join(pointer, one)) !== undefined,
  );
  const at = join(pointer, has ?? 'type');
  return { pointer: at, known: knownAt(contract, at) };
}
