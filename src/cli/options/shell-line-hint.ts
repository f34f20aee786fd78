// The commonest slip of who comes from other tools: a line for a shell where a program is asked for.
import type { Argv } from '../../domain/index.ts';
import { quoteArgv } from '../../shell/index.ts';

/** What to write instead, for a command that was not found; undefined where it does not look like a line. */
export function shellLineHint([program, ...args]: Argv): string | undefined {
  const isLine = args.length === 0 && /[\s|&;<>()$`*?~]/u.test(program);
  return isLine ? `For a line for a shell, write: -- bash -c ${quoteArgv([program])}` : undefined;
}
