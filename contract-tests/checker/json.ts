import { join } from '../../spec/contract.ts';

/** A body as text, or why it is none. A byte order mark is a fault: RFC 8259 section 8.1. */
export function decodeBody(body: Uint8Array | string): { text: string; fault?: string } {
  const text = typeof body === 'string' ? body : decode(body);
  if (text === undefined) return { text: decode(body as Uint8Array, false)!, fault: 'is not UTF-8' };
  if (text.startsWith('\uFEFF')) return { text: text.slice(1), fault: 'begins with a byte order mark' };
  return { text };
}

function decode(bytes: Uint8Array, fatal = true): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The value that a JSON text holds; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface Level {
  /** The names met in this object; undefined in an array. */
  names?: Set<string>;
  at: string;
  /** The name or index of the value that is being read. */
  current: string | number;
  expectsName: boolean;
}

/** JSON pointers of every member that its object has already, in a text that is JSON. */
export function duplicateMembers(text: string): string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/gs)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') levels.push(open(token, level));
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') next(level!);
    else if (level?.expectsName) {
      const name = JSON.parse(token) as string;
      if (level.names!.has(name)) found.push(join(level.at, name));
      level.names!.add(name);
      Object.assign(level, { current: name, expectsName: false });
    }
  }
  return found;
}

function open(token: '{' | '[', parent: Level | undefined): Level {
  const at = parent ? join(parent.at, parent.current) : '';
  if (token === '[') return { at, current: 0, expectsName: false };
  return { at, current: '', expectsName: true, names: new Set() };
}

function next(level: Level): void {
  if (level.names) level.expectsName = true;
  else level.current = Number(level.current) + 1;
}
