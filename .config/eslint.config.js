import tseslint from 'typescript-eslint';

const nodeOnly = ['Buffer', 'process', '__dirname', '__filename', 'setImmediate', 'require'];

export default tseslint.config(
  { ignores: ['generated/', 'dist/', '**/node_modules/', 'contract-tests/reports/'] },
  tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    // src/ runs wherever fetch and WebCrypto do; only the command, bulk and what is made for undici may use Node.
    files: ['src/**'],
    ignores: ['src/cli/**', 'src/bulk/**', 'src/undici.ts'],
    rules: {
      'no-restricted-globals': ['error', ...nodeOnly],
      'no-restricted-imports': ['error', { patterns: ['node:*', '**/contract-tests/**', '**/cli/**'] }],
      'no-console': 'error',
    },
  },
);
