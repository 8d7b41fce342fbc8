import { describe, expect, it } from 'vitest';
import { leaksIn } from './leaks.ts';
import { secrets } from './secrets.ts';

const { hashKey, signature } = secrets;
const hidden = (value: unknown) => Object.defineProperty(new Error('x'), 'hidden', { value });

const leaking: Record<string, unknown> = {
  'a message': new Error(`said ${hashKey}`),
  'a cause': new Error('x', { cause: new Error(hashKey) }),
  'JSON in a message': new Error(JSON.stringify({ hashKey })),
  'an upper-case signature': new Error(signature.toUpperCase()),
  'a hidden member': hidden(hashKey),
  'a member of a symbol': Object.assign(new Error('x'), { [Symbol('x')]: { hashKey } }),
  'the name of a member': Object.assign(new Error('x'), { [hashKey]: 1 }),
  'a Map': hidden(new Map([['x', hashKey]])),
  'the body of a Response': Object.assign(new Error('x'), { response: new Response(hashKey) }),
  'a header of a Response': Object.assign(new Error('x'), {
    response: new Response('', { headers: { 'x-echo': signature } }),
  }),
};

describe('the search for secrets', () => {
  it.each(Object.entries(leaking))('finds one in %s', async (_where, value) => {
    expect(await leaksIn(value, Object.values(secrets))).not.toEqual([]);
  });

  it('finds none where there is none', async () => {
    const clean = Object.assign(new Error('x', { cause: new Error('y') }), { response: new Response('z') });
    expect(await leaksIn(clean, Object.values(secrets))).toEqual([]);
  });
});
