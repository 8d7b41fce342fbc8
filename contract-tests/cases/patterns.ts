/** How a gateway's pattern may be otherwise than the contract's, and the case that notices. */
import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import type { AST } from '@eslint-community/regexpp';
import { allows } from './texts.ts';
import type { ContractCase } from './types.ts';

/**
 * One character or class each that a gateway may take or refuse by mistake. Written apart from the cases'
 * own table of characters, which it puts to the test; so are the neighbours of every range, which are
 * computed from the pattern.
 */
const characterKinds: Record<string, string> = {
  'word characters': '\\w',
  'word characters and dash': '[\\w-]',
  'any letter': '\\p{L}',
  'any digit': '\\p{Nd}',
  'any blank': '\\s',
  'any printable ASCII': '[ -~]',
  'any that is not ASCII': '[^\\x00-\\x7F]',
  'any control character': '\\p{Cc}',
  'any surrogate': '[\\uD800-\\uDFFF]',
  'anything but a line break': '.',
  anything: '[^]',
  'lower case': '[a-z]',
  'upper case': '[A-Z]',
  digits: '[0-9]',
  dash: '-',
  underscore: '_',
  dot: '\\.',
  slash: '\\/',
  colon: ':',
  space: ' ',
  tab: '\\t',
  'line break': '\\n',
  'carriage return': '\\r',
  'NUL character': '\\0',
  'quotation mark': '"',
  backslash: '\\\\',
  'no-break space': '\\u00A0',
  é: '\\u00E9',
  'full-width digit': '\\uFF11',
  emoji: '\\p{Extended_Pictographic}',
};

type How = 'relaxed' | 'tightened';
type Limits = { minLength?: number; maxLength?: number; pattern?: string };

interface Altered {
  how: How;
  says: string;
  pattern: string | undefined;
}

/** A pattern that was changed, and the case whose text it judges otherwise; why, if none can. */
export interface AlteredPattern extends Altered {
  by?: ContractCase;
  excluded?: string;
}

/**
 * A pattern widened by each class that it does not take, narrowed by each that it takes, at each of its
 * places, and its anchors and its counts changed. What changes nothing is left out. `right` is a text that
 * the contract allows, `texts` are those that cases send.
 */
export function alteredPatterns(
  schema: Limits,
  right: string,
  texts: () => { one: ContractCase; text: string }[],
): AlteredPattern[] {
  const { pattern } = schema;
  if (pattern === undefined) return [];
  const sent = texts();
  const probes = [...probesFor(right), ...sent.map(({ text }) => text)];
  const [own, unlimited] = [judgeBy(schema), judgeBy({ pattern })];
  return alterations(pattern).flatMap((altered): AlteredPattern[] => {
    const differs = (left: Judge, other: Judge) => (text: string) => left(text) !== other(text);
    const { pattern: changed } = altered;
    if (!probes.some(differs(unlimited, judgeBy({ ...(changed !== undefined && { pattern: changed }) }))))
      return [];
    const { pattern: _, ...limits } = schema;
    const byOther = differs(own, judgeBy({ ...limits, ...(changed !== undefined && { pattern: changed }) }));
    const telling = sent.find(({ text }) => byOther(text))?.one;
    if (telling) return [{ ...altered, by: telling }];
    const excluded = 'minLength or maxLength beside it judges as the pattern did';
    return [{ ...altered, ...(!probes.some(byOther) && { excluded }) }];
  });
}

type Judge = (text: string) => boolean;

function judgeBy({ pattern, ...limits }: Limits): Judge {
  const { minLength, maxLength } = limits;
  const rules = {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern: new RegExp(pattern, 'u') }),
  };
  return (text) => allows(rules, text);
}

function alterations(pattern: string): Altered[] {
  const classes: AST.CharacterClass[] = [];
  const counted: AST.Quantifier[] = [];
  const parsed = new RegExpParser().parsePattern(pattern, 0, pattern.length, { unicode: true });
  visitRegExpAST(parsed, {
    onCharacterClassEnter: (node) => void classes.push(node),
    onQuantifierEnter: (node) => void counted.push(node),
  });
  const atClasses = classes.flatMap((node, i) =>
    atClass(pattern, node, classes.length > 1 ? i + 1 : undefined),
  );
  return [...atClasses, ...wholes(pattern), ...counted.flatMap((node) => counts(pattern, node))];
}

// The class is ruled out before what is added: two ways to read a character take for ever to fail.
function atClass(pattern: string, node: AST.CharacterClass, number?: number): Altered[] {
  const { raw: own, start, end } = node;
  const put = (text: string): string => pattern.slice(0, start) + text + pattern.slice(end);
  const where = number === undefined ? '' : `, class ${number}`;
  return Object.entries({ ...characterKinds, ...edges(node) }).flatMap(([kind, source]): Altered[] => [
    { how: 'relaxed', says: `takes ${kind}${where}`, pattern: put(`(?:${own}|(?!${own})${source})`) },
    { how: 'tightened', says: `refuses ${kind}${where}`, pattern: put(`(?:(?!${source})${own})`) },
  ]);
}

/** The first and last character of each range in a class, and those just outside. */
function edges({ elements }: AST.CharacterClass): Record<string, string> {
  const points = elements.flatMap((one) => {
    if (one.type !== 'CharacterClassRange') return [];
    const [first, last] = [one.min.value, one.max.value];
    return [first - 1, first, last, last + 1];
  });
  const named = points.filter((point) => point >= 0).map((point) => point.toString(16).toUpperCase());
  return Object.fromEntries(named.map((hex) => [`U+${hex.padStart(4, '0')}`, `\\u{${hex}}`]));
}

function wholes(pattern: string): Altered[] {
  const relaxed: Record<string, string | undefined> = {
    removed: undefined,
    'not held at its beginning': pattern.replace(/^\^/, '^[^]*'),
    'not held at its end': pattern.replace(/\$$/, '[^]*$'),
    'takes a line break at its end': pattern.replace(/\$$/, '\\n?$'),
    'takes blanks around it': pattern.replace(/^\^/, '^\\s*').replace(/\$$/, '\\s*$'),
    'judges only one line': pattern.replace(/^\^/, '^(?:[^]*\\n)?').replace(/\$$/, '(?:\\n[^]*)?$'),
  };
  const tightened = {
    'one character only': pattern.replace(/[+*]\$$/, '{1}$'),
    'two characters at the least': pattern.replace(/^\^/, '^(?=[^]{2})'),
    'no dash in front': pattern.replace(/^\^/, '^(?!-)'),
    'no dash at the end': pattern.replace(/^\^/, '^(?![^]*-$)'),
    'a digit is needed': pattern.replace(/^\^/, '^(?=[^]*[0-9])'),
    'a letter is needed': pattern.replace(/^\^/, '^(?=[^]*[A-Za-z])'),
  };
  const listed = (how: How, all: Record<string, string | undefined>): Altered[] =>
    Object.entries(all).map(([says, to]) => ({ how, says, pattern: to }));
  return [...listed('relaxed', relaxed), ...listed('tightened', tightened)];
}

/** A count from one number to another, one more and one less of each. */
function counts(pattern: string, { element, end, min, max }: AST.Quantifier): Altered[] {
  const own = pattern.slice(element.end, end);
  if (!/^\{\d+,\d+\}$/.test(own)) return [];
  const to = (how: How, from: number, upTo: number): Altered => {
    const count = `{${from},${upTo}}`;
    const changed = pattern.slice(0, element.end) + count + pattern.slice(end);
    return { how, says: `${own} becomes ${count}`, pattern: changed };
  };
  return [
    to('relaxed', min - 1, max),
    to('relaxed', min, max + 1),
    to('tightened', min + 1, max),
    to('tightened', min, max - 1),
  ];
}

const points = [...Array(0x100).keys(), 0x663, 0x200b, 0xff11, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0x1f511];

/** Short texts of every sort, and the right one with every character in front, within and at the end. */
function probesFor(right: string): string[] {
  const [first, rest] = [right.slice(0, 1), right.slice(1)];
  return [
    '',
    '-',
    '--',
    'a-',
    '-a',
    'a',
    'AB',
    '7',
    'A7',
    '77',
    'Q\n',
    '\nQ',
    'Q\n_',
    right,
    ...points
      .map((point) => String.fromCodePoint(point))
      .flatMap((c) => [c, `Q${c}7`, `${c}Q7`, `Q7${c}`, first + c + rest, c + right, right + c]),
  ];
}
