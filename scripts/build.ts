/** Builds dist/: bundled ESM per entry with shared chunks, the types beside them, the licences of what is bundled. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { build, buildSync, type BuildOptions, type PluginBuild } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const common = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
  metafile: true,
} as const;
const portable = buildSync({
  ...common,
  entryPoints: {
    index: 'src/index.ts',
    client: 'src/class-client.ts',
    callback: 'src/callback.ts',
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
// What is only for Node has its helpers bundled, which are CommonJS and need a `require` for Node's own modules.
const REQUIRE =
  "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
const forNode = {
  ...common,
  platform: 'node',
  minify: true,
  plugins: [
    {
      // The client is not bundled a second time: the tarball would be a sixth larger.
      name: 'client of this package',
      setup: ({ onResolve }: PluginBuild) => {
        onResolve({ filter: /^(\.\.\/)+(client|callback|errors)\.js$/ }, ({ importer }) =>
          /\/src\/(cli|bulk)\//.test(importer) ? { path: './index.js', external: true } : undefined,
        );
        onResolve({ filter: /^\.\.\/prepare\.js$/ }, ({ importer }) =>
          importer.includes('/src/bulk/') ? { path: './index.js', external: true } : undefined,
        );
        // Nor is bulk, which only some commands load.
        onResolve({ filter: /^(\.\.\/)+bulk\/index\.js$|^\.\.\/index\.js$/ }, ({ importer }) =>
          /\/src\/(cli|bulk\/files)\//.test(importer) ? { path: './bulk.js', external: true } : undefined,
        );
      },
    },
  ],
} as const satisfies BuildOptions;
const LOADED_LATER = readdirSync('generated/validators').filter((file) =>
  /(?<!^virtualAccount)\.js$/.test(file),
);
const command = await build({
  ...forNode,
  plugins: [...forNode.plugins],
  // The command neither creates nor the like, and the library has those rules in chunks of their own.
  external: LOADED_LATER.map((module) => `*/validators/${module}`),
  entryPoints: { cli: 'src/cli/main.ts' },
  banner: { js: REQUIRE },
  // What is about many virtual accounts is a chunk that only its commands load.
  splitting: true,
  chunkNames: '[name]-[hash]',
  outdir: 'dist',
});
const bulk = await build({
  ...forNode,
  plugins: [...forNode.plugins],
  entryPoints: ['src/bulk/index.ts'],
  banner: { js: REQUIRE },
  // Optional peers, loaded when a database is asked for.
  external: ['pg', 'pg-boss'],
  outfile: 'dist/bulk.js',
});
if (
  Object.values(command.metafile.outputs).some(({ imports }) =>
    imports.some(({ path }) => LOADED_LATER.some((module) => path.endsWith(module))),
  )
)
  throw new Error(`the command has come to use the rules in ${LOADED_LATER.join(', ')}: bundle them again`);
writeFileSync('dist/cli.js', `#!/usr/bin/env node\n${readFileSync('dist/cli.js', 'utf8')}`);
chmodSync('dist/cli.js', 0o755);

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.config/tsconfig.types.json'], {
  stdio: 'inherit',
});
cpSync('generated/validators', 'dist/types/generated/validators', {
  recursive: true,
  filter: (path) => !path.endsWith('.js'),
});

// generated/ has parts of Ajv, and the types have parts of openapi-fetch.
const packages = new Set(['node_modules/ajv', 'node_modules/openapi-fetch']);
for (const { metafile } of [portable, command, bulk]) {
  for (const input of Object.keys(metafile.inputs)) {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (folder) packages.add(folder);
  }
}
const licences = [...packages].sort().map((folder) => {
  const name = folder.replace(/^.*node_modules\//, '');
  return `${name} (parts of it are bundled)\n\n${licenceOf(folder)}`;
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences.join('\n---\n\n'));

function licenceOf(folder: string): string {
  const [name] = readdirSync(folder).filter((each) => /^licen[cs]e/i.test(each));
  if (!name) throw new Error(`${folder} has no licence`);
  return readFileSync(`${folder}/${name}`, 'utf8');
}
