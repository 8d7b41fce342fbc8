import fc from 'fast-check';
import { request } from './http.ts';

const printable = /^[^\p{C}\s]([^\p{C}]*[^\p{C}\s])?$/u;

/** A secret of at least 8 characters of any script; begins so that it is no word that anyone else would say. */
export const secret = fc
  .string({ unit: 'grapheme', minLength: 3, maxLength: 40 })
  .map((text) => `fake-${text}`)
  .filter((text) => printable.test(text));

/** Any credentials, invented. */
export const credentials = fc.record({
  merchantId: secret.filter((text) => !text.includes(':')),
  secretUnboundId: secret,
  hashKey: secret,
});

/** A merchant's own ids within the documented limits. */
export const ids = fc.record({
  external_id: fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/),
  order_id: fc.stringMatching(/^[A-Za-z0-9-]{1,25}$/),
});

/** The page's success, or a failure with any code. */
const said = fc.oneof(
  fc.record({ transaction_status: fc.constant('CANCELED'), response_code: fc.constant('00') }),
  fc.record({
    transaction_status: fc.constantFrom('CANCELED', 'ACTIVE', undefined, null, 'canceled'),
    response_code: fc.oneof(fc.constantFrom('00', '01', '02', '03', '04', '98', '99', 0, null), fc.string()),
    response_message: fc.oneof(fc.string(), fc.jsonValue()),
  }),
);

const members = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));

/** JSON like the gateway's: the ids, some of them missing or other ones, and members nobody asked for. */
export const answerLike = fc
  .tuple(members, said, fc.option(fc.constantFrom(...Object.keys(request))), fc.option(fc.jsonValue()))
  .map(([more, words, id, value]) => {
    const other = id === null ? {} : { [id]: value ?? undefined };
    return JSON.stringify({ ...more, ...request, ...words, ...other });
  });

/** A success of the contract with members nobody asked for. */
export const successLike = members.map((more) =>
  JSON.stringify({ ...more, ...request, transaction_status: 'CANCELED', response_code: '00' }),
);

/** A refusal with members nobody asked for. */
const refusalLike = fc
  .tuple(members, fc.constantFrom('01', '02', '04'))
  .map(([more, response_code]) =>
    JSON.stringify({ ...more, ...request, transaction_status: undefined, response_code }),
  );

/** `text` as bytes, with some of them replaced, taken out, or doubled. */
export const mangled = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.uint8Array({ maxLength: 4 })), { maxLength: 3 }))
    .map(([whole, cuts]) =>
      cuts.reduce((bytes, [place, length, instead]) => {
        const at = place % (bytes.length + 1);
        const tail = bytes.subarray(length % 2 ? at + length : Math.max(0, at - length));
        return Buffer.concat([bytes.subarray(0, at), instead, tail]);
      }, Buffer.from(whole)),
    );

/** Any body: noise, the gateway's JSON, or that mangled. */
export const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => Buffer.from(text)),
  answerLike.map((text) => Buffer.from(text)),
  refusalLike.map((text) => Buffer.from(text)),
  mangled(answerLike),
  mangled(successLike),
);

/** Any status, those of the contract more often. */
export const status = fc.oneof(
  fc.constantFrom(200, 200, 400, 401, 404, 500, 503),
  fc.integer({ min: 200, max: 999 }),
);
