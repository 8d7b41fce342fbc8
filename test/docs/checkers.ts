/** What checks a block of each language. A block of any other language, nothing does. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { transformSync } from 'esbuild';
import { parse } from 'yaml';
import { environmentFor, runScript, runtimes } from '../command/command.ts';
import { readContract } from '../../spec/contract.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import { readVaFile } from '../../contract-tests/staging/accounts.ts';
import { questions } from '../../contract-tests/staging/questions.ts';
import { guessesOf } from '../../contract-tests/staging/statements.ts';
import {
  blocksOf,
  documents,
  fileNameOf,
  filesOf,
  readDocument,
  typeErrors,
  type Block,
} from '../support/doc-blocks.ts';
import { checkWithoutRunning, NOT_RUN } from './not-run.ts';

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
  // Programs on frameworks, which make consumers runs, every one of them; `typescript` has what only TypeScript has.
  js: checkSyntax,
  typescript: checkSyntax,
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
    // The consumers' suite installs with it.
    if (file === 'docs/tests-and-bundlers.md') return expect(JSON.parse(code)).toHaveProperty('overrides');
    expect(file, 'it is not known what reads it').toBe('docs/contract-checks.md');
    writeFileSync(join(folder, 'vas.json'), code);
    readVaFile(join(folder, 'vas.json'));
  },
  yaml: ({ code }) => checkWorkflow(code),
};

function checkSyntax({ code, language, file }: Block): void {
  expect(filesOf(file).has(/^\/\/ (\S+)/.exec(code)?.[1] ?? ''), 'its first line names no file').toBe(true);
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };
  transformSync(code, { loader: language === 'js' ? 'js' : 'ts', logLevel: 'silent', tsconfigRaw });
}

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

const COUNTS = /^\d+ of \d+ cases passed, \d+ failed, \d+ described, \d+ say nothing, \d+ not run$/m;

/** The piece of a staging report that docs/contract-checks.md shows; no run here comes out just so. Throws unless its statements and its question are the contract's, and its sentence is the report's. */
function checkReportExcerpt(text: string): void {
  expect(text).toMatch(COUNTS);
  const guesses = guessesOf(readContract()).map(({ key, says }) => `${key} says ${says}`);
  const rows = [...text.matchAll(/^\| `(.*?)` *\| (.*?) *\| (confirmed|refuted|not exercised) *\| \S+/gm)];
  expect(rows.length).toBeGreaterThan(0);
  for (const [, key, says] of rows) expect(guesses).toContain(`${key} says ${says}`);
  const [, number, asks] = /^\| (\d+) \| (.*?) \| /m.exec(text) ?? [];
  expect(questions[Number(number) - 1]?.[0]).toBe(asks);
}

interface Step {
  id?: string;
  uses?: string;
  with?: Record<string, string>;
}

const PATH = '.github/actions/contract-checks';
const action: {
  inputs: Record<string, { required: boolean }>;
  outputs: Record<string, unknown>;
} = parse(readDocument(`${PATH}/action.yml`));

/** A GitHub workflow in the documents. Throws unless it parses, pins every action, and gives ours the inputs and takes of it the outputs that it has. */
function checkWorkflow(text: string): void {
  const parsed = parse(text) as Step[] | { jobs: Record<string, { steps: Step[] }> };
  const steps = Array.isArray(parsed) ? parsed : Object.values(parsed.jobs).flatMap((job) => job.steps);
  const ours = steps.filter(({ uses }) => uses?.includes(PATH));
  expect(ours).toHaveLength(1);
  for (const { uses } of steps) {
    // Whose copy of this repository, and at which commit, only the reader knows.
    if (uses) expect(uses).toMatch(/^(OWNER\/ifortepay-va\/.*@COMMIT|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
  }
  const given = Object.keys(ours[0]!.with ?? {});
  const required = Object.keys(action.inputs).filter((name) => action.inputs[name]!.required);
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
  expect(given).toEqual(expect.arrayContaining(required));
  for (const [, id, output] of text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
    expect(id).toBe(ours[0]!.id);
    expect(Object.keys(action.outputs)).toContain(output);
  }
}
