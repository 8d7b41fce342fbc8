/**
 * Writes the contract's examples down as data: generated/mock.ts for the MSW handlers, generated/scenarios.json for
 * the page of examples/frontend. The scenarios are those of the Prism mock, by the same names.
 */
import { writeFileSync } from 'node:fs';
import {
  asObject,
  examplesOf,
  inlined,
  join,
  objectAt,
  operationsOf,
  readContract,
  resolvePointer,
  statusesOf,
} from '../spec/contract.ts';
import type { Operation } from '../spec/contract.ts';
import { requiredHeaders, scenarios, securityNames, validRequest } from './scenarios.ts';

const NOTE = '// Written by scripts/mock-data.ts from spec/openapi.yaml. Do not edit; run `make generate`.';

const contract = readContract();
const operations = operationsOf(contract);
const chosen = scenarios(contract).filter(({ prefer, example }) => prefer && example);

const RESPONSES = '/components/responses';
/** The names of the answers that several operations share by `$ref`, so that each is written once. */
const shared = Object.keys(objectAt(contract, RESPONSES));

function bodiesOf(operation: Operation, status: string): Record<string, unknown> {
  const examples = examplesOf(contract, operation, status);
  return Object.fromEntries(examples.map(({ name, value }) => [name, value]));
}

/** The bodies of a shared answer, as the first operation that has it gives them. */
function sharedBodies(name: string): Record<string, unknown> {
  for (const operation of operations) {
    const status = statusesOf(contract, operation).find((one) => answerName(operation, one) === name);
    if (status !== undefined) return bodiesOf(operation, status);
  }
  throw new Error(`${join(RESPONSES, name)}: no operation answers it`);
}

function answerName({ pointer }: Operation, status: string): string | undefined {
  const at = resolvePointer(contract, join(pointer, 'responses', status));
  return shared.find((name) => join(RESPONSES, name) === at);
}

function answersOf(operation: Operation): string {
  const entries = statusesOf(contract, operation).map((code) => {
    const name = answerName(operation, code);
    return `${JSON.stringify(code)}: ${name ?? JSON.stringify(bodiesOf(operation, code))}`;
  });
  return `{ ${entries.join(', ')} }`;
}

/** What Prism wants of a request, as far as the handlers look too. */
function rulesOf(operation: Operation): object {
  const { id, pointer, path, method } = operation;
  const { requestBody } = inlined(contract, pointer);
  if (method !== 'POST') throw new Error(`${id}: the handlers know POST only`);
  return {
    path,
    security: securityNames(contract, operation).map((name) =>
      name === 'Authorization' ? name.toLowerCase() : name,
    ),
    headers: requiredHeaders(contract, operation),
    members: asObject(requestBody.content['application/json'].schema)['required'],
  };
}

function mockModule(): string {
  const names = chosen.map(({ name }) => `  '${name}',`).join('\n');
  const answers = shared.map((name) => `const ${name}: Answer = ${JSON.stringify(sharedBodies(name))};`);
  const list = operations.map((operation) => {
    const rules = Object.entries(rulesOf(operation)).map(
      ([name, rule]) => `${name}: ${JSON.stringify(rule)}`,
    );
    return `  ${operation.id}: { ${rules.join(', ')}, answers: ${answersOf(operation)} },`;
  });
  return `${NOTE}
/** Every scenario by name: operation, HTTP status, and the example's name in the contract. */
export const scenarioNames = [
${names}
] as const;

/** The bodies of one answer by the names of their examples, first the one that is taken by default. */
export type Answer = Record<string, object>;

/** What a request must bring, by names, and what is answered by HTTP status. */
export interface MockOperation {
  path: string;
  security: string[];
  headers: Record<string, string>;
  members: string[];
  answers: Record<string, Answer>;
}

${answers.join('\n')}

export const mockOperations: Record<string, MockOperation> = {
${list.join('\n')}
};
`;
}

/** For a page: no code, and how well each thing is known. */
function scenarioList(): object {
  return {
    requests: Object.fromEntries(operations.map((one) => [one.id, validRequest(contract, one)])),
    scenarios: chosen.map(({ name, code, example, prefer, status, xKnown, statusKnown, request, body }) => {
      const operation = operations.find(({ path }) => path === request.path)!;
      const { summary } = examplesOf(contract, operation, code).find((one) => one.name === example)!;
      return {
        name,
        operation: operation.id,
        summary,
        prefer,
        status,
        statusKnown,
        bodyKnown: xKnown,
        body,
      };
    }),
  };
}

writeFileSync('generated/mock.ts', mockModule());
writeFileSync('generated/scenarios.json', `${JSON.stringify(scenarioList(), null, 2)}\n`);
