// The reviewer of `cordon run`, for a program that has a terminal of its own.
import type { ReadStream, WriteStream } from 'node:tty';
import { terminalReviewer } from '../cli/terminal-reviewer.ts';
import type { Reviewer } from '../domain/index.ts';
import { quoteArgv } from '../shell/index.ts';

export interface TerminalOptions {
  /** Where keys come from. Default standard input. */
  readonly input?: ReadStream | undefined;
  /** Where questions are shown. Default standard error. */
  readonly output?: WriteStream | undefined;
  /** For `TERM` and `NO_COLOR`. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Undefined when either end is no terminal: the runtime then has nobody to ask, and questions are refusals. */
export function reviewOnTerminal({ input, output, env }: TerminalOptions = {}): Reviewer | undefined {
  return terminalReviewer({
    input: input ?? process.stdin,
    output: output ?? process.stderr,
    env: env ?? process.env,
    quote: quoteArgv,
  });
}
