/**
 * Writes the contract's examples down as data: generated/mock.ts for the MSW handlers, generated/scenarios.json for
 * the page of examples/frontend. The scenarios are those of the Prism mock, by the same names.
 */
import { writeFileSync } from 'node:fs';
import {
  operationsOf,
  readContract,
  resolve,
  type Node,
  type Operation,
} from '../contract-tests/mock/contract.ts';
import { scenarios } from '../contract-tests/mock/scenarios.ts';

const NOTE = '// Written by scripts/scenarios.ts from spec/openapi.yaml. Do not edit; run `make generate`.';

const contract = readContract();
const operations = operationsOf(contract);
const chosen = scenarios(contract).filter(({ prefer, example }) => prefer && example);

/** The names of the answers that several operations share by `$ref`, so that each is written once. */
const shared = Object.keys(contract.components.responses);

function examplesOf(response: Node): Record<string, Node> {
  const { examples } = response.content['application/json'];
  return Object.fromEntries(Object.entries<Node>(examples).map(([name, { value }]) => [name, value]));
}

function answersOf({ responses }: Operation): string {
  const entries = Object.entries(responses).map(([code, response]) => {
    const name = shared.find((each) => contract.components.responses[each] === response);
    return `${JSON.stringify(code)}: ${name ?? JSON.stringify(examplesOf(response))}`;
  });
  return `{ ${entries.join(', ')} }`;
}

/** What Prism wants of a request, as far as the handlers look too. */
function rulesOf({ id, request }: Operation): object {
  const { requestBody, parameters, security } = contract.paths[request.path].post;
  const required = parameters
    .map((each: Node) => resolve(contract, each))
    .filter((each: Node) => each.required);
  const secured = Object.keys(security[0]).map((name) => contract.components.securitySchemes[name]);
  if (request.method !== 'POST') throw new Error(`${id}: the handlers know POST only`);
  return {
    path: request.path,
    security: secured.map(({ name = 'authorization' }: Node) => name),
    headers: Object.fromEntries(required.map(({ name, schema }: Node) => [name, schema.enum[0]])),
    members: resolve(contract, requestBody.content['application/json'].schema).required,
  };
}

function mockModule(): string {
  const names = chosen.map(({ name }) => `  '${name}',`).join('\n');
  const answers = shared.map(
    (name) => `const ${name}: Answer = ${JSON.stringify(examplesOf(contract.components.responses[name]))};`,
  );
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
    requests: Object.fromEntries(operations.map(({ id, request }) => [id, request])),
    scenarios: chosen.map(({ name, code, example, prefer, status, xKnown, statusKnown, request, body }) => {
      const { id, responses } = operations.find(({ request: { path } }) => path === request.path)!;
      const { summary } = responses[code!].content['application/json'].examples[example!];
      return { name, operation: id, summary, prefer, status, statusKnown, bodyKnown: xKnown, body };
    }),
  };
}

writeFileSync('generated/mock.ts', mockModule());
writeFileSync('generated/scenarios.json', `${JSON.stringify(scenarioList(), null, 2)}\n`);
