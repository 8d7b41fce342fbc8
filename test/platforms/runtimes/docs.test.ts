/** What docs/outcomes.md says about the runtimes, held against the matrix. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/built.ts';
import {
  PROOFS,
  provesUnwritten,
  RUNTIMES,
  UNWRITTEN,
  type Proof,
  type RuntimeName,
  type Unwritten,
} from './expected.ts';
import { wantedVersion } from './runtimes.ts';

const text = readFileSync(`${root}docs/outcomes.md`, 'utf8');
const [, section = ''] = /\n## What proves "not sent"\n([^]*?)\n## /.exec(text) ?? [];
const [beforeSituations = ''] = section.split('<!-- situations:start -->');
const rows = [...beforeSituations.matchAll(/^\| (.+?) *\| .*? *\| (.+?) *\|$/gm)].slice(2);

/** How the column "proofs known" names each proof. */
const WORDS: Record<Proof, RegExp> = {
  dns_failed: /ENOTFOUND|dns error/,
  connection_refused: /ECONNREFUSED|Connection refused/,
  certificate_rejected: /certificate/,
};

/** The columns of the table of situations; every Node has the same. */
const COLUMNS = ['Node 20', 'Deno', 'Bun', 'workerd'] as const;

const proofsDocumented = (name: RuntimeName) => {
  const [, , cell] = rows.find(([, runtimes]) => runtimes!.split(', ').includes(name.split(' ')[0]!)) ?? [];
  return Object.entries(WORDS).flatMap(([proof, words]) => (words.test(cell!) ? [proof] : []));
};

describe('docs/outcomes.md', () => {
  it.each(RUNTIMES)('names the proofs that %s shows, and no other', (name) => {
    expect(proofsDocumented(name)).toEqual([...PROOFS[name]]);
  });

  it.each(Object.keys(UNWRITTEN) as Unwritten[])('says of each runtime what comes of %s', (situation) => {
    const [, table = ''] = /<!-- situations:start -->([^]*)<!-- situations:end -->/.exec(section) ?? [];
    const [, ...cells] =
      /^\| ([^|]*?) +\|(.*)\|$/m.exec(
        table.split('\n').find((line) => line.startsWith(`| ${situation} `)) ?? '',
      ) ?? [];
    const shown = cells[1]!.split('|').map((cell) => cell.trim());
    const [proven, otherwise] = UNWRITTEN[situation];
    const said = (name: RuntimeName) =>
      provesUnwritten(name, situation) ? `\`${proven}\`` : `unknown: \`${otherwise}\``;
    expect(shown).toEqual(COLUMNS.map(said));
    for (const node of RUNTIMES.filter((name) => name.startsWith('Node')))
      expect(said(node)).toBe(said('Node 20'));
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
    expect(bun).toBe(wantedVersion('Bun').replace(/\.\d+$/, ''));
    expect(deno).toBe(wantedVersion('Deno'));
  });
});
