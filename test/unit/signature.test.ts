import { describe, expect, it, afterEach, vi } from 'vitest';
import { callbackHandler, nodeCallbackHandler, verifyCallback } from '../../src/callback.ts';
import { createVaClient } from '../../src/client.ts';
import { basicAuthorization, callbackSignature, requestSignature, sha256Hex } from '../../src/credentials.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { options, thrownBy } from '../support/fixtures.ts';

const ids = { external_id: 'ext-1', order_id: 'ord-1' };
const SECRET = 'fake-secret-never-shown';

describe.each(signatureVectors)('the vector "$name"', (vector) => {
  it('has the Basic value that was computed elsewhere', () => {
    expect(basicAuthorization(vector.merchant_id, vector.secret_unbound_id)).toBe(vector.authorization);
  });
});

describe('requestSignature', () => {
  it('joins its parts without a separator, so moving a character between the ids changes nothing', async () => {
    const left = await requestSignature('key', { external_id: '12', order_id: '3' });
    expect(await requestSignature('key', { external_id: '1', order_id: '23' })).toBe(left);
    expect(await requestSignature('key1', { external_id: '2', order_id: '3' })).toBe(left);
    expect(await requestSignature('key', { external_id: '3', order_id: '12' })).not.toBe(left);
  });

  it('is 64 digits of lower-case hex', async () => {
    expect(await requestSignature('key', ids)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['external_id', 'order_id'] as const)('refuses an unusable %s and names it', async (member) => {
    const bad: [unknown, string][] = [
      ['', 'must not be empty'],
      [undefined, 'must be a string, not undefined'],
      [null, 'must be a string, not object'],
      [39482906889734, 'must be a string, not number'],
      ['half-\uD83D', 'half of a surrogate pair'],
      ['half-\uDD11', 'half of a surrogate pair'],
    ];
    for (const [value, words] of bad) {
      const signed = requestSignature(SECRET, { ...ids, [member]: value as string });
      await expect(signed).rejects.toThrow(new TypeError(expectedMessage(member, words)));
    }
  });

  it('refuses an unusable hash key and never repeats it', async () => {
    const bad = ['', undefined, 7, { toString: () => SECRET }, `${SECRET}\uD800`];
    for (const value of bad) {
      const error = await requestSignature(value as string, ids).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain('hashKey');
      expect((error as Error).stack).not.toContain(SECRET);
    }
  });

  it('takes whole surrogate pairs', async () => {
    await expect(requestSignature('kunci-🔑', ids)).resolves.toMatch(/^[0-9a-f]{64}$/);
  });
});

/** What a secret looks like after a .env file, a dashboard or a copy has damaged it, and the hint. */
const damaged: [what: string, value: string, hint: string][] = [
  [
    'a line break at its end',
    'fake-canary-1\n',
    'holds a control character, perhaps a line break at its end',
  ],
  ['a carriage return', 'fake-canary-1\r', 'holds a control character'],
  ['a byte order mark', '\ufefffake-canary-1', 'holds an invisible character, perhaps a byte order mark'],
  ['a zero-width space', 'fake\u200b-canary-1', 'holds an invisible character'],
  ['a blank before it', ' fake-canary-1', 'begins or ends with a blank'],
  ['a no-break space behind it', 'fake-canary-1\u00a0', 'begins or ends with a blank'],
  ['quotes around it', '"fake-canary-1"', 'stands in quotes'],
  ['single quotes around it', "'fake-canary-1'", 'stands in quotes'],
  ['half a character', 'fake-canary-1\ud800', 'holds half of a surrogate pair'],
  ['nothing in it', ' ', 'must not be blank'],
];

const signature = '0'.repeat(64);
const body = '{}';
const onCallback = () => {};
/** Everything that takes a secret. */
const readers: [name: string, secret: string, read: (value: string) => unknown][] = [
  ['createVaClient', 'hashKey', (hashKey) => createVaClient({ ...options, hashKey })],
  ['createVaClient', 'secretUnboundId', (secretUnboundId) => createVaClient({ ...options, secretUnboundId })],
  ['createVaClient', 'merchantId', (merchantId) => createVaClient({ ...options, merchantId })],
  ['requestSignature', 'hashKey', (hashKey) => requestSignature(hashKey, ids)],
  ['callbackSignature', 'hashKey', (hashKey) => callbackSignature(hashKey, { ...ids, transaction_id: 'a' })],
  ['verifyCallback', 'hashKey', (hashKey) => verifyCallback({ hashKey, signature, body })],
  ['callbackHandler', 'hashKey', (hashKey) => callbackHandler({ hashKey, onCallback })],
  ['nodeCallbackHandler', 'hashKey', (hashKey) => nodeCallbackHandler({ hashKey, onCallback })],
  ['basicAuthorization', 'merchantId', (value) => basicAuthorization(value, SECRET)],
  ['basicAuthorization', 'secretUnboundId', (value) => basicAuthorization('FAKE1', value)],
];

describe.each(readers)('%s reads %s as all others do', (_, name, read) => {
  it.each(damaged)('and refuses it with %s, saying so and not repeating it', async (_what, value, hint) => {
    const error = await thrownBy((async () => read(value))());
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(`${name} ${hint}`);
    expect((error as Error).stack).not.toContain('canary');
  });
});

describe('basicAuthorization', () => {
  it('takes a colon in the secret, not in the merchant id', () => {
    expect(atob(basicAuthorization('FAKE1', 'a:b').slice(6))).toBe('FAKE1:a:b');
    expect(() => basicAuthorization('FAKE:1', SECRET)).toThrow(
      new TypeError('merchantId holds a colon, which Basic cannot carry'),
    );
  });

  it.each([
    ['merchantId', (value: string) => basicAuthorization(value, SECRET)],
    ['secretUnboundId', (value: string) => basicAuthorization('FAKE1', value)],
  ])('refuses an unusable %s, names it and never repeats a value', (name, make) => {
    for (const value of ['', undefined, null, 1, `${SECRET}\uDFFF`]) {
      const error = thrownIn(() => make(value as string));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(name);
      expect(error.stack).not.toContain(SECRET);
    }
  });
});

const expectedMessage = (member: string, words: string) =>
  words.startsWith('half') ? `${member} holds ${words}` : `${member} ${words}`;

function thrownIn(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

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
