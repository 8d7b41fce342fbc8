/** Texts for a member: what its rules allow, one of a length, and one for each kind of character at each place. */

/** The rules about a value that is text. */
export interface TextRules {
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
  values?: string[];
  /** One that the contract gives. */
  example?: string;
}

// Two UTF-16 units but one character. Asked a million times, and rarely so.
const BEYOND_BMP = /[\u{10000}-\u{10ffff}]/u;

/** Whether the rules allow this text. */
export function allows(
  { minLength = 0, maxLength = Infinity, pattern, values }: TextRules,
  text: string,
): boolean {
  const length = BEYOND_BMP.test(text) ? [...text].length : text.length;
  const fits = length >= minLength && length <= maxLength && (values?.includes(text) ?? true);
  return fits && (pattern?.test(text) ?? true);
}

/**
 * One character for each class that a rule about text may treat apart, neighbours of the ASCII ranges among
 * them: whoever widens a range by one lets one of these in, and whoever leaves a class out lets one out.
 */
export const characters: Readonly<Record<string, string>> = {
  lowerA: 'a',
  lowerZ: 'z',
  upperA: 'A',
  upperZ: 'Z',
  zero: '0',
  nine: '9',
  dash: '-',
  space: ' ',
  underscore: '_',
  dot: '.',
  comma: ',',
  slash: '/',
  backslash: '\\',
  colon: ':',
  at: '@',
  bracket: '[',
  caret: '^',
  backtick: '`',
  brace: '{',
  tilde: '~',
  exclamation: '!',
  plus: '+',
  equals: '=',
  percent: '%',
  ampersand: '&',
  apostrophe: "'",
  quote: '"',
  less: '<',
  acuteE: '\u00E9',
  cyrillicA: '\u0430',
  arabicDigit: '\u0663',
  fullwidthDigit: '\uFF11',
  emDash: '\u2014',
  emoji: '\u{1F511}',
  zeroWidthSpace: '\u200B',
  noBreakSpace: '\u00A0',
  firstAboveC1: '\u00A1',
  nul: '\u0000',
  control: '\u0001',
  tab: '\t',
  newline: '\n',
  carriageReturn: '\r',
  lastControl: '\u001F',
  delete: '\u007F',
  nextLine: '\u0085',
  lastC1: '\u009F',
  belowSurrogates: '\uD7FF',
  highSurrogate: '\uD800',
  lowSurrogate: '\uDFFF',
  aboveSurrogates: '\uE000',
};

const kinds = Object.entries(characters);
const atBothEnds = ['lowerA', 'upperZ', 'zero', 'dash', 'space', 'newline', 'nul', 'noBreakSpace'];

type Text = [kind: string, text: string];

/** Every class of characters wherever the rules may treat it apart. `sample` is a text that is allowed. */
export function characterTexts(rules: TextRules, sample: string): Text[] {
  return allows(rules, 'Q7')
    ? kinds.flatMap(([kind, character]) => shortTexts(rules, kind, character))
    : longTexts(rules, sample);
}

/** Also in front where the pattern has a rule for that; some at both ends. */
function shortTexts(rules: TextRules, kind: string, character: string): Text[] {
  const isPositional = kinds.some(([, one]) => allows(rules, `${one}Q7`) !== allows(rules, `Q${one}7`));
  const ends = atBothEnds.includes(kind);
  return [
    [`${kind}.within`, `Q${character}7`],
    ...(isPositional || ends ? [[`${kind}.first`, `${character}Q7`] as Text] : []),
    ...(ends ? [[`${kind}.last`, `Q7${character}`] as Text] : []),
  ];
}

/** In a text that has a form to keep, a URL say: at every place with a rule of its own, and around it. */
function longTexts(rules: TextRules, sample: string): Text[] {
  const ends = kinds.filter(([kind]) => atBothEnds.includes(kind));
  const within = placesOf(rules, sample).flatMap(({ at, isFree }, i) =>
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

/** One place for each stretch of a text in which the same characters may stand, and whether more than one may. */
function placesOf(rules: TextRules, sample: string): { at: number; isFree: boolean }[] {
  const allowed = [...sample].map((_, at) =>
    kinds.filter(([, one]) => allows(rules, replaced(sample, at, one))).map(([, one]) => one),
  );
  const keys = allowed.map((some) => some.join('\n'));
  const starts = keys.flatMap((key, at) => (at > 0 && key === keys[at - 1] ? [] : [at]));
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? sample.length;
    return { at: Math.floor((start + end - 1) / 2), isFree: allowed[start]!.length > 1 };
  });
}

function replaced(text: string, at: number, character: string): string {
  return text.slice(0, at) + character + text.slice(at + 1);
}

/** Tried in turn where the contract's example has no text for a member. */
const samples = ['Fake text', 'fake-text', '12345678'];
/** No text here is bounded beyond this by its pattern alone. */
const LONGEST = 64;

/** A text that the contract allows: `right`, if there is one. Throws an Error if none is known. */
export function sampleOf(rules: TextRules & { name: string }, right?: unknown): string {
  const all = [...samples, ...(rules.example === undefined ? [] : [rules.example])];
  const found = typeof right === 'string' ? right : all.find((text) => allows(rules, text));
  if (found === undefined) throw new Error(`spec/openapi.yaml has no example for ${rules.name}: give it one`);
  return found;
}

/**
 * A text of so many characters that keeps the pattern, if that does not count them: all `character`, or all
 * sevens, or all like the first of `sample`, or else `sample` with `character` wherever it may stand. Undefined if that is longer already.
 */
export function textOf(
  rules: TextRules,
  sample: string,
  length: number,
  character: string,
): string | undefined {
  const plain = [character, '7', ...sample.slice(0, 1)].find((one) => isPlain(rules, one));
  if (plain !== undefined) return plain.repeat(length);
  const free = [...sample].map((_, i) => rules.pattern!.test(replaced(sample, i, character)));
  const filled = [...sample].map((own, i) => (free[i] ? character : own)).join('');
  const at = free.indexOf(true);
  if (at < 0 || length < filled.length) return undefined;
  return filled.slice(0, at) + character.repeat(length - filled.length) + filled.slice(at);
}

function isPlain({ pattern }: TextRules, character: string): boolean {
  if (pattern === undefined) return true;
  return [...Array(LONGEST).keys()].some((n) => n > 0 && pattern.test(character.repeat(n)));
}

/** The least and the greatest length, by whatever rule; either undefined if no rule, or no short text, says. */
export function lengthsOf(rules: TextRules): { least?: number; most?: number } {
  const lengths = [...Array(LONGEST).keys()].map((n) => n + 1);
  const some = ['C', '7', ...(rules.example ?? '').slice(0, 1)];
  const fitting = lengths.filter((n) => some.some((one) => allows(rules, one.repeat(n))));
  const [least, last] = [fitting[0], fitting.at(-1)];
  const most = rules.maxLength ?? (last === LONGEST ? undefined : last);
  return { ...(least !== undefined && { least }), ...(most !== undefined && { most }) };
}
