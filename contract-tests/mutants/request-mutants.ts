import { asObject, join, objectAt, operationOf, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { ContractCase } from '../cases/types.ts';
import { acceptedBy } from './rule-change.ts';
import type { RuleChange, Schema, Sent } from './rule-change.ts';
import { getIn, inlined, schemaNodes } from './schema-tree.ts';
import type { SchemaNode } from './schema-tree.ts';
import type { Mutant } from './types.ts';
import { typeChanges, valueChanges } from './value-rules.ts';

/** A mutant whose sandbox takes this request schema, changed, for that operation alone. */
export function requestMutants(
  contract: Contract,
  operation: string,
  cases: readonly ContractCase[],
): Mutant[] {
  const content = join(operationOf(contract, operation).pointer, 'requestBody', 'content');
  const written = join(content, 'application/json', 'schema');
  const [example] = Object.values(
    asObject(objectAt(contract, join(content, 'application/json'))['examples']),
  );
  const sent: Sent = { contract, cases, body: asObject(example)['value'] };
  return schemaNodes(contract, written).flatMap((node) =>
    changesOf(sent, node).map(({ group, says, killer, change, excluded }): Mutant => {
      const alter = (copy: Contract): Contract => {
        const root = inlined(copy, written);
        change(schemaAt(root, node.path));
        asObject(valueAt(copy, join(content, 'application/json')))['schema'] = root;
        return copy;
      };
      const name = node.path.join('.') || 'body';
      return {
        id: `${operation} request: ${name} ${group}: ${says}`,
        ...{ operation, group: `request ${group}`, wrong: { contract: alter } },
        ...{ killer: { case: killer }, occasion: killer, ...(excluded !== undefined && { excluded }) },
      };
    }),
  );
}

function schemaAt(root: Schema, path: string[]): Schema {
  return path.reduce<Schema>((node, name) => node['properties'][name] as Schema, root);
}

function changesOf(sent: Sent, node: SchemaNode): RuleChange[] {
  return node.schema['type'] === 'object' ? objectChanges(sent, node) : valueChanges(sent, node);
}

function objectChanges(sent: Sent, { path, schema }: SchemaNode): RuleChange[] {
  const dotted = (name: string): string => [...path, name].join('.');
  const required = (schema['required'] ?? []) as string[];
  const within = path.length > 0 ? `.${path.join('.')}` : '';
  const additional: [kind: string, allowed: unknown][] = [
    ['text', { type: 'string' }],
    ['null', { type: 'null' }],
    ['object', { type: 'object' }],
    ['text', true],
  ];
  const group = 'additionalProperties relaxed';
  return [
    ...required.map((name): RuleChange => ({
      ...{ group: 'required relaxed', says: `${name} may be absent`, killer: `body.${dotted(name)}.missing` },
      change: (copy) => (copy['required'] = required.filter((other) => other !== name)),
    })),
    ...(path.length > 0 ? typeChanges(sent, path, schema) : []),
    ...additional.map(([kind, allowed]): RuleChange => {
      const says = allowed === true ? 'any member more' : `a member more that is ${kind}`;
      const killer = `body${within}.extraMember.${kind}`;
      return { group, says, killer, change: (copy) => (copy['additionalProperties'] = allowed) };
    }),
    ...Object.keys(asObject(schema['properties'])).map((name): RuleChange => ({
      ...{
        group: 'properties tightened',
        says: `${name} is taken no more`,
        killer: acceptedBy(sent, [...path, name]),
      },
      change: (copy) => {
        Reflect.deleteProperty(asObject(copy['properties']), name);
        copy['required'] = required.filter((other) => other !== name);
      },
    })),
    ...optionalChanges(sent, path, schema),
    {
      ...{ group: 'required tightened', says: 'a member more is required', killer: 'outcome.success' },
      change: (copy) => {
        copy['required'] = [...required, 'no_such_member'];
        asObject(copy['properties'])['no_such_member'] = {};
      },
    },
  ];
}

/** Each optional member is required: noticed by a right request that does not have it. */
function optionalChanges(
  { body }: Sent,
  path: readonly string[],
  { required = [], properties }: Schema,
): RuleChange[] {
  const optional = Object.keys(asObject(properties)).filter((name) => !(required as string[]).includes(name));
  return optional.map((name) => {
    const inner = [...path, name];
    const isSent = getIn(body, inner) !== undefined;
    return {
      ...{ group: 'required tightened', says: `${name} is required` },
      killer: isSent ? `body.${inner.join('.')}.absent` : 'outcome.success',
      change: (copy) => (copy['required'] = [...(required as string[]), name]),
    };
  });
}
