/** The GitHub workflows in the documents, held against the action that they use. */
import { expect } from 'vitest';
import { parse } from 'yaml';
import { readDocument } from '../support/doc-blocks.ts';

interface Step {
  id?: string;
  uses?: string;
  with?: Record<string, string>;
}

const PATH = '.github/actions/contract-checks';
const action: {
  inputs: Record<string, { required: boolean }>;
  outputs: Record<string, unknown>;
} = parse(readDocument(`${PATH}/action.yml`));

/** Throws unless it parses, pins every action, and gives ours the inputs and takes of it the outputs that it has. */
export function checkWorkflow(text: string): void {
  const parsed = parse(text) as Step[] | { jobs: Record<string, { steps: Step[] }> };
  const steps = Array.isArray(parsed) ? parsed : Object.values(parsed.jobs).flatMap((job) => job.steps);
  const ours = steps.filter(({ uses }) => uses?.includes(PATH));
  expect(ours).toHaveLength(1);
  for (const { uses } of steps) {
    // Whose copy of this repository, and at which commit, only the reader knows.
    if (uses) expect(uses).toMatch(/^(OWNER\/ifortepay-va\/.*@COMMIT|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
  }
  const given = Object.keys(ours[0]!.with ?? {});
  const required = Object.keys(action.inputs).filter((name) => action.inputs[name]!.required);
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
  expect(given).toEqual(expect.arrayContaining(required));
  for (const [, id, output] of text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
    expect(id).toBe(ours[0]!.id);
    expect(Object.keys(action.outputs)).toContain(output);
  }
}
