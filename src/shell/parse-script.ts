// One script to the commands a shell would run, or to the reason why that cannot be proved.
import type { Argv, LiteralCommand, NonEmpty, ParsedCommand } from '../domain/index.ts';
import { type Dialect, dialects } from './dialect.ts';
import type { Reader } from './facts/lexing.ts';
import { commandOf, literalCommandsIn, literalCommandsOfEach } from './facts/list-literal-commands.ts';
import { plainMarked } from './facts/marked-word.ts';
import type { Feed, LooseCommand } from './facts/reading.ts';
import { followDirectory } from './follow-directory.ts';
import type { Obstacle } from './obstacle.ts';
import { type SplitCommand, splitScript } from './split-script.ts';

/** Who would run the script: decides the dialect, and is what the result names. */
export interface ScriptHost {
  readonly dialect: Dialect;
  /** Outermost first: the last one reads the script, the others start it. */
  readonly shells: NonEmpty<string>;
  /** Whether one of them is a login shell. */
  readonly login: boolean;
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
    login: false,
    positionals: [],
    argv: ['bash', '-c', '--', script],
  });
}

export function parseScriptFor(script: string, host: ScriptHost): ParsedCommand {
  const split = splitScript(script, host.dialect);
  if (split.kind === 'obstacle') return opaque(script, host, split);
  const facts = factsOf(split.commands, readerOf(host.dialect));
  const followed = followDirectory(split.commands, (index) => facts[index]?.filter(isStarted) ?? []);
  if (followed.kind === 'obstacle') return opaque(script, host, followed);
  return {
    kind: 'plain',
    commands: followed.commands,
    from: 'script',
    shells: host.shells,
    ...(host.login ? { login: true as const } : {}),
    literalCommands: facts.flat(),
  };
}

function opaque(script: string, host: ScriptHost, { reason, start, end }: Obstacle): ParsedCommand {
  return {
    kind: 'opaque',
    reason,
    at: { start, end },
    argv: host.argv,
    literalCommands: literalCommandsIn(script, host.positionals, {
      reader: readerOf(host.dialect),
      login: host.login,
    }),
  };
}

/** Whoever reads a script for zsh as bash does, and as dash does, reads more than zsh. */
function readerOf({ name }: Dialect): Reader {
  return name === 'bash' ? 'bash' : 'sh';
}

function isStarted({ via, isGuess }: LiteralCommand): boolean {
  return via.length > 0 && isGuess !== true;
}

/** For each command what can be read in it, itself first. */
function factsOf(split: readonly SplitCommand[], reader: Reader): readonly (readonly LiteralCommand[])[] {
  const commands: LooseCommand[] = [];
  for (const [index, command] of split.entries()) {
    const isPiped = split[index - 1]?.joiner === '|';
    commands.push(looseCommand(command, isPiped ? { commands, from: index - 1, to: index } : undefined));
  }
  return literalCommandsOfEach(commands, reader);
}

function looseCommand(
  { argv, assignments, redirects, timed }: SplitCommand,
  pipedFrom: Feed | undefined,
): LooseCommand {
  const words = argv.map(plainMarked);
  const bare = commandOf(timed ? ['time', ...words] : words, pipedFrom);
  if (assignments.length === 0 && redirects.length === 0) return bare;
  return {
    ...bare,
    assignments: assignments.map(({ name, value }) => ({ name, value: plainMarked(value) })),
    redirects: redirects.map(({ action, target }) => ({
      operator: operators[action],
      target: plainMarked(target),
    })),
  };
}

const operators = { read: '<', write: '>', append: '>>', copy: '>&' } as const;
