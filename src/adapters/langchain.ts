// `cordon/langchain`: both arguments of LangChain's `tool()`. Nothing of it is imported.
import * as z from 'zod';
import type { ShellRuntime } from '../runtime/index.ts';
import { type CommandFields, commandFields, commandInput, describeCommandTool } from './command-fields.ts';
import { type FrameworkApprovals, wouldAsk } from './framework-approvals.ts';
import { runCommand } from './run-command.ts';

export { type FrameworkApprovals, frameworkApprovals } from './framework-approvals.ts';

/** A command that somebody has to approve. */
export interface Question {
  readonly command: string;
  /** Undefined for the workspace. */
  readonly workdir: string | undefined;
}

export interface CommandOptions {
  /** With `ask`: the runtime's `reviewer` must be the same object. */
  readonly approvals?: FrameworkApprovals | undefined;
  /**
   * Asks the person of this graph; `true` is a yes, anything else a no. What it throws goes through, so `interrupt` of
   * LangGraph works. Default: the runtime's reviewer is asked.
   */
  readonly ask?: ((question: Question) => unknown) | undefined;
}

type Run = (input: CommandFields, config?: { readonly signal?: AbortSignal | undefined }) => Promise<string>;

interface Fields {
  name: string;
  description: string;
  schema: z.ZodType<CommandFields, CommandFields> & { readonly shape: unknown };
}

/**
 * @example
 * ```ts
 * await using runtime = await createShellRuntime({ workspace: process.cwd() });
 * const agent = createAgent({ model, tools: [tool(...command(runtime))] });
 * ```
 */
export function command(runtime: ShellRuntime, { approvals, ask }: CommandOptions = {}): [Run, Fields] {
  const run: Run = async (fields, config) => {
    const input = commandInput(fields);
    const mustAsk = ask !== undefined && wouldAsk(runtime, approvals, [input]);
    const isApproved = mustAsk && (await ask({ command: fields.command, workdir: fields.workdir })) === true;
    if (mustAsk && !isApproved) return 'The user declined to run this command.';
    const { text } = await runCommand(runtime, input, { isApproved, approvals, signal: config?.signal });
    return text;
  };
  return [run, { name: 'shell', description: describeCommandTool, schema: z.strictObject(commandFields) }];
}
