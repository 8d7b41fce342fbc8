/** Every text within reach of a value, by whatever its runtime keeps it in: what a log could show of it. */
export function textsIn(root: unknown): string[] {
  const seen = new Set<unknown>();
  const queue: unknown[] = [root];
  const texts = [String(root), asJson(root)];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value === 'string') texts.push(value);
    if (value instanceof Uint8Array) texts.push(new TextDecoder().decode(value));
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) queue.push(String(key), read(value, key));
    if (value instanceof Response) queue.push(value.headers);
    if (value instanceof Headers) queue.push([...value]);
  }
  return texts;
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined; // a getter that wants another `this`
  }
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return ''; // it goes in circles
  }
}
