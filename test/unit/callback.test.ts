import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CallbackError, verifyCallback } from '../../src/callback.ts';
import { sameText } from '../../src/credentials.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { leaks } from '../support/canaries.ts';
import { credentials, pageRequest, thrownBy } from '../support/fixtures.ts';

const { hashKey } = credentials;
const { external_id, order_id, transaction_id } = pageRequest;
const ids = { transaction_id, external_id, order_id };
const genuine = {
  ...ids,
  transaction_status: 'PAID',
  payment_details: { amount: 150000, total_amount: 150000 },
  response_code: '00',
};

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
/** The signature of a callback, computed here and not by what is under test. */
const sign = (of: Record<string, unknown>, key = hashKey) =>
  sha256(`${of.transaction_id}${sha256(`${key}${of.external_id}${of.order_id}`)}`);

const header = sign(ids);
const text = JSON.stringify(genuine);
const verify = (changes: object = {}) =>
  verifyCallback({ hashKey, signature: header, body: text, ...changes });

/** The CallbackError that this input ends in; nothing else will do, and it shows nothing of what was sent. */
async function refusal(changes: object): Promise<CallbackError> {
  const error = await thrownBy(verify(changes));
  expect(error).toBeInstanceOf(CallbackError);
  expect(leaks(error, [hashKey, header, transaction_id, 'fake-marker'])).toEqual([]);
  expect(error).not.toHaveProperty('cause');
  return error as CallbackError;
}

describe('a genuine callback', () => {
  it.each(signatureVectors)('verifies: $name', async (vector) => {
    const { hash_key, mcp_signature, external_id, order_id, transaction_id } = vector;
    const body = JSON.stringify({ external_id, order_id, transaction_id, transaction_status: 'PAID' });
    const result = await verifyCallback({ hashKey: hash_key, signature: mcp_signature, body });
    expect(result).toStrictEqual({
      ids: { transaction_id, external_id, order_id },
      unverified: { transaction_status: 'PAID' },
    });
  });

  it('tells what is verified from what is not', async () => {
    const { transaction_status, payment_details, response_code } = genuine;
    const unverified = { transaction_status, payment_details, response_code };
    expect(await verify()).toStrictEqual({ ids, unverified });
  });

  it('verifies as text, as bytes, as a Buffer, and as a part of a larger buffer', async () => {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array([1, ...bytes, 1]).subarray(1, -1);
    for (const body of [text, bytes, Buffer.from(text), padded]) {
      expect((await verify({ body })).ids).toEqual(ids);
    }
  });

  it('verifies with its signature in upper case, and in mixed case', async () => {
    for (const spelling of [header.toUpperCase(), header.slice(0, 32) + header.slice(32).toUpperCase()]) {
      expect((await verify({ signature: spelling })).ids).toEqual(ids);
    }
  });

  it('verifies however the JSON is written', async () => {
    const escaped = text.replace(order_id, [...order_id].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')); // prettier-ignore
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(genuine).reverse()));
    for (const body of [escaped, reversed, JSON.stringify(genuine, null, 2), ` ${text}\n`]) {
      expect((await verify({ body })).ids).toEqual(ids);
    }
  });

  it('keeps ids of any script', async () => {
    const wild = { transaction_id: 'té-💳', external_id: 'é', order_id: '注文' };
    const body = Buffer.from(JSON.stringify(wild));
    expect((await verify({ body, signature: sign(wild) })).ids).toEqual(wild);
  });

  it('that names members of Object.prototype harms nothing', async () => {
    const body = text.replace('{', '{"__proto__":{"polluted":1},"constructor":2,');
    const { unverified } = await verify({ body });
    expect(Object.getPrototypeOf(unverified)).toBe(Object.prototype);
    expect(Object.keys(unverified)).toContain('__proto__');
    expect(({} as { polluted?: 1 }).polluted).toBeUndefined();
  });
});

// What the gateway signs is the three ids: this is its scheme, not ours, and the reason for `unverified`.
describe('a forged callback', () => {
  it.each<[string, object]>([
    ['another amount', { payment_details: { amount: 1, total_amount: 1 } }],
    ['another status', { transaction_status: 'CANCELED' }],
    ['a response_code of failure', { response_code: '98' }],
    ['more members', { additional_data: 'forged' }],
    ['a status of another type', { transaction_status: { forged: true } }],
  ])('with %s still verifies, so what is forged comes as unverified', async (_, forged) => {
    const result = await verify({ body: JSON.stringify({ ...genuine, ...forged }) });
    expect(result.ids).toStrictEqual(ids);
    expect(result.unverified).toMatchObject(forged);
  });

  it.each(['transaction_id', 'external_id', 'order_id'])('with another %s does not verify', async (name) => {
    const body = JSON.stringify({ ...genuine, [name]: 'fake-marker' });
    expect(await refusal({ body })).toMatchObject({ code: 'wrong_signature' });
  });

  it('with letters moved from one id to the next verifies only where nothing separates them', async () => {
    const moved = { ...ids, external_id: external_id + order_id[0], order_id: order_id.slice(1) };
    // The weakness of the scheme: the two ids are joined without a separator. So compare ids with stored ones.
    expect((await verify({ body: JSON.stringify(moved) })).ids).toEqual(moved);
    const shifted = { ...ids, transaction_id: transaction_id.slice(0, -1) };
    expect(await refusal({ body: JSON.stringify(shifted) })).toMatchObject({ code: 'wrong_signature' });
  });

  it.each<[string, string]>([
    ['of zeros', '0'.repeat(64)],
    ['that differs in its last digit', header.slice(0, -1) + (header.endsWith('0') ? '1' : '0')],
    ['that differs in its first digit', (header.startsWith('0') ? '1' : '0') + header.slice(1)],
    ["that is the request's", sha256(hashKey + external_id + order_id)],
    ['made with another hash key', sign(ids, 'fake-other-key')],
    ['of other ids', sign({ ...ids, order_id: 'other' })],
    ['that is no hash of a hash', sha256(`${transaction_id}${hashKey}${external_id}${order_id}`)],
  ])('with a signature %s is refused', async (_, wrong) => {
    expect(await refusal({ signature: wrong })).toMatchObject({ code: 'wrong_signature' });
  });
});

describe('a malformed callback', () => {
  const idTable = Object.keys(ids).flatMap((name): [string, string][] => [
    [`${name} twice`, text.replace('{', `{"${name}":${JSON.stringify(genuine[name as 'order_id'])},`)],
    [`${name} with half a surrogate pair`, text.replace(`"${name}":"`, `"${name}":"\\ud800`)],
  ]);

  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no bytes', new Uint8Array()],
    ['not JSON', '{bad'],
    ['a form', 'transaction_id=fake-marker&status=PAID'],
    ['an array', `[${text}]`],
    ['null', 'null'],
    ['a text', '"fake-marker"'],
    ['JSON that is cut', text.slice(0, -1)],
    ['JSON with more behind it', `${text}${text}`],
    ['a nested member twice', text.replace('"amount"', '"amount":1,"amount"')],
    ['an id twice, once escaped', text.replace('{', `{"order_i\\u0064":"x",`)],
    ['bytes that are not UTF-8', Buffer.from(text.replace('PAID', 'P\xffD'), 'latin1')],
    ['a surrogate in UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(`",${text.slice(1)}`)])], // prettier-ignore
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['more than 256 KiB', text + ' '.repeat(256 * 1024)],
    ['absurdly deep', text.replace('{', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)},`)],
    ...idTable,
  ])('is one CallbackError, whatever it is: %s', async (_, body) => {
    expect(await refusal({ body })).toMatchObject({ name: 'CallbackError', code: 'malformed' });
  });

  describe.each(Object.keys(ids))('is the same error, which names it, when %s', (name) => {
    it.each([undefined, '', 7, null, true, [], {}, ['fake-marker']])('is %j', async (value) => {
      const error = await refusal({ body: JSON.stringify({ ...genuine, [name]: value }) });
      expect(error).toMatchObject({ name: 'CallbackError', code: 'malformed' });
      expect(error.message).toBe(`${name} must be a string that is not empty`);
    });
  });

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['null, as Headers.get has it', null],
    ['empty', ''],
    ['a digit short', header.slice(1)],
    ['a digit long', `${header}0`],
    ['no hex', `${header.slice(1)}g`],
    ['Base64', Buffer.from(header, 'hex').toString('base64')],
    ['quoted', `"${header}"`],
    ['followed by a line break', `${header}\n`],
    ['with a scheme', `sha256=${header}`],
    ['given twice', `${header}, ${header}`],
    ['an array', [header]],
    ['full-width digits', header.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
  ])('is the same error when its header is %s', async (_, wrong) => {
    const error = await refusal({ signature: wrong });
    expect(error).toMatchObject({ name: 'CallbackError', code: 'malformed' });
    expect(error.message).toContain('mcp-signature');
  });

  it('may be as long as 256 KiB', async () => {
    const body = text + ' '.repeat(256 * 1024 - text.length);
    expect((await verify({ body })).ids).toEqual(ids);
  });

  it.each<[string, object, string]>([
    ['a body that was parsed', { body: genuine }, 'body must be the raw text or bytes'],
    ['no body', { body: undefined }, 'body must be the raw text or bytes'],
    ['an array of bytes', { body: [1, 2] }, 'body must be the raw text or bytes'],
    ['no hash key', { hashKey: undefined }, 'hashKey must be a string, not undefined'],
    ['an empty hash key', { hashKey: '' }, 'hashKey must not be blank'],
  ])("is a TypeError when it is one's own mistake: %s", async (_, changes, words) => {
    const error = await thrownBy(verify(changes));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(words);
  });
});

describe('a failure of our own', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it.each<[string, () => void]>([
    [
      'the runtime has no WebCrypto that works',
      () => vi.spyOn(crypto.subtle, 'sign').mockRejectedValue(new TypeError('fake')),
    ],
    [
      'the runtime cannot hash',
      () => {
        vi.stubGlobal('process', undefined);
        vi.spyOn(crypto.subtle, 'digest').mockRejectedValue(new TypeError('fake'));
      },
    ],
    [
      'the runtime cannot decode',
      () =>
        vi.spyOn(TextDecoder.prototype, 'decode').mockImplementation(() => {
          throw new Error('fake');
        }),
    ],
  ])('is never blamed on the sender: %s', async (_, arrange) => {
    arrange();
    const error = await thrownBy(verify());
    expect(error).not.toBeInstanceOf(CallbackError);
    expect((error as Error).message).toBe('fake');
  });
});

describe('the comparison', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is right for equal texts, equal beginnings, prefixes and nothing', async () => {
    const pairs = [
      header,
      header.slice(0, -1),
      `${header}0`,
      `${header.slice(0, -1)}X`,
      '',
      '\0',
      'é',
      'e\u0301',
    ];
    for (const one of pairs) {
      for (const other of pairs) expect(await sameText(one, other)).toBe(one === other);
    }
  });

  it('is done by WebCrypto, under another random key each time', async () => {
    const verified = vi.spyOn(crypto.subtle, 'verify');
    const keys = vi.spyOn(crypto.subtle, 'generateKey');
    await verify();
    await refusal({ signature: '0'.repeat(64) });
    expect(verified).toHaveBeenCalledTimes(2);
    expect(keys).toHaveBeenCalledTimes(2);
    expect(verified.mock.calls[0]![1]).not.toBe(verified.mock.calls[1]![1]);
    expect(Buffer.from(verified.mock.calls[0]![2] as Uint8Array)).not.toEqual(verified.mock.calls[1]![2]);
    expect(await Promise.all(verified.mock.results.map(({ value }) => value))).toEqual([true, false]);
  });
});
