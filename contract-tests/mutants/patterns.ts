import { allows } from '../cases/member.ts';
import type { CaseContext, ContractCase } from '../cases/types.ts';
import { characterKinds } from './character-kinds.ts';
import type { RuleChange, Schema, Sent } from './rule-change.ts';
import { getIn } from './schema-tree.ts';

interface Altered {
  says: string;
  group: string;
  pattern: string | undefined;
}

/**
 * A pattern widened by each class that it does not take, narrowed by each that it takes, at each of its
 * places, and its anchors and its quantifier changed. The killer is the first case of this member whose text
 * the changed pattern judges otherwise. What changes nothing is no mutant and left out.
 */
export function patternMutants(sent: Sent, path: readonly string[], schema: Schema): RuleChange[] {
  const pattern = String(schema['pattern']);
  const name = path.join('.');
  const texts = textsOf(path, sent.cases);
  const probes = [...probesFor(String(getIn(sent.body, path) ?? '')), ...texts.map(({ text }) => text)];
  const [own, unlimited] = [judgeBy(schema), judgeBy({ pattern })];
  return alterations(pattern).flatMap(({ says, group, pattern: changed }): RuleChange[] => {
    const differs = (left: Judge, right: Judge) => (text: string) => left(text) !== right(text);
    if (!probes.some(differs(unlimited, judgeBy({ pattern: changed })))) return [];
    const byOther = differs(own, judgeBy({ ...schema, pattern: changed }));
    const telling = texts.find(({ text }) => byOther(text));
    const excluded = telling === undefined && !probes.some(byOther);
    return [
      {
        ...{ group, says, killer: telling?.id ?? `body.${name}.pattern` },
        change: (copy) => (changed === undefined ? delete copy['pattern'] : (copy['pattern'] = changed)),
        ...(excluded && { excluded: 'minLength or maxLength beside it judges as the pattern did' }),
      },
    ];
  });
}

/** The cases that send a text for this member, those about its characters first. */
function textsOf(path: readonly string[], cases: readonly ContractCase[]): { id: string; text: string }[] {
  const own = cases.filter(({ id }) => id.startsWith(`body.${path.join('.')}.`));
  const found = own.flatMap(({ id, build, needs }) => {
    const va = { ...nobody.va, ...needs.with };
    const body: unknown = JSON.parse(Buffer.from(build({ ...nobody, va }).body).toString('utf8'));
    const text = getIn(body, path);
    return typeof text === 'string' ? [{ id, text }] : [];
  });
  const about = (id: string): number => (id.includes('.character.') ? 0 : 1);
  return found.sort((a, b) => about(a.id) - about(b.id));
}

const fake = {
  external_id: 'x',
  order_id: 'x',
  transaction_id: 'x',
  payment_method: 'x',
  payment_channel: 'x',
};
/** What a case is built from to see what it would send. */
const nobody: CaseContext = {
  ...{ va: fake, other: fake, exists: false, alternates: {} },
  credentials: { merchantId: 'fake', secretUnboundId: 'fake', hashKey: 'fake' },
};

type Judge = (text: string) => boolean;

function judgeBy({ minLength, maxLength, pattern }: Schema): Judge {
  const limits = {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
  };
  const compiled = pattern === undefined ? {} : { pattern: new RegExp(String(pattern), 'u') };
  return (text) => allows({ ...limits, ...compiled }, text);
}

/** Every place of the pattern that is a class in brackets. */
const CLASS = /\[(?:\\.|[^\]\\])*\]/g;

// The class is ruled out before what is added: two ways to read a character take for ever to fail.
function alterations(pattern: string): Altered[] {
  const places = [...pattern.matchAll(CLASS)];
  const atPlaces = places.flatMap(({ 0: own, index }, i) => {
    const put = (text: string): string => pattern.slice(0, index) + text + pattern.slice(index + own.length);
    const where = places.length > 1 ? `, class ${i + 1}` : '';
    const all = { ...characterKinds, ...edges(own) };
    return Object.entries(all).flatMap(([kind, source]): Altered[] => [
      {
        group: 'pattern relaxed',
        says: `takes ${kind}${where}`,
        pattern: put(`(?:${own}|(?!${own})${source})`),
      },
      {
        group: 'pattern tightened',
        says: `refuses ${kind}${where}`,
        pattern: put(`(?:(?!${source})${own})`),
      },
    ]);
  });
  return [...atPlaces, ...wholes(pattern), ...counts(pattern)];
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

  return [
    ...Object.entries(relaxed).map(([says, to]) => ({ says, group: 'pattern relaxed', pattern: to })),
    ...Object.entries(tightened).map(([says, to]) => ({ says, group: 'pattern tightened', pattern: to })),
  ];
}

/** Every count from one number to another, one more and one less of each. */
function counts(pattern: string): Altered[] {
  return [...pattern.matchAll(/\{(\d+),(\d+)\}/g)].flatMap(({ 0: own, 1: least, 2: most, index }) => {
    const to = (group: string, from: number, upTo: number): Altered => {
      const count = `{${from},${upTo}}`;
      const changed = pattern.slice(0, index) + count + pattern.slice(index + own.length);
      return { group: `pattern ${group}`, says: `${own} becomes ${count}`, pattern: changed };
    };
    const [low, high] = [Number(least), Number(most)];
    return [
      ...[to('relaxed', low - 1, high), to('relaxed', low, high + 1)],
      ...[to('tightened', low + 1, high), to('tightened', low, high - 1)],
    ];
  });
}

/** The first and last character of each range in a class, and those just outside. */
function edges(own: string): Record<string, string> {
  const atom = String.raw`\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.|[^\\\]]`;
  const ranges = own.slice(1, -1).matchAll(new RegExp(`(${atom})-(${atom})`, 'g'));
  const points = [...ranges].flatMap(([, from = '', to = '']) => {
    const [first, last] = [codeOf(from), codeOf(to)];
    return [first - 1, first, last, last + 1];
  });
  const named = points.filter((point) => point >= 0).map((point) => point.toString(16).toUpperCase());
  return Object.fromEntries(named.map((hex) => [`U+${hex.padStart(4, '0')}`, `\\u{${hex}}`]));
}

function codeOf(atom: string): number {
  const hex = /^\\[xu]([0-9A-Fa-f]+)$/.exec(atom)?.[1];
  return hex === undefined ? atom.codePointAt(atom.length - 1)! : Number.parseInt(hex, 16);
}

const points = [...Array(0x100).keys(), 0x663, 0x200b, 0xff11, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0x1f511];

/** Short texts of every sort, and the right one with every character in front, within and at the end. */
function probesFor(right: string): string[] {
  const [first, rest] = [right.slice(0, 1), right.slice(1)];
  return [
    ...['', '-', '--', 'a-', '-a', 'a', 'AB', '7', 'A7', '77', 'Q\n', '\nQ', 'Q\n_', right],
    ...points
      .map((point) => String.fromCodePoint(point))
      .flatMap((c) => [c, `Q${c}7`, `${c}Q7`, `Q7${c}`, first + c + rest, c + right, right + c]),
  ];
}
