import { allows } from './member.ts';
import type { TextRules } from './member.ts';

/** Tried in turn where the contract's example has no text for a member. */
const samples = ['Fake text', 'fake-text', '12345678'];
/** No text here is bounded beyond this by its pattern alone. */
const LONGEST = 64;

/** A text that the contract allows: `right`, if there is one. Throws an Error if none is known. */
export function sampleOf(rules: TextRules & { name: string }, right?: unknown): string {
  const found = typeof right === 'string' ? right : samples.find((text) => allows(rules, text));
  if (found === undefined) throw new Error(`No text is known that ${rules.name} may have`);
  return found;
}

/**
 * A text of so many characters that keeps the pattern, if that does not count them: all `character`, or all
 * sevens, or else `sample` with `character` wherever it may stand. Undefined if that is longer already.
 */
export function textOf(
  rules: TextRules,
  sample: string,
  length: number,
  character: string,
): string | undefined {
  const plain = [character, '7'].find((one) => isPlain(rules, one));
  if (plain !== undefined) return plain.repeat(length);
  const free = [...sample].map((_, i) => rules.pattern!.test(replaced(sample, i, character)));
  const filled = [...sample].map((own, i) => (free[i] ? character : own)).join('');
  const at = free.indexOf(true);
  if (at < 0 || length < filled.length) return undefined;
  return filled.slice(0, at) + character.repeat(length - filled.length) + filled.slice(at);
}

/** The least and the greatest length, by whatever rule; either undefined if no rule, or no short text, says. */
export function lengthsOf(rules: TextRules): { least?: number; most?: number } {
  const lengths = [...Array(LONGEST).keys()].map((n) => n + 1);
  const fitting = lengths.filter((n) => ['C', '7'].some((one) => allows(rules, one.repeat(n))));
  const [least, last] = [fitting[0], fitting.at(-1)];
  const most = rules.maxLength ?? (last === LONGEST ? undefined : last);
  return { ...(least !== undefined && { least }), ...(most !== undefined && { most }) };
}

/** The text with another character at `at`, counted in UTF-16 units. */
export function replaced(text: string, at: number, character: string): string {
  return text.slice(0, at) + character + text.slice(at + 1);
}

/** A place in a text at which one rule holds. */
export interface Place {
  at: number;
  /** Whether the rule lets more than one character stand there. */
  isFree: boolean;
}

/** One place for each stretch of a text in which the same of these characters may stand. */
export function placesOf(rules: TextRules, sample: string, characters: readonly string[]): Place[] {
  const allowed = [...sample].map((_, at) =>
    characters.filter((one) => allows(rules, replaced(sample, at, one))),
  );
  const keys = allowed.map((some) => some.join('\n'));
  const starts = keys.flatMap((key, at) => (at > 0 && key === keys[at - 1] ? [] : [at]));
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? sample.length;
    return { at: Math.floor((start + end - 1) / 2), isFree: allowed[start]!.length > 1 };
  });
}

function isPlain({ pattern }: TextRules, character: string): boolean {
  if (pattern === undefined) return true;
  return [...Array(LONGEST).keys()].some((n) => n > 0 && pattern.test(character.repeat(n)));
}
