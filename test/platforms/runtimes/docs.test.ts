/** What docs/outcomes.md says about the runtimes, held against the matrix. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/built.ts';
import { PROOFS, RUNTIMES, type Proof, type RuntimeName } from './expected.ts';
import { versionOf } from './runtimes.ts';

const text = readFileSync(`${root}docs/outcomes.md`, 'utf8');
const [, section = ''] = /\n## What proves "not sent"\n([^]*?)\n## /.exec(text) ?? [];
const rows = [...section.matchAll(/^\| (.+?) *\| .*? *\| (.+?) *\|$/gm)].slice(2);

/** How the column "proofs known" names each proof. */
const WORDS: Record<Proof, RegExp> = {
  dns_failed: /ENOTFOUND|dns error/,
  connection_refused: /ECONNREFUSED|Connection refused/,
  certificate_rejected: /certificate/,
};

const proofsDocumented = (name: RuntimeName) => {
  const [, , cell] = rows.find(([, runtimes]) => runtimes!.split(', ').includes(name.split(' ')[0]!)) ?? [];
  return Object.entries(WORDS).flatMap(([proof, words]) => (words.test(cell!) ? [proof] : []));
};

describe('docs/outcomes.md', () => {
  it.each(RUNTIMES)('names the proofs that %s shows, and no other', (name) => {
    expect(proofsDocumented(name)).toEqual([...PROOFS[name]]);
  });

  it('says none of a runtime that shows none', () => {
    const none = RUNTIMES.filter((name) => PROOFS[name].length === 0);
    expect(none).toEqual(['workerd']);
    expect(section).toContain('none: every failure of its fetch is `unknown`');
  });

  it('names the versions that are tested', () => {
    const [, from, to, bun, deno] =
      /Measured on Node (\d+) to (\d+),.* Bun ([\d.]+),\s+Deno ([\d.]+) and workerd:/.exec(section) ?? [];
    const nodes = RUNTIMES.filter((name) => name.startsWith('Node')).map((name) => name.slice(5));
    expect([from, to]).toEqual([nodes[0], nodes.at(-1)]);
    expect(bun).toBe(versionOf('Bun').replace(/\.\d+$/, ''));
    expect(deno).toBe(versionOf('Deno'));
  });
});
