// What each command is for, in a word, for people. Nothing is ever decided by it.
import type { CommandSummary, ParsedCommand } from '../domain/index.ts';
import { quoteArgv } from './quote-argv.ts';

/** One summary a command, neighbours that say the same merged; one `unknown` for everything if any is unknown. */
export function summarizeCommand(parsed: ParsedCommand): CommandSummary[] {
  if (parsed.kind === 'opaque') return [{ kind: 'unknown', command: parsed.argv.at(-1) ?? '' }];
  return parsed.commands.map(({ argv }) => ({ kind: 'unknown', command: quoteArgv(argv) }));
}
