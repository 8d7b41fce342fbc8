import { expect, it } from 'vitest';
import { documents, readDocument } from '../support/doc-blocks.ts';
import { brokenLinks } from './links.ts';

it.each(documents)('%s has no link that leads nowhere', (file) => {
  expect(brokenLinks(file, readDocument(file))).toEqual([]);
});

it('every page can be reached from the README', () => {
  const readme = readDocument('README.md');
  for (const page of documents.filter((file) => file !== 'README.md')) {
    const direct = readme.includes(`(${page})`) || readme.includes(`(${page}#`);
    const byWayOf = readDocument('docs/mock.md').includes(`(../${page})`);
    expect(direct || byWayOf, page).toBe(true);
  }
});

it.each([
  ['no such file', '[a](docs/nothing.md)'],
  ['no such heading', '[a](docs/outcomes.md#nothing)'],
  ['no such heading in the same file', '# One\n\n[a](#two)'],
  ['no https', '[a](http://example.com/)'],
  ['an image that is not there', '![a](bench/nothing.svg)'],
])('a link is broken: %s', (_, text) => {
  expect(brokenLinks('README.md', text)).toHaveLength(1);
});

it('a link in code is none, and a heading in code is none', () => {
  expect(brokenLinks('README.md', '`[a](nothing)`\n\n```sh\n[a](nothing)\n```\n')).toEqual([]);
  expect(brokenLinks('README.md', '[a](#two)\n\n```sh\n# two\n```\n')).toEqual(['#two']);
  expect(brokenLinks('README.md', "[a](#when-its-2-a-b)\n\n## When it's 2: `a` b\n")).toEqual([]);
});
