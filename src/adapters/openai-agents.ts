// `cordon/openai-agents`: what `shellTool`, `applyPatchTool` and a sandbox agent of the OpenAI Agents SDK are made of.
// Plain objects in the SDK's shapes (0.20): nothing of it is imported, so that neither needs the other's version.
import type { ShellRuntime } from '../runtime/index.ts';
import { wouldAsk } from './framework-approvals.ts';
import { type AdapterOptions, type CommandAnswer, runCommand } from './run-command.ts';

export { type FrameworkApprovals, frameworkApprovals } from './framework-approvals.ts';
export type { AdapterOptions } from './run-command.ts';
export { type Editor, editor, type EditorOptions, type EditorParts } from './openai-agents/editor.ts';
export {
  type SandboxClient,
  sandboxClient,
  type SandboxClientOptions,
} from './openai-agents/sandbox-client.ts';

export interface ShellOptions extends AdapterOptions {
  /** Ends the command that runs: the SDK tells a shell nothing of the signal of its run. */
  readonly signal?: AbortSignal | undefined;
  /** This process continues a run that was interrupted in another one. Default false. */
  readonly resumed?: boolean | undefined;
}

export interface ShellAction {
  readonly commands: string[];
  readonly timeoutMs?: number | undefined;
  readonly maxOutputLength?: number | undefined;
}

export interface ShellOutput {
  [key: string]: unknown;
  stdout: string;
  stderr: string;
  outcome: { type: 'timeout' } | { type: 'exit'; exitCode: number | null };
}

export interface ShellParts {
  readonly shell: {
    run(action: ShellAction): Promise<{ output: ShellOutput[]; maxOutputLength?: number }>;
  };
  readonly needsApproval: (context: unknown, action: ShellAction) => Promise<boolean>;
}

/**
 * Both parts of a shell tool: what runs the commands, each sandboxed, in their order; and whether the SDK asks first.
 *
 * A call that the SDK runs without having asked `needsApproval` about it was approved before: in a run that goes on, or
 * always. That is believed once `needsApproval` has been asked about another one, which shows that it is in use; a
 * process that continues the run of another says so by `resumed`.
 *
 * @example
 * ```ts
 * const approvals = frameworkApprovals();
 * await using runtime = await createShellRuntime({ workspace: process.cwd(), reviewer: approvals });
 * const agent = new Agent({ name: 'Coder', tools: [shellTool(shell(runtime, { approvals }))] });
 * ```
 */
export function shell(
  runtime: ShellRuntime,
  { approvals, signal, resumed = false }: ShellOptions = {},
): ShellParts {
  const state = { isWired: resumed };
  const waved = new WeakSet<ShellAction>();
  return {
    needsApproval: async (_context, action) => {
      state.isWired = true;
      const asks = wouldAsk(runtime, approvals, inputsOf(action));
      // What was not asked about has nobody's yes, whatever the rules say by the time it runs.
      if (asks) waved.delete(action);
      else waved.add(action);
      return await Promise.resolve(asks);
    },
    shell: {
      run: async (action) => {
        const call = {
          isApproved: state.isWired && !waved.has(action),
          approvals,
          signal,
          maxBytes: action.maxOutputLength,
        };
        const output: ShellOutput[] = [];
        for (const input of inputsOf(action)) output.push(outputOf(await runCommand(runtime, input, call)));
        return {
          output,
          ...(action.maxOutputLength === undefined ? {} : { maxOutputLength: action.maxOutputLength }),
        };
      },
    },
  };
}

function inputsOf({ commands, timeoutMs }: ShellAction): { command: string; timeoutMs?: number }[] {
  // A model's words: null is how some of them leave out a number.
  const deadline = typeof timeoutMs === 'number' ? { timeoutMs } : {};
  return commands.map((command) => ({ command, ...deadline }));
}

function outputOf({ stdout, stderr, timedOut, exitCode }: CommandAnswer): ShellOutput {
  return { stdout, stderr, outcome: timedOut ? { type: 'timeout' } : { type: 'exit', exitCode } };
}
