import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../domain/index.ts';
import { checkExecInput, checkSessionInput, checkWriteOptions } from './check-input.ts';
import { checkOptions } from './check-options.ts';
import type { ShellRuntimeOptions } from './shell-runtime.ts';

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
  {
    says: 'an option that does not exist',
    option: { denyReads: [] },
    want: '`denyReads`: there is none; did you mean `denyRead`?',
  },
  {
    says: 'a misspelled part of an option',
    option: { environment: { excludes: ['AWS_*'] } },
    want: '`environment.excludes`: there is none; did you mean `environment.exclude`?',
  },
  {
    says: 'a part that only the policy room has',
    option: { rules: { enabled: false } },
    want: '`rules.enabled`: there is none; there are files, home, system, trustedProjects',
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
      concurrentRuns: 4,
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
    want: "`stdin`: expected text, a source of bytes, or a stdin mode other than 'open', got a value of type object",
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
  {
    says: 'a field of another name',
    input: { command: 'ls', deadline: 5 },
    want: '`deadline`: there is none; there are access, callId, changes, command, cwd, env, isolated, login, proposedPrefix, shell, stdin, timeoutMs, trace',
  },
  {
    says: 'a field with half a name',
    input: { command: 'ls', timeout: 5 },
    want: '`timeout`: there is none; did you mean `timeoutMs`?',
  },
  {
    says: 'a misspelled field below another',
    input: { command: 'ls', access: { kind: 'unsandboxed', justificaton: 'x' } },
    want: '`access.justificaton`: there is none; did you mean `access.justification`?',
  },
  {
    says: 'a misspelled field',
    input: { command: 'ls', timeoutMS: 5 },
    want: '`timeoutMS`: there is none; did you mean `timeoutMs`?',
  },
];

const badSession: readonly { says: string; input: unknown; want: string }[] = [
  {
    says: 'a terminal that is a word',
    input: { command: 'ls', tty: 'yes' },
    want: '`tty`: expected true or false, got "yes"',
  },
  {
    says: 'a misspelled wait',
    input: { command: 'ls', yieldMS: 5 },
    want: '`yieldMS`: there is none; did you mean `yieldMs`?',
  },
  {
    says: 'a wait that is a word',
    input: { command: 'ls', yieldMs: '250' },
    want: '`yieldMs`: expected a number of milliseconds, got "250"',
  },
  {
    says: 'an end it cannot wait for',
    input: { command: 'ls', until: 'prompt' },
    want: "`until`: expected 'time' or 'exit', got \"prompt\"",
  },
  {
    says: 'half a size',
    input: { command: 'ls', tty: true, size: { rows: 24 } },
    want: '`size`: expected rows and cols from 1 to 1000, got a value of type object',
  },
  {
    says: 'bytes to read',
    input: { command: 'ls', stdin: { kind: 'bytes', bytes: new Uint8Array() } },
    want: "`stdin`: expected 'closed' or 'open', got a value of type object",
  },
];

const badWrite: readonly { says: string; input: unknown; want: string }[] = [
  {
    says: 'keys that are a list',
    input: { sessionId: 1000, chars: ['x'] },
    want: '`chars`: expected text, got a list',
  },
  {
    says: 'no session',
    input: { chars: 'x' },
    want: '`sessionId`: expected the number of a session, got a value of type undefined',
  },
  {
    says: 'an id that is text',
    input: { sessionId: '1000', chars: '' },
    want: '`sessionId`: expected the number of a session, got "1000"',
  },
  {
    says: 'a misspelled field',
    input: { sessionId: 1000, chars: '', yieldMs: 1, untl: 'exit' },
    want: '`untl`: there is none; did you mean `until`?',
  },
];

const calls: readonly {
  kind: string;
  rows: typeof badInput;
  check: (input: never) => void;
}[] = [
  { kind: 'a command', rows: badInput, check: checkExecInput },
  { kind: 'an opening', rows: [...badInput.slice(0, 3), ...badSession], check: checkSessionInput },
  { kind: 'a write', rows: badWrite, check: checkWriteOptions },
];

describe.each(calls)('the fields of $kind', ({ rows, check }) => {
  it.each(rows)('do not hold $says', ({ input, want }) => {
    expect(messageOf(() => check(input as never))).toBe(`Cannot use the option ${want}`);
  });
});
