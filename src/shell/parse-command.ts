// The door for a whole request: looks through the shell around a script, and through a shell around that shell.
import type {
  Argv,
  CommandInput,
  LiteralCommand,
  OpaqueReason,
  ParsedCommand,
  PlainCommand,
} from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import { commandOf, literalCommandsIn, literalCommandsOf } from './facts/list-literal-commands.ts';
import { plainMarked } from './facts/marked-word.ts';
import { parseScriptFor, type ScriptHost } from './parse-script.ts';
import { dialectOf, recogniseShell, type ShellUse } from './recognise-shell.ts';
import { maxNesting } from './script-limits.ts';

/** Says what `input` would run. Never throws and never runs anything. */
export function parseCommand(input: CommandInput): ParsedCommand {
  if (input.kind === 'argv') return parseArgv(input.argv);
  const argv = argvOfScript(input);
  const dialect = dialectOf(input.shell);
  if (dialect === undefined) return unsplit('unsupported-shell', argv, input.script, []);
  return parseNested(input.script, {
    dialect,
    shells: [input.shell],
    login: input.login,
    positionals: [],
    argv,
  });
}

/** `SHELL [-l] -c -- SCRIPT`: without `--`, a script that starts with `-` would be read as options. */
export function argvOfScript(input: Extract<CommandInput, { readonly kind: 'script' }>): Argv {
  return [input.shell, ...(input.login ? ['-l'] : []), '-c', '--', input.script];
}

function parseArgv(argv: Argv): ParsedCommand {
  const use = recogniseShell(argv);
  switch (use.kind) {
    case 'program':
      return plainArgv(argv);
    case 'unsupported':
      return unsplit(use.reason, argv, use.script, use.positionals);
    case 'script':
      return parseNested(use.script, hostOf(use, argv, { shells: [], login: false }));
  }
}

/** Unwraps `bash -c "bash -c 'x'"` as long as the inner shell is all the outer one runs. */
function parseNested(script: string, outermost: ScriptHost): ParsedCommand {
  let host = outermost;
  let parsed = parseScriptFor(script, host);
  const inside: LiteralCommand[] = [];
  for (let depth = 1; ; depth += 1) {
    const only = parsed.kind === 'plain' && parsed.commands.length === 1 ? parsed.commands[0] : undefined;
    const inner = only === undefined ? undefined : recogniseShell(only.argv);
    if (only === undefined || inner === undefined || inner.kind === 'program')
      return withShells(parsed, inside);
    // What stands around the inner shell holds for everything in it, which no list of its commands would show.
    if (only.redirects !== undefined) {
      return withShells(unsplit('redirection', host.argv, script, []), inside);
    }
    if (only.assignments !== undefined) {
      return withShells(unsplit('assignment', host.argv, script, []), inside);
    }
    inside.push({ words: only.argv, assignments: [], redirects: [], via: [] });
    if (depth >= maxNesting) return withShells(unsplit('nested-too-deep', host.argv, script, []), inside);
    if (inner.kind === 'unsupported') {
      return withShells(unsplit(inner.reason, host.argv, inner.script, inner.positionals), inside);
    }
    host = hostOf(inner, host.argv, host);
    parsed = parseScriptFor(inner.script, host);
  }
}

/** The outermost shell is how a script is written down; a shell inside it is a command that rules may speak about. */
function withShells(parsed: ParsedCommand, inside: readonly LiteralCommand[]): ParsedCommand {
  return inside.length === 0
    ? parsed
    : { ...parsed, literalCommands: [...inside, ...parsed.literalCommands] };
}

function hostOf(
  { dialect, shell, login, positionals }: Extract<ShellUse, { readonly kind: 'script' }>,
  argv: Argv,
  around: { readonly shells: readonly string[]; readonly login: boolean },
): ScriptHost {
  const [first, ...rest] = [...around.shells, shell];
  return { dialect, shells: [first, ...rest], login: around.login || login, positionals, argv };
}

function plainArgv(argv: Argv): ParsedCommand {
  const literalCommands = literalCommandsOf([commandOf(argv.map(plainMarked))], 'sh');
  const starts = literalCommands.filter(({ via, isGuess }) => via.length > 0 && isGuess !== true);
  const command: PlainCommand = {
    argv,
    directory: { kind: 'start' },
    ...(isNonEmpty(starts) ? { starts } : {}),
  };
  return { kind: 'plain', commands: [command], from: 'argv', literalCommands };
}

function unsplit(
  reason: OpaqueReason,
  argv: Argv,
  script: string | undefined,
  positionals: readonly string[],
): ParsedCommand {
  const literalCommands =
    script === undefined ? [] : literalCommandsIn(script, positionals, { reader: 'other', login: true });
  return { kind: 'opaque', reason, at: undefined, argv, literalCommands };
}
