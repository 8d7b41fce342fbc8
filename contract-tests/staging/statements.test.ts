import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inlined, readContract, valueAt } from '../../spec/contract.ts';
import { escapeXml, toJUnit } from '../shared/print.ts';
import { guessesOf } from './statements.ts';

const contract = readContract();
const guesses = guessesOf(contract);

test('every statement that the text of the spec marks as a guess is in the list, once', () => {
  const text = readFileSync(new URL('../../spec/openapi.yaml', import.meta.url), 'utf8');
  const marked = text.split('\n').filter((line) => /^\s+\S.*: guess$/.test(line));
  const isPairing = (pointer: string) => /^\/paths\/[^ ]*\/responses\/\d+$/.test(pointer);
  const stated = guesses.filter(({ pointer, value }) => value === undefined || !isPairing(pointer));
  expect(stated.length).toBe(marked.length);
  expect(new Set(guesses.map(({ key }) => key)).size).toBe(guesses.length);
});

test('every response code is in the list with its status, for each operation, unless it is known', () => {
  const { paths } = inlined(contract, '');
  const expected = Object.entries<any>(paths).flatMap(([path, { post }]) =>
    Object.entries<any>(post.responses).flatMap(([status, { content, ...response }]) => {
      const { enum: codes = [] } = content['application/json'].schema.properties.response_code;
      const at = `/paths/${path.replaceAll('/', '~1')}/post/responses/${status}`;
      return response['x-known'] === 'guess' ? codes.map((code: string) => `${at} ${code}`) : [];
    }),
  );
  expect(expected).toContain('/paths/~1va~1cancel/post/responses/401 99');
  const keys = guesses.map(({ key }) => key);
  expect(keys.filter((key) => /\/responses\/\d+ /.test(key))).toEqual(expected);
});

test('every pointer in the list leads somewhere', () => {
  const part = ({ pointer }: { pointer: string }) => pointer.replace(/ .*/, '');
  const lost = guesses.filter((one) => valueAt(contract, part(one)) === undefined);
  expect(lost).toEqual([]);
});

test('a guess more in the spec is one more in the list', () => {
  const more = structuredClone(contract) as any;
  more.components.schemas.CancelSuccess.properties.extra = { type: 'string', 'x-known': 'guess' };
  more.components.schemas.ResponseCode['x-known-values']['00'] = 'guess';
  const added = guessesOf(more).filter(({ key }) => !guesses.some((one) => one.key === key));
  expect(added.map(({ key }) => key).sort()).toEqual([
    '/components/schemas/CancelSuccess/properties/extra',
    '/components/schemas/ResponseCode/enum 00',
  ]);
});

test('JUnit: text of any kind stays one attribute of well-formed XML', () => {
  const nasty = `<a b="c">&'\n\u0000\uD800]]>\u{1F511}`;
  expect(escapeXml(nasty)).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&apos;&#10;\uFFFD\uFFFD]]&gt;\u{1F511}');
  const cases = [{ name: nasty, failure: nasty }, { name: 'b', skipped: 'why' }, { name: 'c' }];
  const xml = toJUnit([{ name: nasty, cases }]);
  expect(xml).toContain('<testsuites tests="3" failures="1" errors="0" skipped="1">');
  expect(xml.match(/<[^>]*>/g)!.length).toBe(xml.split('<').length - 1);
  expect(xml).not.toMatch(/[\u0000-\u0008]|[\uD800-\uDFFF](?![\uDC00-\uDFFF])(?<![\uD800-\uDBFF].)/);
});
