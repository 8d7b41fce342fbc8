/** The shell in the documents that is not run, why, and what can be seen of it all the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { scenarioTable } from '../../contract-tests/mock/table.ts';
import { variables } from '../../contract-tests/staging/settings.ts';
import { root } from '../support/built.ts';
import { readDocument } from '../support/doc-blocks.ts';

/** Each with the reason; a block that begins so is not run. */
export const NOT_RUN: readonly { file: string; begins: string; why: string }[] = [
  {
    file: 'README.md',
    begins: 'make install build',
    why: 'it builds dist/ under the suites that read it; make consumers packs and installs the tarball',
  },
  {
    file: 'CONTRIBUTING.md',
    begins: 'make demo',
    why: 'it builds dist/ under the suites that read it, and make test is this run; run.test.ts runs the demo itself',
  },
  {
    file: 'CONTRIBUTING.md',
    begins: 'npx vitest run',
    why: 'it is a suite of this very run',
  },
  {
    file: 'CONTRIBUTING.md',
    begins: 'version=',
    why: 'it releases',
  },
  {
    file: 'docs/contract-checks.md',
    begins: 'export IFORTEPAY_MERCHANT_ID',
    why: 'it is for staging; staging.test.ts runs the same program against the sandbox',
  },
  {
    file: 'docs/contract-checks.md',
    begins: 'make contract-proxy',
    why: 'it passes traffic on to staging until Ctrl-C; contract-tests/proxy runs it against the sandbox',
  },
  {
    file: 'docs/contract-checks.md',
    begins: 'npm run -s contract -- --base-url',
    why: 'it is for a gateway of the reader; contract-tests/dredd/run.test.ts runs the same against the sandbox',
  },
  {
    file: 'docs/contract-checks.md',
    begins: 'npm run -s contract:staging',
    why: 'it is for staging, likewise',
  },
  {
    file: 'README.md',
    begins: 'npx ifortepay-va cancel-many',
    why: 'it asks, and needs a file of virtual accounts; test/command/many.test.ts runs it',
  },
  { file: 'docs/many.md', begins: '# IFORTEPAY_DATABASE', why: 'it needs a PostgreSQL' },
  {
    file: 'examples/many/README.md',
    begins: 'node examples/many/producer.ts',
    why: 'it needs a PostgreSQL; test/bulk/example.test.ts runs the same programs',
  },
  {
    file: 'docs/mock.md',
    begins: 'make mock',
    why: 'it runs until Ctrl-C; contract-tests/mock/main.test.ts runs it',
  },
  {
    file: 'docs/mock.md',
    begins: 'npx --yes',
    why: 'it takes Prism from the registry; the mock suites run the same version',
  },
  {
    file: 'docs/mock.md',
    begins: '# cancelVirtualAccount 200 canceled',
    why: 'contract-tests/mock/mock.test.ts runs each line against Prism',
  },
  {
    file: 'docs/upgrading.md',
    begins: 'npm install ifortepay-va@latest',
    why: 'it takes the package from the registry',
  },
  {
    file: 'examples/backend/README.md',
    begins: 'npm install ../../ifortepay-va-',
    why: 'it takes packages from the registry; make consumers installs the tarball and starts the backend',
  },
  {
    file: 'examples/frontend/README.md',
    begins: 'make frontend',
    why: 'it runs until Ctrl-C; make browser runs it',
  },
];

const manifest = JSON.parse(readDocument('package.json'));
const makefile = readDocument('Makefile');
const backend = JSON.parse(readDocument('examples/backend/package.json'));
const orders: { order_id: string }[] = JSON.parse(readDocument('examples/backend/orders.json'));

const exists = (path: string) => expect(existsSync(join(root, path)), path).toBe(true);

/** A line that matches names something; each match is checked. */
const LINES: [pattern: RegExp, check: (...parts: string[]) => void][] = [
  [/^make ([\w-]+)/g, (target) => expect(makefile).toMatch(new RegExp(`^${target}:.*## `, 'm'))],
  [/\bnpm run -s (\S+)/g, (script) => expect(manifest.scripts).toHaveProperty([script])],
  [/^npm install ([\w-]+)(?:@latest)?$/g, (name) => expect(name).toBe(manifest.name)],
  [
    /^make install build && npm pack$/g,
    () => expect(readDocument('Makefile')).toMatch(/^install:.*\n[^]*^build:/m),
  ],
  [
    /^cd \.\.\/your-project && npm install \.\.\/ifortepay-va\/(\S+\.tgz)$/g,
    (tarball) => expect(tarball).toBe(`${manifest.name}-${manifest.version}.tgz`),
  ],
  [
    /^npm install \.\.\/\.\.\/(\S+\.tgz) && npm (\w+)$/g,
    (tarball, script) => {
      expect(tarball).toBe(`${manifest.name}-${manifest.version}.tgz`);
      expect(backend.scripts).toHaveProperty(script);
    },
  ],
  [/^npx (tsc)\b/g, () => expect(manifest.devDependencies).toHaveProperty('typescript')],
  [/^npx vitest run --config (\S+) (\S+)$/g, (...paths) => paths.forEach(exists)],
  [
    /--package=([^\s@]*@?[^\s@]+)@([\d.]+)/g,
    (name, version) => expect(manifest.devDependencies[name]).toBe(version),
  ],
  [/^ +prism mock -p \d+ node_modules\/ifortepay-va\/(\S+)$/g, exists],
  [/^node (examples\/\S+\.ts)(?: \d+| &)$/g, exists],
  [/^node (\S+\.ts) (--\w+) /g, (path, option) => expect(readDocument(path)).toContain(`'${option} <`)],
  [
    /^export (.*)$/g,
    (assignments) => {
      const names = assignments.match(/\b[A-Z_]+(?==)/g);
      expect(variables.map(([name]) => name)).toEqual(expect.arrayContaining(names!));
    },
  ],
  [
    /^(?:npx )?ifortepay-va (cancel-many|many \w+)(?: |$)/g,
    (name) => expect(readDocument('src/cli/many/commands.ts')).toContain(`'${name.replace('many ', '')}'`),
  ],
  [
    /^# (IFORTEPAY_DATABASE) is postgres:/g,
    (name) => expect(readDocument('src/cli/help.ts')).toContain(name),
  ],
  [
    /^curl -X POST http:\/\/localhost:3000\/orders\/(\d+)\/cancel$/g,
    (id) => expect(orders.map(({ order_id }) => order_id)).toContain(id),
  ],
  // The workflow that publishes must come to the same version.
  [
    /^version=\$\(node -p '(.*)'\)$/g,
    (code) => expect(readDocument('.github/workflows/publish.yml')).toContain(code),
  ],
  [/^git (tag|push origin main) "v\$version"$/g, () => undefined],
];

/** Throws if the shell names what does not exist, or has a line of which nothing is known. */
export function checkWithoutRunning(script: string): void {
  if (script.startsWith('# cancelVirtualAccount')) return expect(scenarioTable()).toContain(script);
  for (const line of script.trimEnd().split('\n')) {
    const bare = line.replace(/ +#.*$/, '');
    const found = LINES.flatMap(([pattern, check]) =>
      [...bare.matchAll(pattern)].map(
        ([, ...parts]) =>
          () =>
            check(...parts),
      ),
    );
    if (found.length === 0) throw new Error(`Nothing checks this line: ${line}`);
    for (const check of found) check();
  }
}
