/**
 * Masks text so that every rule of the contract still judges it alike: a digit becomes a digit, a letter one
 * of its kind, everything else stays. Equal texts become equal masks, others others, also but for letter case.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { parseJson } from '../checker/json.ts';

/** Masks one text. The same masker must mask all that is to be compared: a request and its answer. */
export type Mask = (text: string) => string;

// Letters of hexadecimal digits among themselves, lest a UUID be one no more.
const kinds: readonly [kind: RegExp, from: string][] = [
  [/[0-9]/, '0123456789'],
  [/[a-f]/, 'abcdef'],
  [/[a-z]/, 'ghijklmnopqrstuvwxyz'],
  // Of one code point each, like what they stand for.
  [/[\u0080-\uFFFF]/, 'àáâãäåæçèéêëìíîï'],
  [/[\u{10000}-\u{10FFFF}]/u, '𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯'],
];
const isText = /[\p{L}\p{M}\p{N}]/u;

/** A masker with a key of its own, so that two records cannot be joined. */
export function createMask(key: Uint8Array = randomBytes(32)): Mask {
  const masks = new Map<string, string>();
  const taken = new Set<string>();
  const derive = (text: string): string => {
    for (let attempt = 0; ; attempt++) {
      const made = shaped(text, createHmac('sha512', key).update(`${attempt}:${text}`).digest());
      // A short text has few masks; once they are used up, two texts have to share one.
      if ((!taken.has(made) && made !== text) || attempt === 100) return made;
    }
  };
  return (text) => {
    if (!isText.test(text)) return text;
    const lower = asciiLower(text);
    const mask = masks.get(lower) ?? derive(lower);
    masks.set(lower, mask);
    taken.add(mask);
    return likeCase(mask, text);
  };
}

function shaped(text: string, bytes: Uint8Array): string {
  const characters = [...text].map((character, i) => {
    if (!isText.test(character)) return character;
    const from = [...(kinds.find(([kind]) => kind.test(character))?.[1] ?? 'x')];
    return from[(bytes[i % bytes.length]! + i) % from.length]!;
  });
  return characters.join('');
}

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function likeCase(mask: string, text: string): string {
  const upper = [...text].map((character) => /[A-Z]/.test(character));
  return [...mask].map((character, i) => (upper[i] ? character.toUpperCase() : character)).join('');
}

/**
 * Masks a number in JSON's own spelling: as long, of the same sign, whole if it was whole, zero if it was
 * zero. Its exponent stays.
 */
function maskNumber(text: string, mask: Mask): string {
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^(-?)(\d+)(\.\d+)?([eE][+-]?\d+)?$/.exec(text) ?? [];
  const keepZeros = (digits: string, masked: string): string =>
    [...digits].map((digit, i) => (digit === '0' ? '0' : masked[i] === '0' ? '1' : masked[i])).join('');
  return sign + keepZeros(whole, mask(whole)) + keepZeros(fraction, mask(fraction)) + exponent;
}

/** A member name; one that may itself be data, with many digits or no identifier, is masked. */
export function maskName(name: string, mask: Mask = blank): string {
  return /^[A-Za-z_$][\w$-]{0,39}$/.test(name) && !/\d{4}/.test(name) ? name : mask(name);
}

/** A JSON pointer as a finding has it, or `header:` and a name. */
export function maskPointer(pointer: string, mask: Mask = blank): string {
  if (!pointer.startsWith('/')) return pointer;
  return pointer
    .split('/')
    .map((name) => (name === '' || /^\d{1,3}$/.test(name) ? name : maskName(name, mask)))
    .join('/');
}

const blank: Mask = (text) => text.replace(/[\p{L}\p{M}\p{N}]/gu, 'x');

/**
 * Members that say nothing about a person and that the contract has lists of values for, and what such a value
 * looks like: it stays, so that a record can be read. Anything else in them is masked too.
 */
const readable: Readonly<Record<string, RegExp>> = {
  response_code: /^\d\d$/,
  transaction_status: /^[A-Z_ ]{1,32}$/i,
  payment_method: /^[A-Z_]{1,20}$/i,
  payment_channel: /^(?!.*\d{4})[A-Z0-9_-]{1,20}$/i,
  payment_system: /^[A-Z]{1,10}$/i,
  currency: /^[A-Z]{3}$/i,
};

/** A body masked so that the contract's rules judge it alike: JSON stays JSON, and what is none stays none. */
export function maskBody(bytes: Uint8Array, mask: Mask, secrets: readonly string[] = []): Uint8Array {
  const utf8 = Buffer.from(bytes).toString('utf8');
  // What is not UTF-8 is read byte by byte; the signs of JSON are the same.
  const encoding = Buffer.from(utf8, 'utf8').equals(bytes) ? 'utf8' : 'latin1';
  const text = encoding === 'utf8' ? utf8 : Buffer.from(bytes).toString('latin1');
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const rest = text.slice(mark.length);
  const isJson = parseJson(rest) !== undefined;
  return Buffer.from(mark + (isJson ? maskJson(rest, mask, secrets) : maskText(rest, encoding)), encoding);
}

/** Of text that is not JSON only the outline is kept; with these signs it cannot become JSON, nor UTF-8. */
function maskText(text: string, encoding: 'utf8' | 'latin1'): string {
  return text.replace(/[\p{L}\p{M}\p{N}]/gu, (character) => {
    if (encoding === 'latin1' && character > '\u007F') return '\u00FF';
    if (character >= '0' && character <= '9') return '0';
    return character === character.toUpperCase() ? 'X' : 'x';
  });
}

interface Level {
  isObject: boolean;
  expectsName: boolean;
  name: string;
}

/** The same JSON text, each string and number masked in place: members given twice are still given twice. */
function maskJson(text: string, mask: Mask, secrets: readonly string[]): string {
  const levels: Level[] = [];
  return text.replace(/"(?:[^"\\]|\\.)*"|[{}[\],]|-?\d[\d.eE+-]*/gs, (token) => {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ isObject: token === '{', expectsName: token === '{', name: '' });
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') Object.assign(level!, { expectsName: level!.isObject });
    else if (!token.startsWith('"')) return maskNumber(token, mask);
    else return maskString(JSON.parse(token) as string, level, mask, secrets);
    return token;
  });
}

function maskString(text: string, level: Level | undefined, mask: Mask, secrets: readonly string[]): string {
  const isSecret = secrets.some((secret) => secret !== '' && text.includes(secret));
  if (level?.expectsName) {
    Object.assign(level, { expectsName: false, name: text });
    return JSON.stringify(isSecret ? mask(text) : maskName(text, mask));
  }
  const stays = level?.isObject && Object.hasOwn(readable, level.name) && readable[level.name]!.test(text);
  return JSON.stringify(stays && !isSecret ? text : mask(text));
}
