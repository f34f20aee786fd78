// One script to the commands a shell would run, or to the reason why that cannot be proved.
import type { Argv, LiteralCommand, NonEmpty, ParsedCommand } from '../domain/index.ts';
import { type Dialect, dialects } from './dialect.ts';
import { commandOf, literalCommandsIn, literalCommandsOf } from './facts/list-literal-commands.ts';
import { followDirectory } from './follow-directory.ts';
import type { Obstacle } from './obstacle.ts';
import { type SplitCommand, splitScript } from './split-script.ts';

/** Who would run the script: decides the dialect, and is what the result names. */
export interface ScriptHost {
  readonly dialect: Dialect;
  /** Outermost first: the last one reads the script, the others start it. */
  readonly shells: NonEmpty<string>;
  /** `$0` and on. */
  readonly positionals: readonly string[];
  /** The whole argv, shell first. */
  readonly argv: Argv;
}

/** Reads `script` as the text of `bash -c -- SCRIPT`. Never throws, never runs anything, linear in its length. */
export function parseScript(script: string): ParsedCommand {
  return parseScriptFor(script, {
    dialect: dialects.bash,
    shells: ['bash'],
    positionals: [],
    argv: ['bash', '-c', '--', script],
  });
}

export function parseScriptFor(script: string, host: ScriptHost): ParsedCommand {
  const split = splitScript(script, host.dialect);
  if (split.kind === 'obstacle') return opaque(script, host, split);
  const followed = followDirectory(split.commands);
  if (followed.kind === 'obstacle') return opaque(script, host, followed);
  return {
    kind: 'plain',
    commands: followed.commands,
    from: 'script',
    shells: host.shells,
    literalCommands: factsOf(split.commands),
  };
}

function opaque(script: string, host: ScriptHost, { reason, start, end }: Obstacle): ParsedCommand {
  return {
    kind: 'opaque',
    reason,
    at: { start, end },
    argv: host.argv,
    literalCommands: literalCommandsIn(script, host.positionals),
  };
}

function factsOf(commands: readonly SplitCommand[]): readonly LiteralCommand[] {
  return literalCommandsOf(
    commands.map(({ argv }, index) => {
      const before = commands[index - 1];
      return commandOf(argv, before?.joiner === '|' ? commandOf(before.argv) : undefined);
    }),
  );
}
