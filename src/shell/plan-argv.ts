// What `execve` is given for a request that was allowed: the shell with its script, or one plain command directly.
import type { Argv, CommandInput, ParsedCommand } from '../domain/index.ts';
import { argvOfScript } from './parse-command.ts';
import { recogniseShell } from './recognise-shell.ts';
import { maxNesting } from './script-limits.ts';
import { runsInsideShell } from './shell-builtins.ts';
import { splitScript } from './split-script.ts';

/**
 * A script that is exactly one plain command is run without a shell: less to trust, and nothing a shell could read
 * differently. Not when a login shell was asked for (its profile sets PATH), and not when the command is a builtin.
 */
export function planArgv(input: CommandInput, parsed: ParsedCommand): Argv {
  const asked = input.kind === 'argv' ? input.argv : argvOfScript(input);
  if (parsed.kind !== 'plain' || parsed.from !== 'script' || parsed.commands.length !== 1) return asked;
  const [{ argv, assignments, redirects }] = parsed.commands;
  if (assignments !== undefined || redirects !== undefined) return asked;
  return runsInsideShell(argv[0]) || passesLoginShell(asked) ? asked : argv;
}

/** Whether a shell on the way to the command is a login shell. */
function passesLoginShell(asked: Argv): boolean {
  let argv = asked;
  for (let depth = 0; depth <= maxNesting; depth += 1) {
    const use = recogniseShell(argv);
    if (use.kind === 'program') return false;
    if (use.kind === 'unsupported' || use.login) return true;
    const split = splitScript(use.script, use.dialect);
    const only = split.kind === 'split' && split.commands.length === 1 ? split.commands[0] : undefined;
    if (only === undefined) return true;
    argv = only.argv;
  }
  return true;
}
