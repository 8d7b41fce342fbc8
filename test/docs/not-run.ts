/** The shell in the documents that is not run by blocks.test.ts, and why. What can be seen without is checked. */
export const NOT_RUN: readonly { file: string; begins: string; why: string }[] = [
  {
    file: 'README.md',
    begins: 'npm install ifortepay-va',
    why: 'it takes the package from the registry; make consumers installs the packed tarball',
  },
  {
    file: 'README.md',
    begins: 'make demo',
    why: 'it builds dist/ under the suites that read it, and make test is this run; run.test.ts runs the demo itself',
  },
  { file: 'CONTRIBUTING.md', begins: 'make demo', why: 'as in the README' },
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
    begins: 'npm run -s contract:staging',
    why: 'it is for staging, likewise',
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
    begins: 'npm install && npm start',
    why: 'it takes packages from the registry; make consumers installs the tarball and starts the backend',
  },
  {
    file: 'examples/frontend/README.md',
    begins: 'make frontend',
    why: 'it runs until Ctrl-C; make browser runs it',
  },
];
