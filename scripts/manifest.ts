/**
 * Writes or checks generated/manifest.json: what everything under generated/ was made of.
 * `check` needs no Java and no generator, so `make test` can run it anywhere.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const FILE = 'generated/manifest.json';
const INPUTS = [
  'openapitools.json',
  'scripts/class-client.ts',
  'scripts/manifest.ts',
  'scripts/mock-data.ts',
  'scripts/scenarios.ts',
  'scripts/validators.ts',
  'spec/contract.ts',
  'spec/openapi.yaml',
  'spec/redocly-plugin.js',
  'spec/redocly.yaml',
];
const TOOLS = ['@openapitools/openapi-generator-cli', '@redocly/cli', 'ajv', 'esbuild', 'openapi-typescript'];

interface Manifest {
  tools: Record<string, string>;
  inputs: Record<string, string>;
  outputs: Record<string, string>;
}

const read = (path: string) => readFileSync(path, 'utf8');
const hashes = (paths: string[]) =>
  Object.fromEntries(paths.map((path) => [path, createHash('sha256').update(read(path)).digest('hex')]));

function outputs(): string[] {
  return readdirSync('generated', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'))
    .filter((path) => path !== FILE)
    .sort();
}

function current(): Manifest {
  const versions = TOOLS.map((tool) => [tool, JSON.parse(read(`node_modules/${tool}/package.json`)).version]);
  const generator = JSON.parse(read('openapitools.json'))['generator-cli'].version;
  return {
    tools: { ...Object.fromEntries(versions), 'openapi-generator': generator },
    inputs: hashes(INPUTS),
    outputs: hashes(outputs()),
  };
}

/** Every name whose value differs between what was recorded and what is there. */
function differences(recorded: Manifest, found: Manifest): string[] {
  return (['tools', 'inputs', 'outputs'] as const).flatMap((part) => {
    const names = new Set([...Object.keys(recorded[part] ?? {}), ...Object.keys(found[part])]);
    return [...names].filter((name) => recorded[part]?.[name] !== found[part][name]);
  });
}

if (process.argv[2] === 'write') {
  writeFileSync(FILE, `${JSON.stringify(current(), null, 2)}\n`);
} else {
  const changed = differences(JSON.parse(read(FILE)), current());
  if (changed.length > 0) {
    console.error(`generated/ does not match what it is made of; run \`make generate\`.\nChanged:`);
    for (const name of changed) console.error(`  ${name}`);
    process.exit(1);
  }
  console.log('generated/ matches its manifest.');
}
