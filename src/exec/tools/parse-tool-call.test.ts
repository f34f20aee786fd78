import { describe, expect, it } from 'vitest';
import type { ModelCall } from './model-call.ts';
import { parseToolCall } from './parse-tool-call.ts';

const plain = { workdir: undefined, access: { kind: 'default' }, proposedPrefix: undefined } as const;
const asked = (name: string, args: unknown): ModelCall => ({
  callId: 'c1',
  name,
  arguments: name === 'local_shell' || typeof args === 'string' ? args : JSON.stringify(args),
  answerType: 'function_call_output',
});

const rows: readonly { says: string; name: string; args: unknown; want: unknown }[] = [
  {
    says: 'shell is an argv with a JSON answer',
    name: 'shell',
    args: { command: ['echo', 'hi'], workdir: 'src', timeout_ms: 500 },
    want: {
      kind: 'shell',
      answer: 'json',
      command: ['echo', 'hi'],
      login: false,
      timeoutMs: 500,
      ...plain,
      workdir: 'src',
    },
  },
  {
    says: 'shell_command is a script with a plain answer',
    name: 'shell_command',
    args: { command: 'echo hi', login: true },
    want: {
      kind: 'shell',
      answer: 'freeform',
      command: 'echo hi',
      login: true,
      timeoutMs: undefined,
      ...plain,
    },
  },
  {
    says: 'local_shell takes its action as it is',
    name: 'local_shell',
    args: { type: 'exec', command: ['ls'], working_directory: '/srv', timeout_ms: 1, env: {}, user: null },
    want: {
      kind: 'shell',
      answer: 'json',
      command: ['ls'],
      login: false,
      timeoutMs: 1,
      ...plain,
      workdir: '/srv',
    },
  },
  {
    says: 'exec_command has its defaults',
    name: 'exec_command',
    args: { cmd: 'ls' },
    want: {
      kind: 'exec-command',
      script: 'ls',
      shell: undefined,
      login: false,
      tty: false,
      yieldMs: 10_000,
      maxOutputTokens: 10_000,
      ...plain,
    },
  },
  {
    says: 'exec_command keeps what it is given, within limits',
    name: 'exec_command',
    args: {
      cmd: 'ls',
      workdir: '',
      shell: 'zsh',
      login: true,
      tty: true,
      yield_time_ms: 1,
      max_output_tokens: 50_000,
      prefix_rule: ['ls'],
    },
    want: {
      kind: 'exec-command',
      script: 'ls',
      shell: 'zsh',
      login: true,
      tty: true,
      yieldMs: 250,
      maxOutputTokens: 10_000,
      ...plain,
      proposedPrefix: ['ls'],
    },
  },
  {
    says: 'a long wait is cut to half a minute',
    name: 'exec_command',
    args: { cmd: 'ls', yield_time_ms: 3_600_000 },
    want: {
      kind: 'exec-command',
      script: 'ls',
      shell: undefined,
      login: false,
      tty: false,
      yieldMs: 30_000,
      maxOutputTokens: 10_000,
      ...plain,
    },
  },
  {
    says: 'write_stdin names a session',
    name: 'write_stdin',
    args: { session_id: 7, chars: 'y\n', yield_time_ms: 300, max_output_tokens: 5 },
    want: { kind: 'write-stdin', sessionId: 7, chars: 'y\n', yieldMs: 300, maxOutputTokens: 5 },
  },
  {
    says: 'more access is asked for in the newer words',
    name: 'exec_command',
    args: { cmd: 'ls', sandbox_permissions: 'require_escalated', justification: 'network' },
    want: {
      kind: 'exec-command',
      script: 'ls',
      shell: undefined,
      login: false,
      tty: false,
      yieldMs: 10_000,
      maxOutputTokens: 10_000,
      ...plain,
      access: { kind: 'unsandboxed', justification: 'network' },
    },
  },
  {
    says: 'more access is asked for in the older words',
    name: 'shell',
    args: { command: ['ls'], with_escalated_permissions: true },
    want: {
      kind: 'shell',
      answer: 'json',
      command: ['ls'],
      login: false,
      timeoutMs: undefined,
      ...plain,
      access: { kind: 'unsandboxed', justification: '' },
    },
  },
  {
    says: 'null is the same as nothing',
    name: 'shell',
    args: { command: ['ls'], workdir: null, timeout_ms: null, justification: null },
    want: { kind: 'shell', answer: 'json', command: ['ls'], login: false, timeoutMs: undefined, ...plain },
  },
  {
    says: 'an older name of the deadline is understood',
    name: 'shell',
    args: { command: ['ls'], timeout: 9 },
    want: { kind: 'shell', answer: 'json', command: ['ls'], login: false, timeoutMs: 9, ...plain },
  },
  {
    says: 'a key from nowhere is ignored',
    name: 'write_stdin',
    args: { session_id: 1, hello: 1 },
    want: { kind: 'write-stdin', sessionId: 1, chars: '', yieldMs: undefined, maxOutputTokens: 10_000 },
  },
  { says: 'an unknown tool', name: 'update_plan', args: {}, want: 'unsupported call: update_plan' },
  {
    says: 'a tool named like the prototype',
    name: 'constructor',
    args: {},
    want: 'unsupported call: constructor',
  },
  { says: 'no command', name: 'shell', args: { command: [] }, want: 'command args are empty' },
  { says: 'an empty script', name: 'exec_command', args: { cmd: ' \n' }, want: 'command args are empty' },
  {
    says: 'an empty shell_command',
    name: 'shell_command',
    args: { command: '' },
    want: 'command args are empty',
  },
  {
    says: 'a missing key',
    name: 'exec_command',
    args: {},
    want: 'failed to parse function arguments: cmd: Invalid input: expected string, received undefined',
  },
  {
    says: 'a script in the place of an argv',
    name: 'shell',
    args: { command: 'ls' },
    want: 'failed to parse function arguments: command: Invalid input: expected array, received string',
  },
  {
    says: 'a number as text',
    name: 'shell',
    args: { command: ['ls'], timeout_ms: '5' },
    want: 'failed to parse function arguments: timeout_ms: Invalid input: expected number, received string',
  },
  {
    says: 'a deadline that would overflow the timer',
    name: 'shell',
    args: { command: ['ls'], timeout_ms: 2_147_483_648 },
    want: 'failed to parse function arguments: timeout_ms: Too big: expected number to be <=86400000',
  },
  {
    says: 'a NUL in a command',
    name: 'exec_command',
    args: { cmd: 'ls\0-la' },
    want: 'failed to parse function arguments: cmd: must not contain a NUL character',
  },
  {
    says: 'a permission nobody knows',
    name: 'exec_command',
    args: { cmd: 'ls', sandbox_permissions: 'all' },
    want: 'failed to parse function arguments: sandbox_permissions: Invalid option: expected one of "use_default"|"require_escalated"',
  },
  {
    says: 'a list of arguments',
    name: 'shell',
    args: '[]',
    want: 'failed to parse function arguments: Invalid input: expected object, received array',
  },
  {
    says: 'variables for local_shell, which would not be set',
    name: 'local_shell',
    args: { command: ['ls'], env: { A: 'b' } },
    want: 'failed to parse function arguments: env is not supported, set variables in the command',
  },
  {
    says: 'another user for local_shell',
    name: 'local_shell',
    args: { command: ['ls'], user: 'root' },
    want: 'failed to parse function arguments: user is not supported',
  },
];

describe('parseToolCall', () => {
  for (const { says, name, args, want } of rows)
    it(`${typeof want === 'string' ? 'refuses ' : ''}${says}`, () => {
      const parsed = parseToolCall(asked(name, args));
      expect(parsed.ok ? parsed.value : parsed.error).toEqual(want);
    });

  it('refuses arguments that are no JSON', () => {
    const parsed = parseToolCall(asked('shell', '{"command":'));
    expect(parsed).toEqual({
      ok: false,
      error: expect.stringMatching(/^failed to parse function arguments: .*JSON/),
    });
  });

  it('refuses arguments that came as an object', () => {
    const call = { ...asked('shell', ''), arguments: { command: ['ls'] } };
    expect(parseToolCall(call)).toEqual({
      ok: false,
      error: 'failed to parse function arguments: expected JSON text',
    });
  });
});
