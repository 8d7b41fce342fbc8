/**
 * Writes generated/client with openapi-generator. It writes beside and moves at the end: a machine without Java, a
 * failure or Ctrl-C leaves what was there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { requireTool } from './tools.ts';

const TARGET = 'generated/client';
// The output that openapitools.json names, and where the old one waits until the new one is in its place.
const WRITTEN = 'node_modules/.cache/ifortepay-va/client';
const OLD = `${WRITTEN}.old`;

try {
  requireTool('java');
  for (const folder of [WRITTEN, OLD]) rmSync(folder, { recursive: true, force: true });
  const { status } = spawnSync('openapi-generator-cli', ['generate'], { stdio: 'inherit' });
  if (status !== 0 || !existsSync(WRITTEN))
    throw new Error(`openapi-generator failed; ${TARGET} is as it was`);
  if (existsSync(TARGET)) renameSync(TARGET, OLD);
  renameSync(WRITTEN, TARGET);
  rmSync(OLD, { recursive: true, force: true });
} catch (error) {
  console.error(`generate: ${(error as Error).message}`);
  process.exitCode = 1;
}
