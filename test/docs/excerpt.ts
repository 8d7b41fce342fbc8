/** The piece of a staging report that docs/contract-checks.md shows; no run here comes out just so. */
import { expect } from 'vitest';
import { readContract } from '../../contract-tests/checker/contract.ts';
import { guessesOf } from '../../contract-tests/staging/statements.ts';
import { readDocument } from '../support/doc-blocks.ts';

const COUNTS =
  /^Cases: \d+ passed, \d+ failed, \d+ reported \(open questions\), \d+ not run, \d+ not applicable\. …$/m;

/** Throws unless its statements and its question are the contract's, and its sentence is the report's. */
export function checkReportExcerpt(text: string): void {
  expect(text).toMatch(COUNTS);
  const guesses = guessesOf(readContract()).map(({ key, says }) => `${key} says ${says}`);
  const rows = [...text.matchAll(/^\| `(.*?)` *\| (.*?) *\| (confirmed|refuted|not exercised) *\| \S+/gm)];
  expect(rows.length).toBeGreaterThan(0);
  for (const [, key, says] of rows) expect(guesses).toContain(`${key} says ${says}`);
  const [, number, asks] = /^\| (\d+) \| (.*?) \| /m.exec(text) ?? [];
  const questions: { number: number; asks: string }[] = JSON.parse(
    readDocument('contract-tests/staging/questions.json'),
  );
  expect(questions.find((question) => question.number === Number(number))?.asks).toBe(asks);
}
