/** Looks for secrets in everything that can be reached from a value, however it is hidden. */
import { inspect } from 'node:util';
import { canaries } from './fixtures.ts';

/** Where in `root` a canary can be seen: paths and ways of printing. Empty if nowhere. */
export function leaks(root: unknown, secrets: readonly string[] = canaries): string[] {
  return [...walk(root, secrets), ...printed(root, secrets)];
}

function holds(text: string, secrets: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return secrets.some((secret) => lower.includes(secret.toLowerCase()));
}

/** Every own property of every object within reach: symbols, hidden ones, getters, prototypes, collections. */
function walk(root: unknown, secrets: readonly string[]): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const queue: [path: string, value: unknown][] = [['value', root]];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [path, value] = next;
    if (typeof value === 'string' && holds(value, secrets)) found.push(path);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      continue;
    seen.add(value);
    for (const [name, member] of membersOf(value))
      queue.push([`${path}.${name}`, name], [`${path}.${name}`, member]);
  }
  return found;
}

function* membersOf(value: object): Generator<[string, unknown]> {
  for (const key of Reflect.ownKeys(value)) yield [String(key), read(value, key)];
  yield ['[[prototype]]', Object.getPrototypeOf(value)];
  if (value instanceof Map || value instanceof Set || value instanceof Headers) {
    yield ['[[entries]]', [...(value as Iterable<unknown>)]];
  }
  if (typeof value === 'function') yield ['[[source]]', Function.prototype.toString.call(value)];
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined; // a getter that wants another `this`
  }
}

/** Every usual way of printing or copying. */
function printed(root: unknown, secrets: readonly string[]): string[] {
  const all = {
    showHidden: true,
    depth: Infinity,
    getters: true,
    maxArrayLength: null,
    maxStringLength: null,
  };
  const ways: Record<string, () => string> = {
    inspect: () => inspect(root),
    'inspect all': () => inspect(root, all),
    'inspect hidden': () => inspect(root, { ...all, getters: false, showProxy: true }),
    JSON: () => JSON.stringify(root) ?? '',
    String: () => String(root),
    clone: () => inspect(structuredClone(root), all),
    stack: () => String((root as Error | undefined)?.stack),
  };
  return Object.entries(ways).flatMap(([name, print]) => (holds(attempt(print), secrets) ? [name] : []));
}

function attempt(print: () => string): string {
  try {
    return print();
  } catch {
    return ''; // cannot be cloned, say
  }
}

/** Where any of the secrets, however spelled, can be seen in `value`, or in the `Response` that it holds. */
export async function leaksIn(value: unknown, secrets: readonly string[]): Promise<string[]> {
  const spelled = [...new Set(secrets.flatMap(spellings))];
  const { response = value } = (value ?? {}) as { response?: unknown };
  return [...leaks(value, spelled), ...leaks(await readOut(response), spelled)];
}

/** A class-based client's error hands its caller the answer, to be read. */
async function readOut(response: unknown): Promise<unknown> {
  if (!(response instanceof Response)) return undefined;
  return { headers: [...response.headers], body: response.bodyUsed ? '' : await response.clone().text() };
}

function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const twice = JSON.stringify(json).slice(1, -1);
  return [secret, json, twice, inspect(secret).slice(1, -1), encodeURIComponent(secret)];
}
