import { inspect } from 'node:util';
import { leaks } from '../support/canaries.ts';

/** Where any of the secrets, however spelled, can be seen in `value`, or in the `Response` that it holds. */
export async function leaksIn(value: unknown, secrets: readonly string[]): Promise<string[]> {
  const spelled = [...new Set(secrets.flatMap(spellings))];
  const { response } = (value ?? {}) as { response?: unknown };
  return [...leaks(value, spelled), ...leaks(await readOut(response), spelled)];
}

/** A class-based client's error hands its caller the answer, to be read. */
async function readOut(response: unknown): Promise<unknown> {
  if (!(response instanceof Response)) return undefined;
  return { headers: [...response.headers], body: await response.clone().text() };
}

function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const twice = JSON.stringify(json).slice(1, -1);
  return [secret, json, twice, inspect(secret).slice(1, -1), encodeURIComponent(secret)];
}
