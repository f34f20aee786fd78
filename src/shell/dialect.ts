// What differs between the shells that are split: the words they reserve, and the builtins that change what later
// words mean or that evaluate their own arguments. Each shell has the union of every version in use.
import type { OpaqueReason } from '../domain/index.ts';

export type DialectName = 'bash' | 'sh' | 'zsh';

export interface Dialect {
  readonly name: DialectName;
  /** Unquoted first words that are grammar, with the reason to report. */
  readonly reserved: ReadonlyMap<string, OpaqueReason>;
  /** Builtins no split can vouch for. `cd` is not among them: it has rules of its own. */
  readonly stateful: ReadonlySet<string>;
  /** zsh replaces an unquoted `=name` by the path of the program `name`. */
  readonly leadingEqualsExpands: boolean;
  /** Characters that are a pattern once `EXTENDED_GLOB` is set, as many a `.zshenv` does: `rm a^b` deletes all but `b`. */
  readonly patternCharacters: string;
}

const controlFlow = 'if then elif else fi for while until do done case esac select in';
const otherReserved = 'time coproc ! [[ ]]';

// `jobs -x` and `fc -s` run commands, `compgen -W` expands its argument, `wait -p`, `read` and `let` assign (and a
// subscript in what they assign to is expanded, command substitutions included), `ulimit` and `umask` outlive the line.
const bashStateful = `. alias bg bind break builtin caller compgen complete compopt continue declare dirs disown enable
  eval exec export fc fg getopts hash history jobs let local logout mapfile popd pushd read readarray readonly return
  set shift shopt source suspend trap typeset ulimit umask unalias unset wait`;

const otherShStateful = 'autoload chdir float functions hist integer login nameref newgrp print r whence';

// zsh evaluates the operands of `test -eq`, `printf %d`, `exit` and `kill` as arithmetic, where a subscript may hold a
// command substitution: so of the everyday builtins only the ones that print or do nothing remain.
const zshStateful = `- [ always bindkey bye cap chdir clone comparguments compcall compctl compdescribe compfiles
  compgroups compquote comptags comptry compvalues echotc echoti emulate end exit float foreach functions getcap getln
  integer kill limit log nocorrect noglob print printf private pushln r rehash repeat sched setcap setopt stat strftime
  syserror sysopen sysread sysseek syswrite test ttyctl type unfunction unhash unlimit unsetopt vared whence where which
  zcompile zcurses zf_chmod zf_mv zf_rm zformat zftp zle zmodload zparseopts zprof zpty zregexparse zselect zsocket
  zstyle zsystem ztcp`;

const reserved: ReadonlyMap<string, OpaqueReason> = new Map<string, OpaqueReason>([
  ...names(controlFlow).map((word) => [word, 'control-flow'] as const),
  ...names(otherReserved).map((word) => [word, 'reserved-word'] as const),
  ['function', 'function'],
  ['{', 'group'],
  ['}', 'group'],
]);

const bash: Dialect = {
  name: 'bash',
  reserved,
  stateful: new Set(names(bashStateful)),
  leadingEqualsExpands: false,
  patternCharacters: '',
};

const sh: Dialect = {
  name: 'sh',
  reserved,
  stateful: new Set([...bash.stateful, ...names(otherShStateful)]),
  leadingEqualsExpands: false,
  patternCharacters: '',
};

const zsh: Dialect = {
  name: 'zsh',
  reserved: new Map<string, OpaqueReason>([
    ...reserved,
    ...names('foreach end repeat nocorrect always').map((word) => [word, 'reserved-word'] as const),
  ]),
  stateful: new Set([...sh.stateful, ...names(zshStateful)]),
  leadingEqualsExpands: true,
  patternCharacters: '^~#',
};

export const dialects: Readonly<Record<DialectName, Dialect>> = { bash, sh, zsh };

function names(list: string): string[] {
  return list.split(/\s+/);
}
