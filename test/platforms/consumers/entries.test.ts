/** Every entry that package.json exports, as a user finds it. A new one is tested by being exported. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import { root } from '../../support/built.ts';
import { entriesOf } from './setup.ts';
import { compilers, resolutions, tsc } from './tsc.ts';

const folder = inject('withPeers');
const entries = inject('entries');
const run = promisify(execFile);
const specifiers = (...kinds: string[]) =>
  entries.filter(({ kind }) => kinds.includes(kind)).map(({ specifier }) => specifier);

/** What a program prints, run in the project. Node warns of nothing while it does. */
async function prints(name: string, program: string): Promise<string> {
  await writeFile(join(folder, name), program);
  const { stdout, stderr } = await run(process.execPath, [name], { cwd: folder });
  expect(stderr).toBe('');
  return stdout.trim();
}

/** The values that the entry's types declare. */
function declared(specifier: string): string[] {
  const module = { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 };
  const options = { ...module, target: ts.ScriptTarget.ES2022, types: [], noEmit: true };
  const { resolvedModule } = ts.resolveModuleName(specifier, join(folder, 'a.mts'), options, ts.sys);
  const program = ts.createProgram([resolvedModule!.resolvedFileName], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(resolvedModule!.resolvedFileName)!;
  const entry = checker.getSymbolAtLocation(source)!;
  return (
    checker
      .getExportsOfModule(entry)
      .filter((symbol) => {
        const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        return flags & ts.SymbolFlags.Value;
      })
      // What `export type *` passes on is a value elsewhere only.
      .filter(({ name }) => checker.getPropertyOfType(checker.getTypeOfSymbol(entry), name))
      .map(({ name }) => name)
      .sort()
  );
}

describe.each(specifiers('module'))('%s', (specifier) => {
  const names = 'console.log(JSON.stringify(Object.keys(entry).sort()))';

  it('has, imported, exactly the values that its types declare', async () => {
    const program = `import * as entry from '${specifier}';\n${names}`;
    expect(JSON.parse(await prints('import.mjs', program))).toEqual(declared(specifier));
    expect(declared(specifier)).not.toEqual([]);
  });

  // What loggers show: a bundler renames classes.
  it('has errors that go by their own names', async () => {
    const program = `import * as entry from '${specifier}';
const errors = Object.entries(entry).filter(([, value]) => value.prototype instanceof Error);
console.log(errors.filter(([name, value]) => value.name !== name).join());`;
    expect(await prints('names.mjs', program)).toBe('');
  });

  it('has the same when it is required', async () => {
    const program = `const entry = require('${specifier}');\n${names}`;
    expect(JSON.parse(await prints('require.cjs', program))).toEqual(declared(specifier));
  });
});

describe('the entries', () => {
  const list = specifiers('module', 'types').map(
    (specifier, i) => `export type * as e${i} from '${specifier}';`,
  );

  it.each(Object.keys(compilers) as (keyof typeof compilers)[])(
    'have types that %s accepts',
    async (compiler) => {
      const project = join(folder, `entries-${compiler.at(-1)}`);
      await mkdir(project);
      await cp(join(folder, 'typescript/tsconfig.json'), join(project, 'tsconfig.json'));
      await writeFile(join(project, 'entries.ts'), list.join('\n'));
      for (const how of Object.values(resolutions)) {
        const args = [...how, '--noEmit', '--lib', 'es2022,dom', '--types', 'node'];
        const problems = await tsc(compiler, project, args);
        // Of an older compiler the types of peers ask too much.
        expect(problems.filter(({ file }) => !/^node_modules\/(?!ifortepay-va\/)/.test(file))).toEqual([]);
        if (compiler !== 'TypeScript 5.4') expect(problems).toEqual([]);
      }
    },
  );

  it('have nothing that are-the-types-wrong would say', async () => {
    const attw = fileURLToPath(new URL('node_modules/@arethetypeswrong/cli/dist/index.js', import.meta.url));
    // The contract is no module.
    const args = ['--profile', 'esm-only', '--exclude-entrypoints', './openapi.yaml', '--no-color'];
    const { stdout } = await run(process.execPath, [attw, inject('tarball'), ...args]).catch(
      ({ stdout }: { stdout: string }) => expect.fail(stdout),
    );
    for (const specifier of specifiers('module', 'types')) expect(stdout).toContain(`"${specifier}"`);
  });

  it('share one VaError between them', async () => {
    const program = `import { VaError } from 'ifortepay-va';
import * as client from 'ifortepay-va/client';
console.log(VaError === client.VaError);`;
    expect(await prints('one.mjs', program)).toBe('true');
  });

  it.each(specifiers('file'))('bring %s as it is in the repository', async (specifier) => {
    const program = `import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
const path = fileURLToPath(import.meta.resolve('${specifier}'));
if (path !== createRequire(import.meta.url).resolve('${specifier}')) throw new Error('require finds another');
console.log(path);`;
    const path = await prints('file.mjs', program);
    const own = path.slice(path.indexOf('node_modules/ifortepay-va/') + 'node_modules/ifortepay-va/'.length);
    expect(await readFile(path, 'utf8')).toBe(await readFile(join(root, own), 'utf8'));
  });

  it('cannot be of a kind that is not tested', () => {
    const exports = { '.': { types: './a.d.ts', browser: './b.js', default: './a.js' } };
    expect(() => entriesOf({ name: 'x', exports })).toThrow('x has the conditions types,browser,default');
  });
});
