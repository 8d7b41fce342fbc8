/** Builds dist/: bundled ESM per entry with shared chunks, the types beside them, the licences of what is bundled. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, buildSync } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const common = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'warning' } as const;
buildSync({
  ...common,
  entryPoints: {
    index: 'src/index.ts',
    client: 'src/class-client.ts',
    callback: 'src/callback-handler.ts',
    msw: 'src/msw.ts',
    undici: 'src/undici.ts',
  },
  splitting: true,
  // Named by content: what the clients share, what the handlers of callbacks share with them, the rules of creation.
  chunkNames: '[name]-[hash]',
  platform: 'neutral',
  external: ['msw', 'openapi-fetch', 'undici', 'node:*'],
  outdir: 'dist',
});
// The command has its argument parser bundled, which is CommonJS and needs a `require` for Node's own modules.
await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  platform: 'node',
  minify: true,
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  plugins: [
    {
      // The client is not bundled a second time: the tarball would be a sixth larger.
      name: 'client of this package',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^(\.\.\/)+(client|callback|errors)\.js$/ }, ({ importer }) =>
          importer.includes('/src/cli/') ? { path: './index.js', external: true } : undefined,
        ),
    },
  ],
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
