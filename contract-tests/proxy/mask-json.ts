import { parseJson } from '../checker/json.ts';
import { maskName, maskNumber } from './mask.ts';
import type { Mask } from './mask.ts';

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
