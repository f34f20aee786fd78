// The one tool that every framework with function tools gets: a command, where, and how long. Leaving the sandbox is not
// on offer: a framework's yes has one name, and could not mean it.
import * as z from 'zod';
import type { ExecInput } from '../runtime/index.ts';

export interface CommandFields {
  readonly command: string;
  readonly workdir?: string | undefined;
  readonly timeout_ms?: number | undefined;
}

export const describeCommandTool =
  'Runs a bash command in a sandbox to its end and returns its exit code and output. A refusal is final: do something else.';

const text = z
  .string()
  .min(1)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');

export type CommandShape = {
  command: z.ZodType<string, string>;
  workdir: z.ZodOptional<z.ZodType<string, string>>;
  timeout_ms: z.ZodOptional<z.ZodType<number, number>>;
};

export const commandFields: CommandShape = {
  command: text.describe('A script for bash.'),
  workdir: text.optional().describe('Where it starts. Default: the workspace.'),
  timeout_ms: z.int().min(1).max(86_400_000).optional().describe('Deadline in milliseconds.'),
};

export function commandInput({ command, workdir, timeout_ms }: CommandFields): ExecInput {
  return { command, cwd: workdir, timeoutMs: timeout_ms };
}
