/** Every public function has an `@example`; every example, and every call that our pages advise, compiles as written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from '../support/built.ts';
import { blocksOf, documents, readDocument, tsBlocks, typeErrors } from '../support/doc-blocks.ts';

/** What an example may take for granted, as global names, so that one of its own comes first. */
const PRELUDE = `
declare const options: import('ifortepay-va').VaClientOptions;
declare const credentials: import('ifortepay-va').CredentialOptions;
declare const merchantId: string, secretUnboundId: string, hashKey: string;
declare const client: import('ifortepay-va').VaClient;
declare const request: import('ifortepay-va').CancelRequest;
declare const ids: { external_id: string; order_id: string; transaction_id: string };
declare const stored: string;
declare const row: import('ifortepay-va/bulk').BulkRow;
declare const transaction: import('ifortepay-va/bulk').Transaction;
declare const signal: AbortSignal;
declare function settle(ids: import('ifortepay-va').VerifiedIds): Promise<void>;
declare const app: { post(path: string, handler: (...given: any[]) => unknown): void };
`;

interface Exports {
  [entry: string]: string | { types?: string };
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Exports };
const sources = Object.values(manifest.exports)
  .map(
    (target) => /^\.\/dist\/types\/(src\/.*)\.d\.ts$/.exec((target as { types?: string }).types ?? '')?.[1],
  )
  .filter((name) => name !== undefined)
  .map((name) => join(root, `${name}.ts`));

const program = ts.createProgram(sources, {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  types: ['node'],
  strict: true,
  noEmit: true,
});
const checker = program.getTypeChecker();

/** Every function that a user may call, by name: exported ones, and the methods of what they export. */
function publicFunctions(): Map<string, ts.Symbol> {
  const found = new Map<string, ts.Symbol>();
  const add = (name: string, symbol: ts.Symbol) => found.set(name, symbol);
  for (const path of sources) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
      if (!file.startsWith(join(root, 'src/'))) continue; // what the generator wrote
      if (symbol.flags & ts.SymbolFlags.Function) add(symbol.name, symbol);
      // Inherited ones too.
      const methods =
        symbol.name === 'VaClient' ? checker.getDeclaredTypeOfSymbol(symbol).getProperties() : [];
      for (const method of methods)
        if (method.flags & ts.SymbolFlags.Method) add(`client.${method.name}`, method);
    }
  }
  return found;
}

/** The text of every `@example` of a function. */
const examplesOf = (symbol: ts.Symbol): string[] =>
  symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }) => ts.displayPartsToString(text));

const functions = publicFunctions();

describe('public functions', () => {
  it('are found', () => {
    const expected = ['createVaClient', 'client.cancel', 'verifyCallback', 'callbackHandler', 'handlers'];
    expect([...functions.keys()]).toEqual(expect.arrayContaining(expected));
  });

  it.each([...functions.keys()])('%s has an example', (name) => {
    expect(examplesOf(functions.get(name)!).flatMap(tsBlocks).length).toBeGreaterThan(0);
  });
});

/** The code of every `@example` in a source file, those beside types too. */
const examplesIn = (text: string): string[] =>
  [...text.matchAll(/^ *\* @example\n((?: *\*(?!\/| @).*\n)*)/gm)].map(([, lines]) =>
    tsBlocks(lines!.replaceAll(/^ *\* ?/gm, '')).join('\n'),
  );

const examples = program
  .getSourceFiles()
  .filter(({ fileName }) => fileName.startsWith(join(root, 'src/')))
  .flatMap(({ text, fileName }) =>
    examplesIn(text).map((code, index) => ({ name: `${fileName.slice(root.length)} ${index + 1}`, code })),
  );

const CALL =
  /\b(client\.(?!api\b)\w+|VaError\.from|verifyCallback|outcomeOf|vaErrorOf)\((?:[^()\n]|\([^()\n]*\))*\)/g;

/**
 * The calls that a page names where no compiler looks: in prose, and in the texts and remarks of a program. Not what the
 * first cell of a row says, which is how it was.
 */
function callsIn(page: string): string[] {
  const code = new Set(blocksOf(page).flatMap((block) => block.code.split('\n')));
  return page.split('\n').flatMap((line) =>
    [...line.matchAll(CALL)]
      .filter(({ index }) => !code.has(line.trimEnd()) || /['"`]|\/\//.test(line.slice(0, index)))
      .filter(({ index }) => !/^\| `?$/.test(line.slice(0, index)))
      .map(([call]) => call),
  );
}

const advised = [...documents, 'examples/frontend/page.js'].flatMap((file) =>
  [...new Set(callsIn(readDocument(file)))].map((call) => ({
    name: `${file}: ${call}`,
    code: [
      "import { outcomeOf, VaError, vaErrorOf, verifyCallback } from 'ifortepay-va';",
      'declare const error: VaError, response: Response, body: string, signature: string;',
      call.startsWith('client.create') ? "declare const request: import('ifortepay-va').CreateRequest;" : '',
      `void (async () => ${call.replace('inquire(stored)', 'inquire(request)')});`,
    ].join('\n'),
  })),
);

it('pages advise calls', () => {
  const calls = advised.map(({ name }) => name.replace(/^.*?: /, ''));
  expect(calls).toEqual(expect.arrayContaining(['client.confirm(error)', 'outcomeOf(error)']));
});

// One program for all of them: it takes seconds. A module each, so that none sees the others' names.
const modules = { example: examples, advice: advised };
const fileOf = (kind: string, index: number) => `${kind}-${index}.ts`;
const named = Object.entries(modules).flatMap(([kind, all]) =>
  all.map(({ code }, index) => [fileOf(kind, index), `${code}\nexport {};\n`]),
);
const errors = typeErrors({ 'examples-prelude.d.ts': PRELUDE, ...Object.fromEntries(named) });

it('nothing is taken for granted that is not there', () => {
  expect(errors.filter((error) => error.startsWith('examples-prelude'))).toEqual([]);
});

describe.each(Object.entries(modules))('each %s', (kind, all) => {
  it.each(all.map(({ name }, index) => [name, index] as const))('compiles: %s', (_, index) => {
    expect(all[index]!.code).not.toBe('');
    expect(errors.filter((error) => error.startsWith(`${fileOf(kind, index)}: `))).toEqual([]);
  });
});
