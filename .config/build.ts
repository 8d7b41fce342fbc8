/** Builds dist/: bundled ESM per entry with shared chunks, the types beside them, the licences of what is bundled. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { buildSync } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const common = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'warning' } as const;
buildSync({
  ...common,
  entryPoints: { index: 'src/index.ts', client: 'src/class-client.ts', msw: 'src/msw.ts' },
  splitting: true,
  // Named by content; there are two: what the clients share, and the rules of creation.
  chunkNames: '[name]-[hash]',
  platform: 'neutral',
  external: ['msw', 'openapi-fetch'],
  outdir: 'dist',
});
// The command stands alone: its argument parser is bundled, and being CommonJS needs a `require` for Node's own.
buildSync({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  platform: 'node',
  minify: true,
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  outfile: 'dist/cli.js',
});
chmodSync('dist/cli.js', 0o755);

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.config/tsconfig.types.json'], {
  stdio: 'inherit',
});
cpSync('generated/validators', 'dist/types/generated/validators', {
  recursive: true,
  filter: (path) => !path.endsWith('.js'),
});

const licences = ['ajv', 'commander', 'openapi-fetch'].map(
  (name) => `${name} (parts of it are bundled)\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8')}`,
);
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences.join('\n---\n\n'));
