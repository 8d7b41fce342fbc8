/** The open questions about the gateway, and what a run can say to each. */
import { readFileSync } from 'node:fs';
import { maskPointer } from '../proxy/mask.ts';
import type { StagingResult } from './judge.ts';
import type { Observation } from './observe.ts';

/** An open question and its answers; none if the run could not say. */
export interface Answered {
  number: number;
  asks: string;
  answers: string[];
}

interface Seen {
  results: readonly StagingResult[];
  observations: readonly Observation[];
}

const CANCEL = 'cancelVirtualAccount';

const questions = JSON.parse(readFileSync(new URL('questions.json', import.meta.url), 'utf8')) as Omit<
  Answered,
  'answers'
>[];

const answerers: Record<number, (seen: Seen) => string[]> = {
  1: ({ observations }) => [
    ...new Set(
      observations.filter(({ operation }) => operation === CANCEL).map((one) => tell(one.status, one.code)),
    ),
  ],
  2: said('open.state.twice', 'open.state.canceled'),
  3: said('open.state.paid', 'open.state.expired'),
  4: said('outcome.notFound.unknown'),
  5: said('authorization.merchant.wrong', 'authorization.secret.wrong', 'signature.madeUp'),
  6: (seen) => [...echoes(seen), ...said('open.channel.lowerCase')(seen)],
  7: additional,
  8: said('open.channel.mismatch'),
  9: said('signature.upperCase'),
};

/** Answers every question as far as the run can. */
export function answerQuestions(seen: Seen): Answered[] {
  return questions.map((one) => ({ ...one, answers: answerers[one.number]!(seen) }));
}

/** What cancelling answered in these cases. */
function said(...ids: string[]): (seen: Seen) => string[] {
  return ({ results }) =>
    results
      .filter(({ id, operation, got }) => operation === CANCEL && ids.includes(id) && got)
      .map(({ id, got, exists }) => {
        const about = exists === false ? ' (about ids that do not exist)' : '';
        return `${tell(got!.status, got!.responseCode)} in ${id}${about}`;
      });
}

function echoes({ observations }: Seen): string[] {
  const told = observations
    .filter(({ code, operation }) => code === '00' && operation === CANCEL)
    .flatMap((one) => Object.entries(one.echoes).map(([name, how]) => `${name}: ${how} (${one.by})`));
  return [...new Set(told)];
}

function additional({ observations }: Seen): string[] {
  if (observations.length === 0) return [];
  const found = observations.flatMap(({ findings, status }) =>
    findings
      .filter(({ rule }) => rule === 'additionalMember')
      .map(({ pointer }) => `${maskPointer(pointer)} with ${status}`),
  );
  if (found.length > 0) return [...new Set(found)];
  const successes = observations.filter(({ code }) => code === '00').length;
  return [`none in ${observations.length} answers, ${successes} of them a success`];
}

/** A status with a response code, in words. */
export function tell(status: number, code?: string): string {
  return `${status} with ${code ?? 'no code'}`;
}
