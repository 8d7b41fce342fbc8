import { asObject, join, objectAt, operationsOf, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract, Operation } from '../../spec/contract.ts';
import type { Planned } from './plan.ts';

/** An OpenAPI document for one pass. */
export interface PassDocument {
  pass: number;
  document: Record<string, unknown>;
}

/**
 * The contract as Dredd can read it, a document for each pass: one example for each answer, a status for
 * `default`, no schemas (it would infer one from the example; a hook attaches the checker's), no extensions.
 * What is left makes Dredd print no warning, so that any warning is news.
 */
export function passDocuments(contract: Contract, planned: Planned[]): PassDocument[] {
  const passes = [...new Set(planned.map(({ pass }) => pass))];
  return passes.map((pass) => {
    const mine = planned.filter((one) => one.pass === pass);
    const paths: Record<string, Record<string, unknown>> = {};
    for (const operation of operationsOf(contract)) {
      const answers = mine.filter((one) => one.operation === operation.id);
      if (answers.length === 0) continue;
      paths[operation.path] ??= {};
      paths[operation.path]![operation.method.toLowerCase()] = describe(contract, operation, answers);
    }
    return { pass, document: { openapi: '3.0.3', info: { title: titleOf(pass), version: '1' }, paths } };
  });
}

/** How a pass is called in its document; Dredd hands it to hooks as the API's name. */
export const titleOf = (pass: number): string => `pass ${pass}`;

/** The pass of that API name; NaN if it is none. */
export const passOf = (title: string): number => Number(/^pass (\d+)$/.exec(title)?.[1]);

function describe(contract: Contract, operation: Operation, answers: Planned[]): Record<string, unknown> {
  const content = (value: unknown) => ({ 'application/json': { example: value } });
  const responses = answers.map(({ status, example, value }) => [
    String(status),
    { description: example, content: content(value) },
  ]);
  return {
    operationId: operation.id,
    summary: operation.id,
    parameters: parametersOf(contract, operation),
    requestBody: { content: content(answers[0]!.request) },
    responses: Object.fromEntries(responses),
  };
}

function parametersOf(contract: Contract, operation: Operation): unknown[] {
  const listed = asObject(valueAt(contract, operation.pointer))['parameters'] ?? [];
  return (listed as unknown[]).map((_, index) => {
    const at = resolvePointer(contract, join(operation.pointer, 'parameters', index));
    const { name, in: place, required, example } = objectAt(contract, at);
    // Without a schema Dredd fails on a parameter that has no example.
    const schema = { type: 'string' };
    return { name, in: place, required, schema, ...(example === undefined ? {} : { example }) };
  });
}
