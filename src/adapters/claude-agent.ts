// `cordon/claude-agent`: the tool of an MCP server in process, for `createSdkMcpServer` of the Claude Agent SDK, and the
// question that goes with it. Plain objects in its shapes (0.3): nothing of it is imported.
import * as z from 'zod';
import type { ShellRuntime } from '../runtime/index.ts';
import { type CommandFields, commandFields, commandInput, describeCommandTool } from './command-fields.ts';
import { wouldAsk } from './framework-approvals.ts';
import { type AdapterOptions, type CommandAnswer, notRun, runCommand } from './run-command.ts';

export { type FrameworkApprovals, frameworkApprovals } from './framework-approvals.ts';
export type { AdapterOptions } from './run-command.ts';

export interface ShellServerOptions extends AdapterOptions {
  /** The key of this server in `mcpServers`. Default `cordon`. */
  readonly server?: string | undefined;
}

type PermissionResult =
  { behavior: 'allow'; updatedInput?: Record<string, unknown> } | { behavior: 'deny'; message: string };

/** The SDK's own function of this name: asks a person about a call of a tool. */
export type CanUseTool<Options, Result> = (
  toolName: string,
  input: Record<string, unknown>,
  options: Options,
) => Promise<Result>;

export interface ShellTool {
  name: string;
  description: string;
  inputSchema: typeof commandFields;
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; openWorldHint: boolean };
  handler(
    fields: Record<string, unknown>,
    extra: unknown,
  ): Promise<{ content: { type: 'text'; text: string }[]; isError: boolean }>;
}

export interface ShellServer {
  /** For `createSdkMcpServer`. */
  readonly tools: ShellTool[];
  /**
   * For `canUseTool` of `query`: `ask` is called about commands that need it, and about every tool that is not ours; the
   * other commands just run. The tool must not be listed in `allowedTools`, which asks nobody.
   */
  canUseTool<Options, Result>(
    ask: CanUseTool<Options, Result>,
  ): CanUseTool<Options, Result | { behavior: 'allow'; updatedInput: Record<string, unknown> }>;
}

/**
 * @example
 * ```ts
 * const approvals = frameworkApprovals();
 * await using runtime = await createShellRuntime({ workspace: process.cwd(), reviewer: approvals });
 * const { tools, canUseTool } = shellServer(runtime, { approvals });
 * const cordon = createSdkMcpServer({ name: 'cordon', tools });
 * query({ prompt, options: { mcpServers: { cordon }, canUseTool: canUseTool(askMyUser) } });
 * ```
 */
export function shellServer(
  runtime: ShellRuntime,
  { approvals, server = 'cordon' }: ShellServerOptions = {},
): ShellServer {
  /** What was said yes to and has not run yet, by what it is: a call does not say which question it answers. */
  const approved: string[] = [];
  const toolName = `mcp__${server}__shell`;
  return {
    tools: [
      {
        name: 'shell',
        description: describeCommandTool,
        inputSchema: commandFields,
        annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
        handler: async (given, extra) => {
          const read = z.strictObject(commandFields).safeParse(given);
          if (!read.success) return told(notRun(z.prettifyError(read.error)));
          const fields = read.data;
          const at = approved.indexOf(keyOf(fields));
          if (at !== -1) approved.splice(at, 1);
          const call = { isApproved: at !== -1, approvals, signal: signalOf(extra) };
          return told(await runCommand(runtime, commandInput(fields), call));
        },
      },
    ],
    canUseTool: (ask) => async (name, input, options) => {
      if (name !== toolName) return await ask(name, input, options);
      // Without `approvals` the runtime asks its own reviewer, while the tool runs.
      if (!wouldAsk(runtime, approvals, [commandInput(fieldsOf(input))]))
        return { behavior: 'allow', updatedInput: input };
      const answer = await ask(name, input, options);
      const said = Object(answer) as PermissionResult;
      if (said.behavior === 'allow') remember(keyOf(fieldsOf(said.updatedInput ?? input)));
      return answer;
    },
  };

  function remember(key: string): void {
    approved.push(key);
    if (approved.length > mostWaiting) approved.shift();
  }
}

function told({ text, exitCode }: CommandAnswer): Awaited<ReturnType<ShellTool['handler']>> {
  return { content: [{ type: 'text', text }], isError: exitCode === null };
}

const mostWaiting = 100;

function fieldsOf(input: Record<string, unknown>): CommandFields {
  return input as unknown as CommandFields;
}

function keyOf({ command, workdir, timeout_ms }: CommandFields): string {
  return JSON.stringify([command, workdir ?? null, timeout_ms ?? null]);
}

function signalOf(extra: unknown): AbortSignal | undefined {
  const { signal } = Object(extra) as { readonly signal?: unknown };
  return signal instanceof AbortSignal ? signal : undefined;
}
