import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex, callbackSignature, requestSignature } from '../../src/credentials.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const nodeWithout = (getBuiltinModule: unknown) => vi.stubGlobal('process', { getBuiltinModule });

const runtimes: [string, () => void][] = [
  ['Node at hand', () => {}],
  ['no process, as in workerd', () => vi.stubGlobal('process', undefined)],
  ['a process without built-in modules', () => nodeWithout(undefined)],
  ['built-in modules without crypto', () => nodeWithout(() => undefined)],
  ['built-in modules that throw, as in the Edge runtime of Next.js', () => nodeWithout(() => { throw new Error('not supported'); })], // prettier-ignore
  ['a process that may not be looked at', () => vi.stubGlobal('process', new Proxy({}, { get: () => { throw new Error('fake'); } }))], // prettier-ignore
  ['a crypto without a one-shot hash, as before Node 20.12', () => nodeWithout(() => ({}))],
];

describe.each(runtimes)('with %s', (_, arrange) => {
  it.each(signatureVectors)('signs the vector "$name"', async (vector) => {
    arrange();
    await expect(requestSignature(vector.hash_key, vector)).resolves.toBe(vector.x_req_signature);
  });

  it('hashes UTF-8, as published for "abc" and computed elsewhere for "é🔑"', async () => {
    arrange();
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await sha256Hex('abc')).toBe(abc);
    expect(await sha256Hex('é🔑')).toBe('ee1c8b630ef33b3a3cc8886f49597e1993756b3682285a58368cac983f239e69');
  });

  it('signs a callback alike', async () => {
    arrange();
    const ids = { transaction_id: 't', external_id: 'e', order_id: 'o' };
    expect(await callbackSignature('fake-key', ids)).toBe(
      await sha256Hex(`t${await sha256Hex('fake-keyeo')}`),
    );
  });
});

it('uses WebCrypto only where Node has nothing at hand', async () => {
  const digest = vi.spyOn(crypto.subtle, 'digest');
  await sha256Hex('abc');
  expect(digest).not.toHaveBeenCalled();
  vi.stubGlobal('process', undefined);
  await sha256Hex('abc');
  expect(digest).toHaveBeenCalledOnce();
});
