/** The links of our Markdown. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/built.ts';
import { documents, readDocument } from '../support/doc-blocks.ts';

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

const withoutCode = (markdown: string) =>
  markdown.replaceAll(/^ *(`{3,}).*\n[^]*?^ *\1 *$/gm, '').replaceAll(/(`+)[^`]+\1/g, '``');

/** The links of a document that lead nowhere: no such file, no such heading, or no https. */
function brokenLinks(file: string, markdown: string): string[] {
  const targets = [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return !/^https:\/\/[\w.-]+\.[a-z]+(\/|$)/.test(target);
    const [path = '', anchor] = target.split('#');
    const there = path === '' ? file : relative(root, join(root, dirname(file), path));
    if (!existsSync(join(root, there))) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(path === '' ? markdown : readFileSync(join(root, there), 'utf8')).includes(anchor);
  });
}

/** The anchors that GitHub gives the headings: lower case, blanks as dashes, without most punctuation. */
function anchorsOf(markdown: string): string[] {
  const text = markdown.replaceAll(/^ *(`{3,}).*\n[^]*?^ *\1 *$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
