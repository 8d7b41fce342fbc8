import { asObject, join, objectAt, operationOf, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { schemaNodes } from './schema-tree.ts';
import type { Killer, Mutant } from './types.ts';

interface HeaderChange {
  group: string;
  says: string;
  killer: string;
  change: (parameter: any) => unknown;
  excluded?: string;
}

/** Every rule about a header parameter of an operation relaxed and tightened, and about its media type relaxed. */
export function requestHeaderMutants(contract: Contract, operation: string): Mutant[] {
  const { pointer } = operationOf(contract, operation);
  const parameters = (objectAt(contract, pointer)['parameters'] ?? []) as unknown[];
  return [
    ...parameters.flatMap((_, i) => {
      const at = resolvePointer(contract, join(pointer, 'parameters', i));
      const { in: place, name } = objectAt(contract, at);
      if (place !== 'header')
        throw new Error(`${at}: no mutants are made for parameters in ${String(place)}`);
      return headerChanges(contract, at).map((one) =>
        mutant(operation, `header ${String(name)}`, one, (copy) => {
          const parameter = structuredClone(objectAt(copy, at));
          one.change(parameter);
          (objectAt(copy, pointer)['parameters'] as unknown[])[i] = parameter;
          return copy;
        }),
      );
    }),
    ...mediaTypeMutants(contract, operation),
  ];
}

function mutant(
  operation: string,
  about: string,
  { group, says, killer, excluded }: Omit<HeaderChange, 'change'>,
  contract: Mutant['wrong']['contract'] & object,
): Mutant {
  const judged: { killer: Killer; occasion: string } = { killer: { case: killer }, occasion: killer };
  return {
    id: `${operation} request: ${about} ${group}: ${says}`,
    ...{ operation, group: `request ${group}`, wrong: { contract }, ...judged },
    ...(excluded !== undefined && { excluded }),
  };
}

function headerChanges(contract: Contract, pointer: string): HeaderChange[] {
  const { name, required } = objectAt(contract, pointer);
  const [node] = schemaNodes(contract, join(pointer, 'schema'));
  const { schema } = node!;
  const lower = String(name).toLowerCase();
  const values = schema['enum'] as string[] | undefined;
  if (required === true && values) return fixedChanges(lower, values);
  if (required === true)
    throw new Error(`${pointer}: no mutants are made for a required header without enum`);
  // An optional header that names something: what breaks these rules names nothing that exists.
  const rules = Object.keys(schema).filter((keyword) =>
    ['minLength', 'maxLength', 'pattern'].includes(keyword),
  );
  return rules.map((keyword) => ({
    ...{ group: `header ${keyword} relaxed`, says: 'removed', killer: `header.${lower}.${keyword}` },
    change: (parameter) => Reflect.deleteProperty(asObject(asObject(parameter)['schema']), keyword),
    excluded: 'a name that breaks it is refused in any case: there is no sub-merchant of that name',
  }));
}

function fixedChanges(name: string, values: string[]): HeaderChange[] {
  const [first = ''] = values;
  const wrong = {
    ...{ empty: '', wrong: 'v2', next: 'v4', longer: `${first}0`, number: first.replace(/\D/g, '') },
    letterCase: first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase(),
  };
  const make = (group: string, says: string, kind: string, to: unknown[]): HeaderChange => ({
    ...{ group: `header ${group}`, says, killer: `header.${name}.${kind}` },
    change: (parameter) => (parameter.schema.enum = to),
  });
  return [
    {
      ...{ group: 'header required relaxed', says: 'may be absent', killer: `header.${name}.missing` },
      change: (parameter) => (parameter.required = false),
    },
    {
      ...{ group: 'header enum relaxed', says: 'removed', killer: `header.${name}.wrong` },
      change: (parameter) => Reflect.deleteProperty(parameter.schema, 'enum'),
    },
    ...Object.entries(wrong).map(([kind, value]) =>
      make('enum relaxed', `takes "${value}"`, kind, [...values, value]),
    ),
    ...values.map((value) =>
      make('enum tightened', `${value} is renamed`, `value.${value}`, [`${value}_RENAMED`]),
    ),
  ];
}

const otherTypes: Record<string, string> = {
  plain: 'text/plain',
  form: 'application/x-www-form-urlencoded',
  textJson: 'text/json',
  json5: 'application/json5',
  suffix: 'application/vnd.fake+json',
  bare: 'json',
  empty: '',
  missing: '',
};

/** The request's media type: another one is taken too, each. */
function mediaTypeMutants(contract: Contract, operation: string): Mutant[] {
  const content = join(operationOf(contract, operation).pointer, 'requestBody', 'content');
  if (Object.keys(asObject(valueAt(contract, content))).join() !== 'application/json') {
    throw new Error(`${content}: mutants are made for application/json alone`);
  }
  return Object.entries(otherTypes).map(([kind, type]) => {
    const says = kind === 'missing' ? 'none is taken' : `"${type}" is taken`;
    const one = { group: 'media type relaxed', says, killer: `contentType.${kind}` };
    return mutant(operation, 'content', one, (copy) => {
      const types = asObject(valueAt(copy, content));
      types[type] = types['application/json'];
      return copy;
    });
  });
}
