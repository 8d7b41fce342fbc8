/** Every code block of the documents, compiled, run, or held against what it is about. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, documents, type Block } from '../support/doc-blocks.ts';
import { blocks, check, isNotRun, sources, startReader, type Reader } from './checkers.ts';
import { checkWithoutRunning, NOT_RUN } from './not-run.ts';

/** Gives the tests beneath a reader of their own. */
function withReader(): () => Reader {
  let reader: Reader;
  beforeAll(async () => void (reader = await startReader()));
  afterAll(() => reader?.close());
  return () => reader;
}

// In order, as a reader would: what a block writes, exports or cancels is there for those below.
describe.each(documents.filter((file) => blocks.some((block) => block.file === file)))('%s', (page) => {
  const reader = withReader();
  it.each(blocks.filter(({ file }) => file === page))(
    'has a right block $name',
    { timeout: 60_000 },
    (block) => check(block, reader()),
  );
});

it('lists no block as not run that is not there, and none twice', () => {
  for (const { file, begins } of NOT_RUN) {
    const listed = blocks.filter((block) => block.file === file && block.code.startsWith(begins));
    expect(listed, begins).toHaveLength(1);
  }
  expect(blocks.filter(isNotRun)).toHaveLength(NOT_RUN.length);
});

it('gives each block of TypeScript a file of its own', () => {
  expect(sources.size).toBe(blocks.filter(({ language }) => language === 'ts').length);
});

it('does not read past a block that is never closed', () => {
  expect(() => blocksOf('text\n\n```sh\nls\n', 'a.md')).toThrow('a.md: an open fence');
});

const first = (file: string, language: string, holding = '') =>
  blocks.find((block) => block.file === file && block.language === language && block.code.includes(holding))!;
const listed = (begins: string) => blocks.find((block) => isNotRun(block) && block.code.startsWith(begins))!;
const changed = (block: Block, from: string | RegExp, to: string): Block => {
  const code = block.code.replace(from, to);
  expect(code).not.toBe(block.code);
  return { ...block, code };
};

describe('a block that was damaged', () => {
  const reader = withReader();
  const readme = first('README.md', 'ts');
  const yaml = first('README.md', 'yaml');
  const checks = 'docs/contract-checks.md';
  const json = first(checks, 'json');

  it.each<[string, Block]>([
    [
      'imports a name that is not exported',
      changed(readme, 'createVaClient,', 'createVaClient, notExported,'),
    ],
    [
      'gives undici a wrong argument',
      changed(first('docs/other-ways-in.md', 'ts', 'undici'), '(proxyUrl)', '(7)'),
    ],
    ['fails in the shell', changed(first('README.md', 'sh', 'npx'), 'va cancel', 'va cancle')],
    ['shows what was not printed', { ...first('docs/why-99.md', 'text'), code: 'FAIL\n' }],
    ['shows a guess that is none', changed(first(checks, 'text'), '404 02', '404 03')],
    ['shows another question', changed(first(checks, 'text'), 'a second time', 'a third time')],
    ['is no JSON', changed(json, '[', '{')],
    ['has a member too many', changed(json, '"status"', '"state"')],
    ['is JSON that nothing reads', { ...json, file: 'README.md' }],
    ['is no YAML', changed(yaml, '- uses:', '- uses: [')],
    ['gives an input that the action lacks', changed(yaml, 'hash-key:', 'hash_key:')],
    ['lacks an input', changed(yaml, / +hash-key.*\n/, '')],
    [
      'takes an output that the action lacks',
      changed(first(checks, 'yaml'), 'outputs.reports', 'outputs.report'),
    ],
    ['does not pin an action', changed(first(checks, 'yaml'), /@[0-9a-f]{40}/, '@v4')],
    ['is in a language that nothing knows', { ...readme, language: 'js' }],
    ['is in no language', { ...readme, language: '' }],
  ])(
    'is noticed: it %s',
    async (_, block) => {
      reader().printed = block.file === checks ? undefined : 'something else\n';
      await expect(check(block, reader())).rejects.toThrow();
    },
    60_000,
  );

  it.each<[string, Block]>([
    ['make target', changed(listed('make mock'), 'make mock', 'make mok')],
    ['npm script', changed(listed('npm run -s contract:'), 'contract:staging', 'contract:stagin')],
    ['npm script of the example', changed(listed('npm install ../../'), 'npm start', 'npm begin')],
    ['package', changed(listed('npm install ifortepay-va@latest'), 'ifortepay-va', 'ifortepay-vb')],
    [
      'tarball',
      changed(
        listed('make install build'),
        '../ifortepay-va/ifortepay-va-0.1.0',
        '../ifortepay-va/ifortepay-va-0.0.1',
      ),
    ],
    ['variable that anything reads', changed(listed('export '), 'IFORTEPAY_TEST_VAS', 'IFORTEPAY_VAS')],
    ['version of Prism that is installed', changed(listed('npx --yes'), 'prism-cli@5', 'prism-cli@4')],
    ['option', changed(listed('make contract-proxy'), '--replay', '--again')],
    ['suite', changed(listed('npx vitest'), 'unit/', 'units/')],
    ['order of the example', changed(listed('npm install ../../'), /orders\/\d/, 'orders/x')],
    ['scenario of the mock', changed(listed('# cancelV'), '-X POST', '-X PUT')],
    ['known command', changed(listed('make mock'), 'make mock', 'ls')],
  ])('is noticed though it is not run: it names no %s', (_, { code }) => {
    expect(() => checkWithoutRunning(code)).toThrow();
  });
});
