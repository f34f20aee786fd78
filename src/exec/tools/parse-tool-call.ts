// From a model's arguments to a ToolCall, or to one sentence the model can act on. Types are never coerced; keys
// nobody knows are ignored, because models invent them and the ones that matter are all known.
import * as z from 'zod';
import { type Argv, err, isNonEmpty, ok, type RequestedAccess, type Result } from '../../domain/index.ts';
import { findPatch } from '../patch/find-patch.ts';
import type { ModelCall } from './model-call.ts';
import type { ToolCall } from './tool-call.ts';

export function parseToolCall(call: ModelCall): Result<ToolCall, string> {
  const reader = Object.hasOwn(readers, call.name) ? readers[call.name] : undefined;
  if (reader === undefined) return err(unsupported(call));
  if (call.answerType === 'custom_tool_call_output')
    return call.name === 'apply_patch' && typeof call.arguments === 'string'
      ? ok(patchCall(call.arguments))
      : err(`unsupported custom tool call: ${call.name}`);
  const raw = call.name === 'local_shell' ? ok(call.arguments) : jsonIn(call.arguments);
  if (!raw.ok) return raw;
  const read = reader(raw.value);
  return read.ok ? ok(asPatch(read.value)) : read;
}

/** The newest models know one tool that runs code which calls the others; there is none here, and they learn what is. */
function unsupported({ name, answerType }: ModelCall): string {
  if (answerType !== 'custom_tool_call_output') return `unsupported call: ${name}`;
  const hint =
    name === 'exec'
      ? '. Code is not run here: call the function exec_command with {"cmd": "..."} for a shell command, or apply_patch to edit files'
      : '';
  return `unsupported custom tool call: ${name}${hint}`;
}

function patchCall(patch: string, workdir?: string): ToolCall {
  return { kind: 'patch', patch, answer: 'freeform', workdir, directory: undefined };
}

/** A command that is nothing but a patch is carried out as one: every path of it is judged before it is written. */
function asPatch(call: ToolCall): ToolCall {
  if (call.kind !== 'shell' && call.kind !== 'exec-command') return call;
  const found = findPatch(call.kind === 'shell' ? call.command : call.script);
  if (found === undefined) return call;
  const answer = call.kind === 'shell' ? call.answer : 'chunk';
  return { kind: 'patch', ...found, answer, workdir: call.workdir };
}

const badArguments = (what: string): { readonly ok: false; readonly error: string } =>
  err(`failed to parse function arguments: ${what}`);

function jsonIn(text: unknown): Result<unknown, string> {
  if (typeof text !== 'string') return badArguments('expected JSON text');
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return badArguments(error instanceof Error ? error.message : 'expected JSON text');
  }
}

const text = z.string().refine((value) => !value.includes('\0'), 'must not contain a NUL character');
/** A day. Longer values would overflow the timer and fire at once. */
const milliseconds = z.int().min(1).max(86_400_000);
const tokens = z.int().min(1).max(10_000_000);

const commandWish = {
  workdir: text.nullish(),
  sandbox_permissions: z.enum(['use_default', 'require_escalated']).nullish(),
  with_escalated_permissions: z.boolean().nullish(),
  justification: z.string().nullish(),
  prefix_rule: z.array(text).nullish(),
};
const deadline = { timeout_ms: milliseconds.nullish(), timeout: milliseconds.nullish() };

const shell = z.object({ command: z.array(text), ...deadline, ...commandWish });
const shellCommand = z.object({ command: text, login: z.boolean().nullish(), ...deadline, ...commandWish });
const localShell = z.object({
  command: z.array(text),
  working_directory: text.nullish(),
  timeout_ms: milliseconds.nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  user: z.string().nullish(),
});
const execCommand = z.object({
  cmd: text,
  shell: text.nullish(),
  login: z.boolean().nullish(),
  tty: z.boolean().nullish(),
  yield_time_ms: z.int().min(0).nullish(),
  max_output_tokens: tokens.nullish(),
  ...commandWish,
});
const writeStdin = z.object({
  session_id: z.int(),
  chars: z.string().nullish(),
  yield_time_ms: z.int().min(0).nullish(),
  max_output_tokens: tokens.nullish(),
});

const applyPatch = z.object({
  input: z.string().nullish(),
  patch: z.string().nullish(),
  workdir: text.nullish(),
});

const viewImage = z.object({ path: text.min(1) });

const maxOutputTokens = 10_000;

const readers: Readonly<Record<string, (raw: unknown) => Result<ToolCall, string>>> = {
  shell: (raw) =>
    reading(shell, raw, (args) => {
      if (!isNonEmpty(args.command)) return err('command args are empty');
      const timeoutMs = args.timeout_ms ?? args.timeout ?? undefined;
      return ok({
        kind: 'shell',
        answer: 'json',
        command: args.command,
        login: false,
        timeoutMs,
        ...wish(args),
      });
    }),
  shell_command: (raw) =>
    reading(shellCommand, raw, (args) => {
      if (args.command.trim() === '') return err('command args are empty');
      const timeoutMs = args.timeout_ms ?? args.timeout ?? undefined;
      const login = args.login ?? false;
      return ok({
        kind: 'shell',
        answer: 'freeform',
        command: args.command,
        login,
        timeoutMs,
        ...wish(args),
      });
    }),
  local_shell: (raw) =>
    reading(localShell, raw, (args) => {
      if (!isNonEmpty(args.command)) return err('command args are empty');
      // Running without them would be another command than the one that was asked for.
      if (Object.keys(args.env ?? {}).length > 0)
        return badArguments('env is not supported, set variables in the command');
      if ((args.user ?? '') !== '') return badArguments('user is not supported');
      return ok({
        kind: 'shell',
        answer: 'json',
        command: args.command,
        login: false,
        timeoutMs: args.timeout_ms ?? undefined,
        ...wish({ workdir: args.working_directory }),
      });
    }),
  exec_command: (raw) =>
    reading(execCommand, raw, (args) => {
      if (args.cmd.trim() === '') return err('command args are empty');
      return ok({
        kind: 'exec-command',
        script: args.cmd,
        shell: args.shell === '' ? undefined : (args.shell ?? undefined),
        login: args.login ?? false,
        tty: args.tty ?? false,
        yieldMs: Math.min(30_000, Math.max(250, args.yield_time_ms ?? 10_000)),
        maxOutputTokens: Math.min(maxOutputTokens, args.max_output_tokens ?? maxOutputTokens),
        ...wish(args),
      });
    }),
  apply_patch: (raw) =>
    reading(applyPatch, raw, (args) => {
      const patch = args.input ?? args.patch ?? undefined;
      if (patch === undefined) return badArguments('input: expected the patch as text');
      return ok(patchCall(patch, args.workdir ?? undefined));
    }),
  view_image: (raw) => reading(viewImage, raw, ({ path }) => ok({ kind: 'picture', path })),
  write_stdin: (raw) =>
    reading(writeStdin, raw, (args) =>
      ok({
        kind: 'write-stdin',
        sessionId: args.session_id,
        chars: args.chars ?? '',
        yieldMs: args.yield_time_ms ?? undefined,
        maxOutputTokens: Math.min(maxOutputTokens, args.max_output_tokens ?? maxOutputTokens),
      }),
    ),
};

function reading<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  build: (args: T) => Result<ToolCall, string>,
): Result<ToolCall, string> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return build(parsed.data);
  const told = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  return badArguments(told.join('; '));
}

interface WishFields {
  readonly workdir?: string | null | undefined;
  readonly sandbox_permissions?: 'use_default' | 'require_escalated' | null | undefined;
  readonly with_escalated_permissions?: boolean | null | undefined;
  readonly justification?: string | null | undefined;
  readonly prefix_rule?: readonly string[] | null | undefined;
}

function wish(args: WishFields): {
  readonly workdir: string | undefined;
  readonly access: RequestedAccess;
  readonly proposedPrefix: Argv | undefined;
} {
  const escalated =
    args.sandbox_permissions === 'require_escalated' || args.with_escalated_permissions === true;
  const prefix = args.prefix_rule ?? [];
  return {
    workdir: args.workdir === '' ? undefined : (args.workdir ?? undefined),
    access: escalated
      ? { kind: 'unsandboxed', justification: args.justification ?? '' }
      : { kind: 'default' },
    proposedPrefix: isNonEmpty(prefix) ? prefix : undefined,
  };
}
