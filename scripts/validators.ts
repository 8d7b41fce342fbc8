/**
 * Compiles the contract's schemas to generated/validators/: plain functions that import nothing and need no
 * `eval`, so that they run where code generation is forbidden (workerd, a strict Content-Security-Policy).
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build, type PluginBuild } from 'esbuild';
import {
  inlined,
  join,
  objectAt,
  operationOf,
  operationsOf,
  readContract,
  resolvePointer,
} from '../spec/contract.ts';

const contract = readContract();
const schemas = objectAt(contract, '/components/schemas');

/** The name of the schema of an operation's JSON request, or of its answer with that status. */
function bodyOf(id: string, ...holder: string[]): string {
  const content = join(operationOf(contract, id).pointer, ...holder, 'content');
  return nameOf(resolvePointer(contract, join(content, 'application/json', 'schema')));
}

const requestOf = (id: string): string => bodyOf(id, 'requestBody');
const successOf = (id: string): string => bodyOf(id, 'responses', '200');

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** Without prose and `x-` members: the compiled code may embed what it is given. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(
    ([key]) => !['description', 'example'].includes(key) && !key.startsWith('x-'),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, key === '$ref' ? nameOf(value) : bare(value)]));
}

/** The members of a request and their types. */
function membersOf(name: string): Record<string, string> {
  const membersIn = ({ properties = {}, allOf = [] }: any): [string, string][] => [
    ...allOf.flatMap(membersIn),
    ...Object.entries<any>(properties).map(([member, { type }]) => [member, type]),
  ];
  return Object.fromEntries(membersIn(inlined(contract, `/components/schemas/${name}`)));
}

/**
 * A right value for each member of a request, by its path: of the operation's first example, or the member's own.
 * Throws if one has none, for whoever sends a wrong one is told a right one.
 */
function examplesOf(id: string): Record<string, unknown> {
  const name = requestOf(id);
  const body = join(operationOf(contract, id).pointer, 'requestBody', 'content', 'application/json');
  const { examples = {} } = objectAt(contract, body) as any;
  const [first] = Object.values<any>(examples);
  const found: Record<string, unknown> = {};
  const walk = ({ properties = {}, allOf = [], type, example }: any, value: any, path: string): void => {
    for (const part of allOf) walk(part, value, path);
    const members = Object.entries<any>(properties);
    for (const [member, schema] of members) walk(schema, value?.[member], `${path}/${member}`);
    if (type === undefined || type === 'object') return;
    found[path] = value ?? example;
    if (found[path] === undefined) throw new Error(`${name}${path}: give it an example`);
  };
  walk(inlined(contract, `/components/schemas/${name}`), first?.value, '');
  return found;
}

const rulesOf = (name: string) => JSON.stringify(bare(schemas[name]));

/** Everything that is wrong for a request, whose sender is told; for an answer only whether it is right. */
function compile(names: string[], isTold: boolean): string {
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    messages: false,
    // What old libraries add to Object.prototype is no member of a request, nor of an answer.
    ownProperties: true,
    code: { source: true, esm: true, lines: true },
  });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(bare(schema) as object, name);
  const code = standalone.default(ajv, Object.fromEntries(names.map((name) => [`validate${name}`, name])));
  return isTold ? told(code) : untold(code);
}

// As Ajv writes it: each error is noted in seven lines, and a client carries them all.
const NOTED =
  /const (err\d+) = (\{.*\});\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}\nerrors\+\+;/g;

function told(code: string): string {
  const short = code
    .replace(/schemaPath:"[^"]*",/g, '')
    .replace(NOTED, '(vErrors ??= []).push($2);\nerrors++;');
  if (/vErrors = \[/.test(short)) throw new Error('Ajv notes errors in another way than it did.');
  return short;
}

// Ajv has no option for it, and what nobody reads is half of the code. The first error is the verdict, but for a schema
// within anyOf and the like, whose errors Ajv counts and may take back.
function untold(code: string): string {
  const without = code.replace(NOTED, 'return false;').replace(/^validate\d+\.errors = vErrors;$/gm, '');
  if (/\.errors\b|keyword:|_errs\d/.test(without))
    throw new Error('The validators of answers still make errors.');
  return without;
}

const NOTE = '// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.';

/**
 * One module for these operations and schemas: who does not use them need not carry their rules. The runtime needs a
 * request and its success; of any other answer it reads the code alone.
 */
async function writeModule(module: string, ids: string[], more: string[]): Promise<void> {
  const requests = [...ids.map(requestOf), ...more];
  const answers = ids.map(successOf);
  // Cancelling and asking take the same members: one function for both.
  const same = (name: string) => requests.find((each) => rulesOf(each) === rulesOf(name))!;
  const sources: Record<string, string> = {
    requests: compile([...new Set(requests.map(same))], true),
    answers: compile(answers, false),
  };
  const rules = ids.map(
    (id) => `export const ${id} = {
  isRequest: requests.validate${same(requestOf(id))},
  isSuccess: answers.validate${successOf(id)},
  examples: ${JSON.stringify(examplesOf(id))},
};
export const membersOf${requestOf(id)} = ${JSON.stringify(membersOf(requestOf(id)))};`,
  );
  const alone = more.map((name) => `export const is${name} = requests.validate${same(name)};`);
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: [
        "import * as requests from 'requests';",
        "import * as answers from 'answers';",
        ...rules,
        ...alone,
      ].join('\n'),
    },
    plugins: [{ name: 'sources', setup: (setup) => provide(setup, sources) }],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    write: false,
    metafile: true,
    outfile: 'validators.js',
    banner: { js: NOTE },
  });
  const code = outputFiles[0]!.text;
  if (metafile.outputs['validators.js']!.imports.length > 0 || /new Function|\beval\(/.test(code)) {
    throw new Error('The compiled validators import or evaluate something; they must not.');
  }
  writeFileSync(`generated/validators/${module}.js`, code);
  const typed = (name: string) => `components['schemas']['${name}']`;
  const lines = [
    "import type { components } from '../schema.js';",
    "import type { Members, Rules, Validator } from './validator.js';",
    '',
    ...ids.flatMap((id) => [
      `export declare const ${id}: Rules<${typed(requestOf(id))}, ${typed(successOf(id))}>;`,
      `export declare const membersOf${requestOf(id)}: Members;`,
    ]),
    ...more.map((name) => `export declare const is${name}: Validator<${typed(name)}>;`),
  ];
  writeFileSync(`generated/validators/${module}.d.ts`, [NOTE, ...lines, ''].join('\n'));
}

function provide({ onResolve, onLoad }: PluginBuild, sources: Record<string, string>): void {
  onResolve({ filter: /^(requests|answers)$/ }, ({ path }) => ({ path, namespace: 'compiled' }));
  onLoad({ filter: /./, namespace: 'compiled' }, ({ path }) => ({
    contents: sources[path]!,
    resolveDir: process.cwd(),
  }));
}

rmSync('generated/validators', { recursive: true, force: true });
mkdirSync('generated/validators');
writeFileSync(
  'generated/validators/validator.d.ts',
  `${NOTE}
/** One broken rule: where in the body, which JSON Schema keyword, and that keyword's parameters. */
export interface Problem {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}
/** Says whether a value fits. */
export type Predicate<T> = (value: unknown) => value is T;
/** Says whether a value fits; \`errors\` holds every broken rule of the latest call. */
export interface Validator<T> {
  (value: unknown): value is T;
  errors?: Problem[] | null;
}
/** The members that a request may have, and the type of each. */
export type Members = Readonly<Record<string, string>>;
/** A right value for each member of a request, by its JSON pointer. */
export type Examples = Readonly<Record<string, unknown>>;
/** What a request of one operation has to be, and an answer that says done. */
export interface Rules<Request, Success> {
  isRequest: Validator<Request>;
  isSuccess: Predicate<Success>;
  /** For whoever sent a wrong value. */
  examples: Examples;
}
`,
);
// These two in one module, and every other operation in its own, which is loaded when first used. The transaction id
// stands in for the merchant's own ids where a caller has lifted their documented limits.
const always = ['cancelVirtualAccount', 'inquireVirtualAccount'];
const ids = operationsOf(contract).map(({ id }) => id);
await writeModule('virtualAccount', always, ['TransactionId']);
for (const id of ids.filter((one) => !always.includes(one))) await writeModule(id, [id], []);
