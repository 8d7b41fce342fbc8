/** The same word never means two things: CONTRIBUTING.md, Style. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root } from '../support/built.ts';

/** The same thing twice, on purpose: client and sandbox share no code of signing, and each command has its wrong use. */
const SAME = ['callbackSignature', 'requestSignature', 'sameText', 'UsageError'];

// What is written by tools, and what stands for a project of somebody else.
const OTHERS = ['**/node_modules/**', 'test/platforms/consumers/projects/**', '**/*.d.ts'];

/** The types and functions that a file exports. */
function exportsOf(file: string): string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), 99, true);
  return statements.flatMap((statement) => {
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement);
    const isExported =
      isNamed && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return isExported && statement.name ? [statement.name.text] : [];
  });
}

it('no two exported types or functions have one name', () => {
  // Not by git: a copy without its history is tested too.
  const files = globSync('{bench,contract-tests,docs,scripts,spec,src,test}/**/*.ts', {
    cwd: root,
    exclude: OTHERS,
  });
  expect(files.length).toBeGreaterThan(300);
  const places = new Map<string, Set<string>>();
  for (const file of files) {
    for (const name of exportsOf(file)) places.set(name, (places.get(name) ?? new Set()).add(file));
  }
  const twice = [...places].filter(([name, files]) => files.size > 1 && !SAME.includes(name));
  expect(twice.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
});
