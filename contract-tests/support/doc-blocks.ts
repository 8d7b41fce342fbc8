/** The TypeScript in our Markdown, and whether it compiles against src/ as it would against the package. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './built.ts';

/** The `ts` blocks of a Markdown text, in order. */
export function tsBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```(?:ts|typescript)\b.*\n([^]*?)^```$/gm)].map(([, code]) => code!);
}

// It is not installed, but its types come with Node's.
const UNDICI = "declare module 'undici' { export * from 'undici-types'; }";

/**
 * What TypeScript says against these sources, by the strict rules of our tsconfig. They exist only in memory, in
 * the top directory, each by its name.
 */
export function typeErrors(sources: Record<string, string>): string[] {
  const files = new Map([['undici.d.ts', UNDICI], ...Object.entries(sources)].map(([name, text]) => [join(root, name!), text!])); // prettier-ignore
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
