/** The code in our Markdown, and whether its TypeScript compiles against src/ as it would against the package. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './built.ts';

/** Every Markdown file of ours that holds code for readers. */
export const documents: readonly string[] = globSync(['*.md', 'docs/*.md', 'examples/**/README.md'], {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
}).sort();

/** The text of a document, by its path in the repository. */
export const readDocument = (file: string): string => readFileSync(join(root, file), 'utf8');

/** One fenced block. */
export interface Block {
  file: string;
  /** What stands behind the fence; empty if nothing does. */
  language: string;
  code: string;
  /** For titles: file, number within it, first line. */
  name: string;
}

const FENCED = /^( *)(`{3,}|~{3,})(.*)\n([^]*?)^\1\2 *$/gm;

/** The fenced blocks of a Markdown text, in order. Throws if one is not closed. */
export function blocksOf(markdown: string, file = ''): Block[] {
  const blocks = [...markdown.matchAll(FENCED)].map(([, indent = '', , language, text], index) => {
    const code = text!.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return {
      file,
      language: language!.trim(),
      code,
      name: `${file} ${index + 1}: ${code.split('\n', 1)[0]}`,
    };
  });
  if (/^ *(`{3,}|~{3,})/m.test(markdown.replaceAll(FENCED, ''))) throw new Error(`${file}: an open fence`);
  return blocks;
}

/** The `ts` blocks of a Markdown text, in order. */
export const tsBlocks = (markdown: string): string[] =>
  blocksOf(markdown)
    .filter(({ language }) => language === 'ts')
    .map(({ code }) => code);

/** The file that a block is: what a remark in its first line says, else made of its name. */
export const fileNameOf = ({ code, name }: Block): string =>
  /^\/\/ ([\w-]+\.ts)$/m.exec(code.split('\n', 1)[0]!)?.[1] ??
  `${name.replace(/:.*/s, '').replaceAll(/\W+/g, '-')}.ts`;

/** The programs of a page that are whole files, by the name that their first line says. `make consumers` runs them. */
export function filesOf(page: string): Map<string, string> {
  const programs = blocksOf(readDocument(page)).filter(({ language }) =>
    ['js', 'typescript'].includes(language),
  );
  return new Map(programs.map(({ code }) => [/^\/\/ ([\w./-]+)\n/.exec(code)?.[1] ?? '', code]));
}

/**
 * What TypeScript says against these sources, by the strict rules of our tsconfig. They exist only in memory, in
 * the top directory, each by its name.
 */
export function typeErrors(sources: Record<string, string>): string[] {
  const files = new Map(Object.entries(sources).map(([name, text]) => [join(root, name), text]));
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => [file?.fileName ?? '', ts.flattenDiagnosticMessageText(messageText, ' ')])
    .map(([file, message]) => `${file!.replace(root, '')}: ${message}`);
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}
