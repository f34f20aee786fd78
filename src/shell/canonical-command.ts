// The key an approval is remembered under. Two requests share a key only if the same thing would be executed.
import type { CommandInput, ParsedCommand } from '../domain/index.ts';
import { planArgv } from './plan-argv.ts';

/**
 * The planned argv as JSON: `bash -c 'git status'` and `["git","status"]` share one key, `bash -lc 'git status'` has
 * another (a login profile may change what `git` is), and a script keeps every character of its text.
 */
export function canonicalCommand(input: CommandInput, parsed: ParsedCommand): string {
  return JSON.stringify(planArgv(input, parsed));
}
