import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../domain/index.ts';
import { checkInput, checkOptions } from './check-options.ts';
import type { ExecInput, ShellRuntimeOptions } from './shell-runtime.ts';

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'E_BAD_OPTION') return error.message;
    throw error;
  }
  return 'fine';
}

const bad: readonly { says: string; option: unknown; want: string }[] = [
  {
    says: 'no options',
    option: undefined,
    want: '`options`: expected an object, got a value of type undefined',
  },
  {
    says: 'no workspace',
    option: {},
    want: '`workspace`: expected an absolute path, got a value of type undefined',
  },
  {
    says: 'a relative workspace',
    option: { workspace: 'src' },
    want: '`workspace`: expected an absolute path, got "src"',
  },
  {
    says: 'a misspelled mode',
    option: { sandbox: 'workspace' },
    want: '`sandbox`: expected a sandbox mode, got "workspace"',
  },
  { says: 'an option that does not exist', option: { denyReads: [] }, want: '`denyReads`: there is none' },
  {
    says: 'a misspelled part of an option',
    option: { environment: { excludes: ['AWS_*'] } },
    want: '`environment.excludes`: there is none',
  },
  {
    says: 'a part that only the policy room has',
    option: { rules: { enabled: false } },
    want: '`rules.enabled`: there is none',
  },
  {
    says: 'a policy of another tool',
    option: { approvalPolicy: 'always' },
    want: '`approvalPolicy`: expected an approval policy, got "always"',
  },
  {
    says: 'half a granular policy',
    option: { approvalPolicy: { kind: 'granular', rules: true } },
    want: '`approvalPolicy`: expected an approval policy, got a value of type object',
  },
  {
    says: 'a function for a reviewer',
    option: { reviewer: () => undefined },
    want: '`reviewer`: expected an object with a review method, got a value of type function',
  },
  {
    says: 'no time to answer',
    option: { reviewTimeoutMs: 0 },
    want: '`reviewTimeoutMs`: expected a number of milliseconds above 0 and up to 2147483647, got 0',
  },
  {
    says: 'a deadline no timer can hold',
    option: { defaultTimeoutMs: 2 ** 31 },
    want: "`defaultTimeoutMs`: expected a number of milliseconds above 0 and up to 2147483647, or 'none', got 2147483648",
  },
  {
    says: 'a deadline that is no number',
    option: { defaultTimeoutMs: Number.NaN },
    want: "`defaultTimeoutMs`: expected a number of milliseconds above 0 and up to 2147483647, or 'none', got NaN",
  },
  {
    says: 'a relative home',
    option: { rules: { home: '.cordon' } },
    want: '`rules`: expected rule locations with absolute paths, got a value of type object',
  },
  {
    says: 'a secret where a word belongs',
    option: { network: 'sk-1234 5678' },
    want: "`network`: expected 'none' or 'full', got another text",
  },
];

describe('checkOptions', () => {
  it.each(bad)('refuses $says', ({ option, want }) => {
    const needsWorkspace = typeof option === 'object' && option !== null && !want.includes('`workspace`');
    const options = needsWorkspace ? { workspace: '/ws', ...option } : option;
    expect(messageOf(() => checkOptions(options as ShellRuntimeOptions))).toBe(
      `Cannot use the option ${want}`,
    );
  });

  it('accepts what the types describe', () => {
    const options: ShellRuntimeOptions = {
      workspace: '/ws',
      sandbox: 'read-only',
      approvalPolicy: { kind: 'granular', rules: true, sandbox: false },
      defaultTimeoutMs: 'none',
      rules: { home: '/home/me/.cordon', files: ['/r'] },
      environment: { inherit: 'core', set: { A: 'b' } },
      baseEnv: { A: undefined },
      sessionEnvironment: { TERM: 'xterm', PAGER: undefined },
      spareLauncher: false,
      maxPollMs: 60_000,
    };
    expect(messageOf(() => checkOptions(options))).toBe('fine');
  });
});

const badInput: readonly { says: string; input: unknown; want: string }[] = [
  {
    says: 'no command',
    input: {},
    want: '`command`: expected a script or a list of words that is not empty, got a value of type undefined',
  },
  {
    says: 'an empty argv',
    input: { command: [] },
    want: '`command`: expected a script or a list of words that is not empty, got a list',
  },
  {
    says: 'a word that is no text',
    input: { command: ['ls', 1] },
    want: '`command`: expected a script or a list of words that is not empty, got a list',
  },
  {
    says: 'an open stdin',
    input: { command: 'cat', stdin: { kind: 'open' } },
    want: "`stdin`: expected text or a stdin mode other than 'open', got a value of type object",
  },
  {
    says: 'an access of its own making',
    input: { command: 'ls', access: { kind: 'root' } },
    want: '`access`: expected a requested access, got a value of type object',
  },
  {
    says: 'an escape without a reason',
    input: { command: 'ls', access: { kind: 'unsandboxed' } },
    want: '`access`: expected a requested access, got a value of type object',
  },
  {
    says: 'a negative deadline',
    input: { command: 'ls', timeoutMs: -1 },
    want: "`timeoutMs`: expected a number of milliseconds above 0 and up to 2147483647, or 'none', got -1",
  },
];

describe('checkInput', () => {
  it.each(badInput)('refuses $says', ({ input, want }) => {
    expect(messageOf(() => checkInput(input as ExecInput))).toBe(`Cannot use the option ${want}`);
  });
});
