// One script to the commands a shell would run, or to the reason why that cannot be proved.
import type { Argv, LiteralCommand, NonEmpty, ParsedCommand } from '../domain/index.ts';
import { type Dialect, dialects } from './dialect.ts';
import type { Reader } from './facts/lexing.ts';
import { commandOf, literalCommandsIn, literalCommandsOf } from './facts/list-literal-commands.ts';
import type { LooseCommand } from './facts/reading.ts';
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
    literalCommands: factsOf(split.commands, readerOf(host.dialect)),
  };
}

function opaque(script: string, host: ScriptHost, { reason, start, end }: Obstacle): ParsedCommand {
  return {
    kind: 'opaque',
    reason,
    at: { start, end },
    argv: host.argv,
    literalCommands: literalCommandsIn(script, host.positionals, readerOf(host.dialect)),
  };
}

/** Whoever reads a script for zsh as bash does, and as dash does, reads more than zsh. */
function readerOf({ name }: Dialect): Reader {
  return name === 'bash' ? 'bash' : 'sh';
}

function factsOf(split: readonly SplitCommand[], reader: Reader): readonly LiteralCommand[] {
  const commands: LooseCommand[] = [];
  for (const [index, { argv }] of split.entries()) {
    const isPiped = split[index - 1]?.joiner === '|';
    commands.push(commandOf(argv, isPiped ? { commands, from: index - 1, to: index } : undefined));
  }
  return literalCommandsOf(commands, reader);
}
