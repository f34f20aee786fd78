// `cordon/ai-sdk`: what `tool()` and the provider tools `openai.tools.shell` and `openai.tools.localShell` of the Vercel
// AI SDK are made of. Plain objects in its shapes (6): nothing of it is imported.
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isNonEmpty } from '../domain/index.ts';
import type { ExecInput, ShellRuntime } from '../runtime/index.ts';
import { wouldAsk } from './framework-approvals.ts';
import { type CommandFields, commandFields, commandInput, describeCommandTool } from './command-fields.ts';
import { type AdapterOptions, type CommandAnswer, notRun, runCommand } from './run-command.ts';

export { type FrameworkApprovals, frameworkApprovals } from './framework-approvals.ts';
export type { AdapterOptions } from './run-command.ts';

/** What the SDK hands to a tool beside its input. */
export interface ToolCall {
  readonly toolCallId: string;
  readonly messages: readonly unknown[];
  readonly abortSignal?: AbortSignal | undefined;
}

export interface ToolParts<Input, Output> {
  readonly needsApproval: (input: Input) => boolean;
  readonly execute: (input: Input, call: ToolCall) => Promise<Output>;
}

export interface CommandToolParts extends ToolParts<CommandFields, string> {
  readonly description: string;
  readonly inputSchema: z.ZodType<CommandFields, CommandFields>;
}

/**
 * For `tool()`: one command, its output and exit status as text.
 *
 * @example
 * ```ts
 * const approvals = frameworkApprovals();
 * await using runtime = await createShellRuntime({ workspace: process.cwd(), reviewer: approvals });
 * const answer = await generateText({ model, prompt, tools: { shell: tool(command(runtime, { approvals })) } });
 * ```
 */
export function command(runtime: ShellRuntime, options: AdapterOptions = {}): CommandToolParts {
  return {
    description: describeCommandTool,
    inputSchema: z.strictObject(commandFields),
    ...parts(runtime, options, {
      inputs: (input: CommandFields) => [commandInput(input)],
      output: (answers) => answers[0]?.text ?? '',
    }),
  };
}

interface ShellInput {
  readonly action: {
    readonly commands: string[];
    readonly timeoutMs?: number | undefined;
    readonly maxOutputLength?: number | undefined;
  };
}

interface ShellResult {
  output: {
    stdout: string;
    stderr: string;
    outcome: { type: 'timeout' } | { type: 'exit'; exitCode: number };
  }[];
}

/** For `openai.tools.shell()`. A command that did not run has exit code 126, as `cordon run` does. */
export function shell(
  runtime: ShellRuntime,
  options: AdapterOptions = {},
): ToolParts<ShellInput, ShellResult> {
  return parts(runtime, options, {
    inputs: ({ action: { commands, timeoutMs } }: ShellInput) =>
      commands.map((script) => ({ command: script, timeoutMs: timeoutMs ?? undefined })),
    maxBytes: ({ action }) => action.maxOutputLength ?? undefined,
    output: (answers) => ({
      output: answers.map(({ stdout, stderr, exitCode, timedOut }) => ({
        stdout,
        stderr,
        outcome: timedOut ? { type: 'timeout' } : { type: 'exit', exitCode: exitCode ?? 126 },
      })),
    }),
  });
}

interface LocalShellInput {
  readonly action: {
    readonly type: 'exec';
    readonly command: string[];
    readonly timeoutMs?: number | undefined;
    readonly user?: string | undefined;
    readonly workingDirectory?: string | undefined;
    readonly env?: Record<string, string> | undefined;
  };
}

/** For `openai.tools.localShell()`. Another user, and variables beside the command, are refused. */
export function localShell(
  runtime: ShellRuntime,
  options: AdapterOptions = {},
): ToolParts<LocalShellInput, { output: string }> {
  return parts(runtime, options, {
    inputs: ({ action }: LocalShellInput) => localInput(action),
    output: (answers) => ({ output: answers[0]?.text ?? '' }),
  });
}

function localInput(action: LocalShellInput['action']): ExecInput[] | string {
  const { command: argv, timeoutMs, user, workingDirectory, env } = action;
  // Running without them would be another command than the one that was asked for.
  if (Object.keys(env ?? {}).length > 0) return 'env is not supported, set variables in the command';
  if ((user ?? '') !== '') return 'user is not supported';
  if (!isNonEmpty(argv)) return 'command args are empty';
  const cwd = workingDirectory === '' ? undefined : (workingDirectory ?? undefined);
  return [{ command: argv, cwd, timeoutMs: timeoutMs ?? undefined }];
}

interface Shape<Input, Output> {
  /** A sentence: it cannot be run. */
  inputs(input: Input): ExecInput[] | string;
  maxBytes?(input: Input): number | undefined;
  output(answers: readonly CommandAnswer[]): Output;
}

function parts<Input, Output>(
  runtime: ShellRuntime,
  { approvals }: AdapterOptions,
  shape: Shape<Input, Output>,
): ToolParts<Input, Output> {
  return {
    needsApproval: (input) => {
      const inputs = shape.inputs(input);
      return typeof inputs !== 'string' && wouldAsk(runtime, approvals, inputs);
    },
    execute: async (input, call) => {
      const inputs = shape.inputs(input);
      if (typeof inputs === 'string') return shape.output([notRun(inputs)]);
      const isApproved = wasApproved(input, call);
      const how = { isApproved, approvals, maxBytes: shape.maxBytes?.(input), signal: call.abortSignal };
      const answers: CommandAnswer[] = [];
      for (const each of inputs) answers.push(await runCommand(runtime, each, how));
      return shape.output(answers);
    },
  };
}

/**
 * Whether the conversation holds a yes to exactly this call: the request for it, its answer, and the call with the input
 * that is executed now. A model chooses the ids of its calls, so an id alone says nothing.
 */
function wasApproved(input: unknown, { toolCallId, messages }: ToolCall): boolean {
  const all = messages.flatMap((message) => contentOf(message));
  const requests = all.filter((part) => part['type'] === 'tool-approval-request');
  const ids = requests.filter((part) => part['toolCallId'] === toolCallId).map((part) => part['approvalId']);
  const answers = all.filter(
    (part) => part['type'] === 'tool-approval-response' && ids.includes(part['approvalId']),
  );
  const calls = all.filter((part) => part['type'] === 'tool-call' && part['toolCallId'] === toolCallId);
  return (
    answers.length > 0 &&
    answers.every((part) => part['approved'] === true) &&
    calls.length > 0 &&
    calls.every((part) => isDeepStrictEqual(part['input'], input))
  );
}

function contentOf(message: unknown): Readonly<Record<string, unknown>>[] {
  const { content } = Object(message) as { readonly content?: unknown };
  return Array.isArray(content)
    ? content.filter((part): part is Record<string, unknown> => typeof part === 'object' && part !== null)
    : [];
}
