// Every rule is an error. A disable comment needs a reason after `--`, and an unused one fails.
import tseslint from 'typescript-eslint';

const noDefaultOrEnum = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name; a default export has no name to search for.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of words; enums are not erasable.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'native/', 'node_modules/', 'integration/fixtures/', '.tmp/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/strict-boolean-expressions': ['error', { allowString: false, allowNumber: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Ports are interfaces with methods, built as closures: there is no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // Strings are spread where their code points are what is wanted.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', ...noDefaultOrEnum],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: {
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is an argument.' },
        { object: 'process', property: 'platform', message: 'The platform is an argument.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts', 'src/sandbox/package-directory.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...noDefaultOrEnum,
        {
          selector: 'MetaProperty',
          message: 'The build joins files: ask packageDirectory() where the package is.',
        },
      ],
    },
  },
  {
    // The edges, where the world is read once and handed on.
    files: [
      'src/cli/main.ts',
      // Where the host of an embedding program is looked at, once, as a default.
      'src/embed/**',
      'src/runtime/create-shell-runtime.ts',
      'src/runtime/command-writes.ts',
      'src/runtime/ask-host.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [
      'src/runtime/process/**',
      // The user's own program that prints a key, before any command of a model.
      'src/exec/model/read-token.ts',
      // The user's own program that answers questions; it has to lie where no command can write.
      'src/cli/exec/approver.ts',
      // Programs of the system, by their whole path, after a person confirmed it.
      'src/cli/setup/system-tools.ts',
      'src/**/*.test.ts',
      'src/sandbox/ensure-launcher.ts',
      'src/sandbox/probe-host*.ts',
      'src/launcher/**',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'node:child_process', message: 'Processes are started in src/runtime/process.' },
        { name: 'child_process', message: 'Processes are started in src/runtime/process.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'vitest.config.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      'no-restricted-syntax': 'off',
    },
  },
);
