/** What can be seen of shell without running it: that what it names exists. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { scenarioTable } from '../../contract-tests/mock/table.ts';
import { variables } from '../../contract-tests/staging/settings.ts';
import { root } from '../support/built.ts';
import { readDocument } from '../support/doc-blocks.ts';

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
  [/^npm install && npm (\w+)$/g, (script) => expect(backend.scripts).toHaveProperty(script)],
  [/^npx (tsc)\b/g, () => expect(manifest.devDependencies).toHaveProperty('typescript')],
  [/^npx vitest run --config (\S+) (\S+)$/g, (...paths) => paths.forEach(exists)],
  [
    /--package=([^\s@]*@?[^\s@]+)@([\d.]+)/g,
    (name, version) => expect(manifest.devDependencies[name]).toBe(version),
  ],
  [/^ +prism mock -p \d+ node_modules\/ifortepay-va\/(\S+)$/g, exists],
  [
    /^node (\S+\.ts) (--\w+) /g,
    (path, option) => expect(readDocument(path)).toContain(`.option('${option} `),
  ],
  [
    /^export (.*)$/g,
    (assignments) => {
      const names = assignments.match(/\b[A-Z_]+(?==)/g);
      expect(variables.map(([name]) => name)).toEqual(expect.arrayContaining(names!));
    },
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
