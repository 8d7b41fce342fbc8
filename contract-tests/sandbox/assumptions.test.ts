import { expect, test } from 'vitest';
import { refusals } from './assumptions.ts';
import type { Assumption, Refusal } from './assumptions.ts';
import { examplesOf, operationPaths, statusesOf } from './examples.ts';

test.each(operationPaths)(
  "every refusal has the status, code and message of %s's example of its name",
  (path) => {
    const listed = statusesOf(path);
    for (const { example, value } of Object.values(refusals) as Assumption<Refusal>[]) {
      const { status, ...body } = value;
      const key = listed.includes(String(status)) ? String(status) : 'default';
      expect(examplesOf(path, key)[example!]?.value, example).toMatchObject(body);
    }
  },
);
