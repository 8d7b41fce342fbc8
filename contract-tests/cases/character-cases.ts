import { characters } from './characters.ts';
import { ofText, rightOf } from './member-case.ts';
import { allows } from './member.ts';
import type { Member } from './member.ts';
import type { Subject } from './subject.ts';
import { placesOf, replaced, sampleOf } from './texts.ts';
import type { ContractCase } from './types.ts';

const kinds = Object.entries(characters);
const atBothEnds = ['lowerA', 'upperZ', 'zero', 'dash', 'space', 'newline', 'nul', 'noBreakSpace'];

/** Every class of characters wherever the member's pattern may treat it apart. */
export function characterCases(subject: Subject, member: Member): ContractCase[] {
  const texts = allows(member, 'Q7')
    ? kinds.flatMap(([kind, character]) => shortTexts(member, kind, character))
    : longTexts(member, sampleOf(member, rightOf(subject, member)));
  return texts.map(([kind, text]) => ofText(subject, member, `character.${kind}`, text));
}

type Text = [kind: string, text: string];

/** Also in front where the pattern has a rule for that; some at both ends. */
function shortTexts(member: Member, kind: string, character: string): Text[] {
  const isPositional = kinds.some(([, one]) => allows(member, `${one}Q7`) !== allows(member, `Q${one}7`));
  const ends = atBothEnds.includes(kind);
  return [
    [`${kind}.within`, `Q${character}7`],
    ...(isPositional || ends ? [[`${kind}.first`, `${character}Q7`] as Text] : []),
    ...(ends ? [[`${kind}.last`, `Q7${character}`] as Text] : []),
  ];
}

/** In a text that has a form to keep, a URL say: at every place with a rule of its own, and around it. */
function longTexts(member: Member, sample: string): Text[] {
  const places = placesOf(member, sample, Object.values(characters));
  const ends = kinds.filter(([kind]) => atBothEnds.includes(kind));
  const within = places.flatMap(({ at, isFree }, i) =>
    (isFree ? kinds : ends).map(([kind, one]): Text => [
      `${kind}.within${i === 0 ? '' : i + 1}`,
      replaced(sample, at, one),
    ]),
  );
  const around = ends.flatMap(([kind, one]): Text[] => [
    [`${kind}.first`, replaced(sample, 0, one)],
    [`${kind}.last`, replaced(sample, sample.length - 1, one)],
    [`${kind}.before`, one + sample],
    [`${kind}.after`, sample + one],
  ]);
  return [...within, ...around];
}
