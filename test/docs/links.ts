/** The links of our Markdown. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../support/built.ts';

const withoutCode = (markdown: string) =>
  markdown.replaceAll(/^ *(`{3,}).*\n[^]*?^ *\1 *$/gm, '').replaceAll(/(`+)[^`]+\1/g, '``');

/** The links of a document that lead nowhere: no such file, no such heading, or no https. */
export function brokenLinks(file: string, markdown: string): string[] {
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
