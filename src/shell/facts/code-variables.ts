// Variables whose value is a command that some program or the shell itself will run: `GIT_SSH_COMMAND='rm x' git fetch`.
import { isMarked, literalWord, scriptText } from './marked-word.ts';
import type { Behind } from './look-through.ts';
import type { LooseCommand } from './reading.ts';

/** The value is a command line. */
const commandLines = new RegExp(
  `^(?:${[
    'GIT_(?:SSH|SSH_COMMAND|EDITOR|SEQUENCE_EDITOR|PAGER|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND)',
    'SSH_ASKPASS|SUDO_ASKPASS|SUDO_EDITOR|EDITOR|VISUAL|FCEDIT|HGEDITOR|SVN_EDITOR|SVN_SSH|CVS_RSH|RSYNC_RSH',
    'PAGER|MANPAGER|BAT_PAGER|GH_PAGER|AWS_PAGER|SYSTEMD_PAGER|LESSOPEN|LESSCLOSE|BROWSER|GH_BROWSER|GH_EDITOR',
    'PROMPT_COMMAND|PS[0-4]|TAR_OPTIONS|MAKEFLAGS|npm_config_script_shell|RUSTC_WRAPPER|RUSTC|CC|CXX|LD',
    'CARGO_BUILD_RUSTC_WRAPPER|KUBECTL_EXTERNAL_DIFF|KUBE_EDITOR|DEBUGINFOD_PROGRESS|TERMINAL|XTERM_SHELL',
  ].join('|')})$`,
);
/** What the value names, or makes of other names, is read by a shell, or changes what a name runs. */
const unreadable =
  /^(?:BASH_ENV|ENV|BASH_CMDS|BASH_ALIASES|GIT_CONFIG_(?:PARAMETERS|COUNT|GLOBAL|SYSTEM|KEY_\d+|VALUE_\d+)|GIT_CONFIG|GIT_EXEC_PATH|ZDOTDIR|BASH_FUNC_.*)$/;

/** Options of the program's own, which may hold commands in its own spelling. */
const carriesMore: Readonly<Record<string, RegExp | undefined>> = {
  TAR_OPTIONS: /act|comm|scr|prog|rsh|-[A-Za-z]*[IF]/,
  MAKEFLAGS: /ev|[$\\]|SHELL/,
};

/** Options, code or files that an interpreter takes from its environment as if they were its words. */
const wordsFor: Readonly<Record<string, readonly [program: string, ...options: string[]]>> = {
  NODE_OPTIONS: ['node'],
  PERL5OPT: ['perl'],
  PERL5DB: ['perl', '-e'],
  RUBYOPT: ['ruby'],
  PYTHONSTARTUP: ['python3'],
};

/** Undefined when no assignment before the command carries code. */
export function codeInVariables(assignments: LooseCommand['assignments']): Behind | undefined {
  if (assignments.length === 0) return undefined;
  const scripts: string[] = [];
  const argvs: string[][] = [];
  let isUnread = false;
  let name: string | undefined;
  for (const assignment of assignments) {
    const { value } = assignment;
    if (commandLines.test(assignment.name)) {
      scripts.push(scriptText(value));
      isUnread ||= isMarked(value) || carriesMore[assignment.name]?.test(value) === true;
    } else if (unreadable.test(assignment.name)) {
      isUnread = true;
      const program = literalWord(value);
      // `BASH_CMDS[ls]=/bin/rm`: another name for a known file.
      if (assignment.name === 'BASH_CMDS' && program !== undefined) argvs.push([program, '\0$']);
      if (assignment.name === 'BASH_ALIASES') scripts.push(scriptText(value));
    } else if (Object.hasOwn(wordsFor, assignment.name)) {
      const [program, ...options] = wordsFor[assignment.name] ?? [''];
      const given = options.length > 0 ? [value] : value.split(/\s+/).filter((word) => word !== '');
      if (given.length > 0) argvs.push([program, ...options, ...given]);
    } else {
      continue;
    }
    name ??= assignment.name;
  }
  if (name === undefined) return undefined;
  return { name, argvs, scripts, assignments: [], passesInput: false, reader: undefined, isUnread };
}
