/**
 * Compiles the contract's schemas to generated/validators/: plain functions that import nothing and need no
 * `eval`, so that they run where code generation is forbidden (workerd, a strict Content-Security-Policy).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { buildSync } from 'esbuild';
import { parse } from 'yaml';

type Json = Record<string, any>;

const contract: Json = parse(readFileSync('spec/openapi.yaml', 'utf8'));
const schemas: Json = contract.components.schemas;

/** Names of the schemas of every JSON body in `holder` (a request body or an answer). */
function bodies(holder: Json): string[] {
  const resolved: Json = holder.$ref ? contract.components.responses[nameOf(holder.$ref)] : holder;
  return Object.values<Json>(resolved.content).map((media) => nameOf(media.schema.$ref));
}

/** The runtime needs each operation's request and its success; of any other answer it reads the code alone. */
function namesOf(operation: Json): string[] {
  return [operation.requestBody, operation.responses['200']].flatMap(bodies);
}

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

const ajv = new Ajv({
  strict: true,
  allErrors: true,
  messages: false,
  code: { source: true, esm: true, lines: true },
});
for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(bare(schema) as object, name);

const NOTE = '// Written by spec/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.';

/** One module, so that who does not use an operation need not carry its rules. */
function writeModule(module: string, names: string[]): void {
  const exports = Object.fromEntries([...new Set(names)].sort().map((name) => [`validate${name}`, name]));
  const { outputFiles, metafile } = buildSync({
    stdin: { contents: standalone.default(ajv, exports), resolveDir: process.cwd(), loader: 'js' },
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
  const declarations = Object.entries(exports).map(
    ([name, schema]) => `export declare const ${name}: Validator<components['schemas']['${schema}']>;`,
  );
  const imports = [
    "import type { components } from '../schema.js';",
    "import type { Validator } from './validator.js';",
  ];
  writeFileSync(
    `generated/validators/${module}.d.ts`,
    [NOTE, ...imports, '', ...declarations, ''].join('\n'),
  );
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
/** Says whether a value fits; \`errors\` holds every broken rule of the latest call. */
export interface Validator<T> {
  (value: unknown): value is T;
  errors?: Problem[] | null;
}
`,
);
for (const path of Object.values<Json>(contract.paths)) {
  for (const operation of Object.values<Json>(path)) writeModule(operation.operationId, namesOf(operation));
}
// Stands in for the merchant's own ids where a caller has lifted their documented limits.
writeModule('transactionId', ['TransactionId']);
