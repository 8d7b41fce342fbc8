/** What checks a block of each language. A block of any other language, nothing does. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { environmentFor, runScript, runtimes } from '../command/command.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import { readVaFile } from '../../contract-tests/staging/va-file.ts';
import {
  blocksOf,
  documents,
  fileNameOf,
  readDocument,
  typeErrors,
  type Block,
} from '../support/doc-blocks.ts';
import { checkReportExcerpt } from './excerpt.ts';
import { NOT_RUN } from './not-run.ts';
import { checkWithoutRunning } from './without-running.ts';
import { checkWorkflow } from './workflow.ts';

/** A reader of one page: a folder, a gateway, and what was exported and printed so far. */
export interface Reader {
  folder: string;
  sandbox: SandboxServer;
  exports: string;
  printed: string | undefined;
  /** A program that the shell above needs, and this machine has not. */
  lacking: string | undefined;
  close(): Promise<void>;
}

export async function startReader(): Promise<Reader> {
  const sandbox = await startSandbox();
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-docs-'));
  const close = async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  };
  return { folder, sandbox, exports: '', printed: undefined, lacking: undefined, close };
}

type Checker = (block: Block, reader: Reader) => void | Promise<void>;

/** Every block, in the order of the documents. */
export const blocks: readonly Block[] = documents.flatMap((file) => blocksOf(readDocument(file), file));

/** Throws if something is wrong with a block; by language. */
export const CHECKERS: Readonly<Record<string, Checker>> = {
  ts: ({ code, ...block }) => {
    const name = fileNameOf({ code, ...block });
    const known = sources.get(name) === code ? allTypeErrors() : typeErrors({ [name]: code });
    expect(known.filter((error) => error.startsWith(`${name}: `))).toEqual([]);
  },
  sh: async (block, reader) => {
    reader.printed = undefined;
    reader.lacking = lackingFor(block);
    if (reader.lacking) {
      return console.warn(`SKIPPED: ${reader.lacking} is not on this machine, so ${block.name} was not run`);
    }
    if (isNotRun(block)) return checkWithoutRunning(block.code);
    if (/^(export \w+=[^\s…]+\n)+$/.test(block.code)) return void (reader.exports += block.code);
    reader.printed = await runAsReader(block.code, reader);
  },
  text: ({ file, code }, { printed, lacking }) => {
    if (lacking) return;
    if (printed !== undefined) return expect(code).toBe(printed);
    expect(file, 'no shell that was run stands before it').toBe('docs/contract-checks.md');
    checkReportExcerpt(code);
  },
  json: ({ file, code }, { folder }) => {
    expect(file, 'it is not known what reads it').toBe('docs/contract-checks.md');
    writeFileSync(join(folder, 'vas.json'), code);
    readVaFile(join(folder, 'vas.json'));
  },
  yaml: ({ code }) => checkWorkflow(code),
};

/** Throws if nothing checks the block, or what does finds something. */
export async function check(block: Block, reader: Reader): Promise<void> {
  const checker = CHECKERS[block.language];
  if (!checker) throw new Error(`Nothing checks the language ${block.language || '(none)'}`);
  await checker(block, reader);
}

/** Whether a block is on the list of those that are not run. */
export const isNotRun = ({ file, code }: Block): boolean =>
  NOT_RUN.some((entry) => entry.file === file && code.startsWith(entry.begins));

/** Every `ts` block by the file that it is. */
export const sources: ReadonlyMap<string, string> = new Map(
  blocks.filter(({ language }) => language === 'ts').map((block) => [fileNameOf(block), block.code]),
);

/** `make test` promises to need nothing but Node; these programs come with most machines. */
const lackingFor = ({ code }: Block) =>
  ['openssl', 'sha256sum'].find(
    (program) => new RegExp(`\\b${program}\\b`).test(code) && spawnSync(program, ['--help']).error,
  );

// One program for all of them: it takes seconds.
let found: string[] | undefined;
const allTypeErrors = () => (found ??= typeErrors(Object.fromEntries(sources)));

const DOCUMENTED_URL = 'http://127.0.0.1:4020';

/** What the shell prints for a reader who exported the page's variables, and filled in each `NAME=…`. */
async function runAsReader(script: string, { exports, folder, sandbox }: Reader): Promise<string> {
  const env: Record<string, string> = environmentFor(sandbox.url);
  const filled = script
    .replaceAll(/\b(\w+)=…/g, (_, name: string) => `${name}=${env[name]}`)
    .replaceAll(/\bIFORTEPAY_ENV=staging\b/g, `IFORTEPAY_BASE_URL=${sandbox.url}`);
  const here = `${exports}${filled}`.replaceAll(DOCUMENTED_URL, sandbox.url);
  const { code, stdout, stderr } = await runScript(runtimes()[0]!, here, {}, folder);
  expect(code, stderr).toBe(0);
  return stdout.replaceAll(sandbox.url, DOCUMENTED_URL);
}
