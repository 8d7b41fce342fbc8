/** What is said of a wrong request: for every keyword of every request schema its path, its limit, and a right example. */
import { describe, expect, it } from 'vitest';
import { keywords as table } from '../../contract-tests/cases/keywords.ts';
import { inlined, readContract } from '../../spec/contract.ts';
import { createVaClient } from '../../src/client.ts';
import type { CreateRequest } from '../../src/operations.ts';
import { creation, options, pageRequest, stubFetch, vaErrorFrom } from '../support/fixtures.ts';

const contract = readContract();

interface Keyword {
  path: string[];
  keyword: string;
  limit: unknown;
  schema: any;
}

/** Every keyword of a schema that can be broken, with where it stands. */
function keywordsOf(schema: any, path: string[] = []): Keyword[] {
  const found = Object.keys(table)
    .filter((name) => name in schema)
    .map((keyword) => ({ path, keyword, limit: schema[keyword], schema }));
  const members = Object.entries<any>(schema.properties ?? {});
  return [
    ...found,
    ...(schema.allOf ?? []).flatMap((part: any) => keywordsOf(part, path)),
    ...members.flatMap(([name, member]) => keywordsOf(member, [...path, name])),
  ];
}

/** Values that break the keyword; where none are named here, those of the table of keywords. */
function breaking(request: any, { path, keyword, limit, schema }: Keyword): unknown[] {
  const named = BREAKING[keyword]?.(limit, path);
  if (named) return named;
  const right = at(request, path) ?? schema.example ?? '';
  return table[keyword]!.breaks!(limit, right, schema).map(({ value }) => value);
}
const BREAKING: Record<string, (limit: any, path: string[]) => unknown[] | undefined> = {
  type: (type) => [type === 'string' ? 7 : 'text', null, type === 'object' ? [] : {}],
  enum: () => ['FAKE', 'idr'],
  pattern: (_, path) => BROKEN_TEXTS[path.at(-1)!],
  minLength: (limit) => [''.padEnd(limit - 1, '1')],
  maxLength: (limit) => [''.padEnd(limit + 1, '1')],
  minimum: (limit) => [limit - 1],
  maximum: (limit) => [limit + 1],
};
const BROKEN_TEXTS: Record<string, unknown[]> = {
  external_id: ['a_b', 'é'],
  order_id: ['a b'],
  transaction_id: [' a', 'a\n'],
  payment_channel: [' a'],
  callback_url: ['merchant.example.com', 'ftp://merchant.example.com', 'https://merchant example'],
  va_number: ['12-34', '+62'],
  expired_time: ['2030-01-31', '2030-01-31T23:59:59Z', '2030-01-31T23:59:59.000Z', 'tomorrow'],
  email: ['payer', 'a@b@c', 'a b@example.com'],
  phone: ['+6281200000000', '0812', '0812 0000 0000'],
};

function changed(request: any, path: string[], value: unknown): any {
  const [name, ...rest] = path as [string, ...string[]];
  return { ...request, [name]: rest.length ? changed(request[name] ?? {}, rest, value) : value };
}
const at = (request: any, path: string[]): any => path.reduce((value, name) => value?.[name], request);

const REQUESTS = { cancel: pageRequest, inquire: pageRequest, create: creation };
type Method = keyof typeof REQUESTS;

async function refusal(method: Method, request: unknown): Promise<string> {
  const fetch = stubFetch();
  const error = await vaErrorFrom(createVaClient({ ...options, fetch })[method](request as any));
  expect(fetch.calls).toEqual([]);
  expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
  return error.message;
}

/** The example in a message, which the same client takes. */
async function expectRightExample(method: Method, path: string[], message: string): Promise<void> {
  const [, example] = /, such as ("(?:[^"\\]|\\.)*"|\w+)/.exec(message) ?? [];
  expect(example, message).toBeDefined();
  const fetch = stubFetch();
  const right = changed(REQUESTS[method], path, JSON.parse(example!));
  await createVaClient({ ...options, fetch })
    [method](right)
    .catch(() => {});
  expect(fetch.calls, message).toHaveLength(1);
}

const schemas: [Method, string][] = [
  ['cancel', 'CancelRequest'],
  ['inquire', 'InquiryRequest'],
  ['create', 'CreateRequest'],
];

describe.each(schemas)('%s', (method, name) => {
  const request = REQUESTS[method];
  const keywords = keywordsOf(inlined(contract, `/components/schemas/${name}`));
  const values = keywords.filter(({ keyword }) => !['required', 'additionalProperties'].includes(keyword));
  const shown = (path: string[]) => path.join('.') || 'the body';

  it.each(values.map((row) => [`${shown(row.path)} ${row.keyword}`, row] as const))(
    'says of %s the path, the limit, and a right example',
    async (_, row) => {
      const { path, keyword, limit } = row;
      if (path.length === 0)
        return expect(await refusal(method, 7)).toContain('the body must be an object, as JSON');
      for (const value of breaking(request, row)) {
        const message = await refusal(method, changed(request, path, value));
        expect(message).toContain(`: ${shown(path)} must `);
        const words = `src/prepare.ts has no words for ${keyword} ${String(limit)}`;
        expect(message, words).not.toMatch(/keep the contract's|a integer|a boolean/);
        if (['maxLength', 'minimum', 'maximum'].includes(keyword)) expect(message).toContain(String(limit));
        if (keyword === 'enum') expect(message).toContain((limit as string[]).join(' or '));
        if (keyword !== 'type' || limit !== 'object') await expectRightExample(method, path, message);
      }
    },
  );

  it.each(
    keywords
      .filter(({ keyword }) => keyword === 'required')
      .map(({ path, limit }) => [shown(path), path, limit as string[]] as const),
  )(
    'says of everything that %s requires that it is missing, and gives an example',
    async (_, path, required) => {
      for (const member of required) {
        const { [member]: _left, ...rest } = at(request, path);
        const message = await refusal(method, path.length ? changed(request, path, rest) : rest);
        const whole = [...path, member];
        expect(message).toContain(`: ${shown(whole)} is missing`);
        if (typeof at(request, whole) !== 'object') await expectRightExample(method, whole, message);
      }
    },
  );

  it('says of every member too many where it stands', async () => {
    for (const { path } of keywords.filter(({ keyword }) => keyword === 'additionalProperties')) {
      const whole = [...path, 'fake_member'];
      const message = await refusal(method, changed(request, whole, 1));
      expect(message).toContain(`: ${shown(whole)} is not a member of this request; remove it`);
    }
  });
});

describe('a time', () => {
  const withTime = (expired_time: string): CreateRequest =>
    changed(creation, ['payment_details', 'expired_time'], expired_time);

  it.each([
    '2030-02-31T12:00:00.000+07:00',
    '2029-02-29T12:00:00.000+07:00',
    '2030-13-01T12:00:00.000+07:00',
    '2030-01-00T12:00:00.000+07:00',
    '2030-01-31T25:61:00.000+07:00',
    '2030-01-31T24:00:00.000+07:00',
    '2030-01-31T23:59:60.000+07:00',
  ])('that does not exist is refused: %s', async (time) => {
    const message = await refusal('create', withTime(time));
    expect(message).toContain(
      'payment_details.expired_time must exist, such as "2030-01-31T23:59:59.000+07:00"',
    );
  });

  it.each(['2028-02-29T00:00:00.000+07:00', '2030-12-31T23:59:59.999+07:00'])(
    'that exists is sent: %s',
    async (time) => {
      const fetch = stubFetch();
      await createVaClient({ ...options, fetch })
        .create(withTime(time))
        .catch(() => {});
      expect(fetch.calls).toHaveLength(1);
    },
  );
});
