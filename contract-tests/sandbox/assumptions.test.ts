import { expect, test } from 'vitest';
import { examplesOf, operationsOf, readContract, statusesOf } from '../../spec/contract.ts';
import { refusals } from './assumptions.ts';
import type { Assumption, Refusal } from './assumptions.ts';

const contract = readContract();

test.each(operationsOf(contract))(
  "every refusal has the status, code and message of $id's example of its name",
  (operation) => {
    const listed = statusesOf(contract, operation);
    for (const { example, value } of Object.values(refusals) as Assumption<Refusal>[]) {
      const { status, ...body } = value;
      const answers = examplesOf(
        contract,
        operation,
        listed.includes(String(status)) ? String(status) : 'default',
      );
      expect(answers.find(({ name }) => name === example)?.value, example).toMatchObject(body);
    }
  },
);
