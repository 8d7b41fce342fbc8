/**
 * The one way that data flows: spec → generated → src → user. `contract-tests/` verifies the contract, `test/` the
 * package; both look at everything above them, nothing looks at them, and `contract-tests/` does not look at `test/`.
 */
const flow = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Two files that need each other are one topic, or a third file is missing.',
      severity: 'error',
      from: {},
      // A circle of types alone does not exist when the code runs, but it must be held in one head all the same.
      to: { circular: true },
    },
    flow(
      'spec-first',
      '^spec/',
      '^(generated|src|scripts|contract-tests|test|examples|docs|bench)/',
      'spec/ needs nothing.',
    ),
    flow(
      'scripts',
      '^scripts/',
      '^(src|contract-tests|test|examples|docs|bench)/',
      'What makes generated/ reads spec/ alone.',
    ),
    flow(
      'generated',
      '^generated/',
      '^(spec|scripts|src|contract-tests|test|examples|docs|bench)/',
      'generated/ needs nothing.',
    ),
    flow(
      'src',
      '^src/',
      '^(spec|scripts|contract-tests|test|examples|docs|bench)/',
      'src/ needs generated/ alone.',
    ),
    flow('core', '^src/[^/]+$', '^src/(cli|bulk)/', 'The client runs without the command and without bulk.'),
    flow(
      'contract-tests',
      '^contract-tests/',
      '^(test|examples|docs|bench)/',
      'What verifies the contract does not need what tests the package.',
    ),
    flow('examples', '^examples/(?!.*[.]?test)', '^test/', 'An example does not need a test.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/|^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], exportsFields: ['exports'] },
  },
};
