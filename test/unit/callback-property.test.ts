import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallbackError, verifyCallback, type CallbackInput } from '../../src/callback.ts';
import { ids as anyIds, mangled, secret } from '../faults/arbitraries.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';

const NAMES = ['transaction_id', 'external_id', 'order_id'];
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
/** The signature of a callback, computed here and not by what is under test. */
const sign = (of: Record<string, unknown>, key: string) =>
  sha256(`${of.transaction_id}${sha256(`${key}${of.external_id}${of.order_id}`)}`);

describe('for any bytes', () => {
  /** Read by other means than the code under test: a lone reader of JSON, and node:crypto. */
  function expected({ hashKey: key, signature: sent, body }: CallbackInput): boolean {
    try {
      const said = JSON.parse(Buffer.from(body as Uint8Array).toString('utf8')) as Record<string, unknown>;
      const all = NAMES.map((name) => said[name]);
      return (
        all.every((id) => typeof id === 'string' && id !== '') && sent!.toLowerCase() === sign(said, key)
      );
    } catch {
      return false;
    }
  }

  const said = fc
    .tuple(anyIds, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.uuid())
    .map(([own, more, id]) => ({ ...more, ...own, transaction_id: id }));
  const outcomeOf = async (input: CallbackInput) => {
    const result = await verifyCallback(input).catch((error: unknown) => error);
    if (!(result instanceof CallbackError)) expect(result).toHaveProperty('ids');
    return result as CallbackError | Awaited<ReturnType<typeof verifyCallback>>;
  };

  it('verifies what is genuine', async () => {
    const property = fc.asyncProperty(said, secret, fc.boolean(), async (callback, key, upper) => {
      const signature = upper ? sign(callback, key).toUpperCase() : sign(callback, key);
      const input = { hashKey: key, signature, body: Buffer.from(JSON.stringify(callback)) };
      const { external_id, order_id, transaction_id } = callback;
      expect(await outcomeOf(input)).toMatchObject({ ids: { external_id, order_id, transaction_id } });
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('verifies nothing unless the three ids and the header match', async () => {
    const met = new Set<string>();
    const texts = said.map((callback) => JSON.stringify(callback));
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((json) => Buffer.from(json)),
      texts.map((json) => Buffer.from(json)),
      mangled(texts),
    );
    // Signed for what is in the bytes, for other ids, or not at all.
    const how = fc.constantFrom('own', 'other', 'random');
    const property = fc.asyncProperty(bodies, secret, said, how, async (body, key, other, way) => {
      const input = { hashKey: key, body, signature: headerFor(way, body, other, key) };
      const result = await outcomeOf(input);
      const verifies = !(result instanceof CallbackError);
      met.add(verifies ? 'verifies' : (result as CallbackError).code);
      if (verifies) expect(expected(input)).toBe(true);
    });
    await fc.assert(property, { numRuns: 1_000 });
    expect([...met].sort()).toEqual(['malformed', 'verifies', 'wrong_signature']);
  });

  it('verifies with no header but the one', async () => {
    const {
      hash_key: hashKey,
      mcp_signature: header,
      external_id,
      order_id,
      transaction_id,
    } = signatureVectors[0]!;
    const text = JSON.stringify({ external_id, order_id, transaction_id });
    const headers = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-fA-F]{64}$/), fc.constant(header));
    const property = fc.asyncProperty(headers, async (sent) => {
      const result = await outcomeOf({ hashKey, signature: sent, body: text });
      expect(result instanceof CallbackError).toBe(sent !== header);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  function headerFor(way: string, body: Uint8Array, other: Record<string, unknown>, key: string): string {
    if (way === 'random') return randomBytes(32).toString('hex');
    try {
      const own = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>;
      return sign(way === 'own' ? own : other, key);
    } catch {
      return sign(other, key);
    }
  }
});
