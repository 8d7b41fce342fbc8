/** `node write-table.ts [--check] [file]`: puts the scenario table between the markers of docs/mock.md, or a file. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withTable } from './table.ts';

function main(): string {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean' } },
    allowPositionals: true,
  });
  const file = positionals[0] ?? fileURLToPath(new URL('../../docs/mock.md', import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const text = readFileSync(file, 'utf8');
  const wanted = withTable(text, file);
  if (text === wanted) return `${file} holds the scenario table`;
  if (values.check) throw new Error(`${file} holds another scenario table; write it anew without --check`);
  writeFileSync(file, wanted);
  return `${file} rewritten`;
}

try {
  console.log(main());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
