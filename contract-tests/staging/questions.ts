/** The open questions about the gateway, and what a run can say to each. */
import { maskPointer } from '../shared/mask.ts';
import { topics } from '../cases/types.ts';
import type { Topic } from '../cases/types.ts';
import { isAsExpected } from './evidence.ts';
import type { Observation, StagingResult } from './evidence.ts';
import { tell } from './session.ts';

/** An open question and its answers; none if the run could not say. */
export interface AnsweredQuestion {
  number: number;
  asks: string;
  answers: string[];
}

interface Seen {
  results: readonly StagingResult[];
  observations: readonly Observation[];
}

const CANCEL = 'cancelVirtualAccount';

/** The open questions of gateway.md, in its order. */
export const questions: readonly [asks: string, answer: (seen: Seen) => string[]][] = [
  [
    'Which HTTP status comes with which response_code when cancelling?',
    ({ observations }) => {
      const told = observations.filter(({ operation }) => operation === CANCEL).map((one) => tell(one));
      return [...new Set(told)];
    },
  ],
  ['What does cancelling a second time answer?', said('open.state.twice', 'open.state.canceled')],
  [
    'What does cancelling a paid or an expired virtual account answer?',
    said('open.state.paid', 'open.state.expired'),
  ],
  ['What does an unknown transaction_id answer?', said('outcome.notFound.unknown')],
  [
    'What do wrong credentials answer, and what a wrong signature?',
    said('authorization.merchant.wrong', 'authorization.secret.wrong', 'signature.madeUp'),
  ],
  [
    'Do payment_method and payment_channel come back in another letter case?',
    (seen) => [...echoes(seen), ...said('open.channel.lowerCase')(seen)],
  ],
  ['Does an answer have members that are not documented?', additional],
  ["Does another payment_channel than the virtual account's matter?", said('open.channel.mismatch')],
  ['Is a signature in upper-case hex accepted?', said('signature.upperCase')],
];

/** Answers every question as far as the run can. */
export function answerQuestions(seen: Seen): AnsweredQuestion[] {
  return questions.map(([asks, answer], i) => ({ number: i + 1, asks, answers: answer(seen) }));
}

/** What cancelling answered in these cases. */
function said(...ids: string[]): (seen: Seen) => string[] {
  return ({ results }) =>
    results
      .filter(({ id, operation, got }) => operation === CANCEL && ids.includes(id) && got)
      .map(({ id, got, exists }) => {
        const about = exists === false ? ' (about ids that do not exist)' : '';
        return `${tell({ status: got!.status, code: got!.responseCode })} in ${id}${about}`;
      });
}

function echoes({ observations }: Seen): string[] {
  const told = observations
    .filter(({ code, operation }) => code === '00' && operation === CANCEL)
    .flatMap((one) => Object.entries(one.echoes).map(([name, how]) => `${name}: ${how} (${one.by})`));
  return [...new Set(told)].slice(0, 6);
}

/** Where answers have members that are not documented. */
export function undocumented({ observations }: Pick<Seen, 'observations'>): string[] {
  const found = observations.flatMap(({ findings, status }) =>
    findings
      .filter(({ rule }) => rule === 'additionalMember')
      .map(({ pointer }) => `${maskPointer(pointer)} with ${status}`),
  );
  return [...new Set(found)];
}

function additional({ observations }: Seen): string[] {
  const found = undocumented({ observations });
  if (observations.length === 0 || found.length > 0) return found;
  const successes = observations.filter(({ code }) => code === '00').length;
  return [`none in ${observations.length} answers, ${successes} of them a success`];
}

/** How the gateway does what no document says, by topic. */
export function describeUnstated(
  results: readonly StagingResult[],
  topicOf: (result: StagingResult) => Topic | undefined,
): { says: string; alike: number; otherwise: string[] }[] {
  return (Object.keys(topics) as Topic[]).flatMap((topic) => {
    const own = results.filter((one) => one.verdict === 'reported' && topicOf(one) === topic);
    if (own.length === 0) return [];
    const otherwise = own.filter((one) => !isAsExpected(one));
    return [
      {
        says: topics[topic],
        alike: own.length - otherwise.length,
        otherwise: otherwise.map(({ operation, id, reason }) => `${operation} ${id} (${reason})`),
      },
    ];
  });
}
