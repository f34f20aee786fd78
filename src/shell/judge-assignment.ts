// Whether `NAME=value` in front of a command is only that: a variable in the environment of this one program.
import type { Assignment } from '../domain/index.ts';
import type { Dialect } from './dialect.ts';
import type { Word } from './read-word.ts';
import { changesMeaning } from './scrub-environment.ts';
import { runsInsideShell } from './shell-builtins.ts';

/**
 * Variables of the shell itself: some cannot be set (then the command does not run), some mean something to the shell
 * while it runs the command, `PATH` and `HOME` among them.
 */
const shellVariables =
  /^(?:BASH\w*|CHILD_MAX|COLUMNS|COMP_\w*|COMPREPLY|COPROC|DIRSTACK|EMACS|ENV|EPOCH\w*|EUID|EXECIGNORE|F\w*IGNORE|FUNC\w*|GLOB\w*|GROUPS|HIST\w*|HOME|HOST\w*|IFS|IGNOREEOF|INPUTRC|INSIDE_EMACS|LINENO|LINES|MACHTYPE|MAIL\w*|MAPFILE|OLDPWD|OPT\w*|OSTYPE|PATH|path|PIPESTATUS|PPID|PROMPT\w*|PS\d|PWD|RANDOM|READLINE\w*|REPLY|SECONDS|SHELL\w*|SHLVL|SRANDOM|TIMEFORMAT|TMOUT|UID|_|[a-z]+path|status|argv|ARGV0|NULLCMD|READNULLCMD|STTY|USERNAME|GID|EGID|WORDCHARS|ZDOTDIR|ZSH\w*)$/;

const assignment = /^([A-Za-z_]\w*)=/;

/** The assignment an unquoted first word spells; undefined for every other word. `source` is the word as written. */
export function readAssignment(word: Word, source: string, dialect: Dialect): Assignment | undefined {
  const name = assignment.exec(source)?.[1];
  if (name === undefined) return undefined;
  const value = word.text.slice(name.length + 1);
  if (shellVariables.test(name) || changesMeaning(name, value)) return undefined;
  // zsh expands `=name` and more in a value.
  if (dialect.name === 'zsh' && !/^[\w.,/+-]*$/.test(value)) return undefined;
  return { name, value };
}

/** In front of a builtin an assignment may stay, and `PATH=x cd y` is not about a program at all. */
export function mayCarryAssignments(program: string): boolean {
  return !runsInsideShell(program);
}
