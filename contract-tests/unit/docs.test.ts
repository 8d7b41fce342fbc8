/** What the documents say, held against the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/errors.ts';
import { CODES, DENO_TEXTS } from '../../src/failure.ts';
import { root } from '../support/built.ts';
import { tsBlocks, typeErrors } from '../support/doc-blocks.ts';

const read = (path: string) => readFileSync(root + path, 'utf8');
const readme = read('README.md');
const outcomes = read('docs/outcomes.md');
const documents = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** The cells of the first table behind `start`, without its head. Code marks are taken off. */
function tableAfter(markdown: string, start: string): string[][] {
  const from = markdown.indexOf(start);
  if (from < 0) throw new Error(`not found: ${start}`);
  const [, table] = /\n\n(\|[^]*?\|)\n\n/.exec(markdown.slice(from)) ?? [];
  const rows = table!.split('\n').slice(2);
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('docs/outcomes.md', () => {
  const [marked = ''] = /<!-- codes:start -->[^]*<!-- codes:end -->/.exec(outcomes) ?? [];

  it('has every code once, with the outcome that it stands for, and what to do', () => {
    const rows = tableAfter(marked, '<!-- codes:start -->');
    expect(rows.map(([code, outcome]) => [code, outcome])).toEqual(
      expect.arrayContaining(Object.entries(OUTCOMES)),
    );
    expect(rows).toHaveLength(Object.keys(OUTCOMES).length);
    for (const row of rows) {
      expect(row).toHaveLength(4);
      for (const cell of row) expect(cell, row.join(' | ')).not.toBe('');
    }
  });

  it.each([
    ['docs/outcomes.md', outcomes, '# Outcomes'],
    ['README.md', readme, '## The outcomes'],
  ])('and every outcome is in the table of %s', (_, markdown, heading) => {
    const named = tableAfter(markdown, heading).map(([outcome]) => outcome);
    expect(named).toEqual(expect.arrayContaining([...new Set(Object.values(OUTCOMES))]));
  });

  it('names every status and code that confirming knows', () => {
    const rows = tableAfter(outcomes, '## Settling an unknown');
    const statuses = rows.flatMap(([status]) => status!.match(/[A-Z]+/g) ?? []);
    expect(statuses.sort()).toEqual(['ACTIVE', 'CANCELED', 'EXPIRED', 'PAID', 'REQUEST', 'SUCCESS']);
    const codes = ['still_active', 'already_paid', 'paid_not_final', 'already_expired', 'unsettled'];
    for (const code of codes) expect(rows.flat().join(' ')).toContain(code);
  });

  describe('the table of proofs', () => {
    const table = tableAfter(outcomes, '## What proves');
    const node = table.find(([runtime]) => runtime === 'Node, undici')!.join(' ');

    it.each([...CODES] as [string, { syscall?: string; means: string }][])(
      'mentions %s',
      (code, { syscall, means }) => {
        expect(node).toContain(means === 'certificate_rejected' ? 'certificates' : code);
        if (syscall) expect(node).toContain(syscall);
      },
    );

    it.each(DENO_TEXTS)("mentions Deno's words: %s", (text) => {
      const [, , proofs] = table.find(([runtime]) => runtime === 'Deno')!;
      expect(proofs!.split(', ').some((words) => text.includes(words))).toBe(true);
    });

    it('mentions no code that proves nothing', () => {
      const codes = table
        .flat()
        .join(' ')
        .match(/\bE[A-Z_]{4,}\b/g)!;
      expect([...CODES.keys()]).toEqual(expect.arrayContaining(codes));
    });
  });
});

describe('the TypeScript in the documents', () => {
  const blocks = Object.fromEntries(
    documents.flatMap((name) =>
      tsBlocks(read(name)).map((code, index) => [`${name.replaceAll(/\W/g, '-')}-${index + 1}.ts`, code]),
    ),
  );

  it('compiles as it is, in strict mode, against what the package exports', () => {
    expect(Object.keys(blocks)).toEqual(expect.arrayContaining(['README-md-1.ts', 'docs-outcomes-md-1.ts']));
    expect(typeErrors(blocks)).toEqual([]);
  }, 60_000);

  it('would not compile with a name that is not exported, or a wrong argument', () => {
    const [first] = Object.values(blocks);
    const spoilt = {
      'a.ts': first!.replace('createVaClient,', 'createVaClient, notExported,'),
      'b.ts': first!.replace('.cancel(request)', '.cancel(request, 7)'),
      'c.ts': "import { ProxyAgent } from 'undici';\nexport const agent = new ProxyAgent(7);\n",
    };
    const errors = typeErrors(spoilt);
    expect(errors.map((error) => error.slice(0, 4))).toEqual(['a.ts', 'b.ts', 'c.ts']);
  }, 60_000);
});
