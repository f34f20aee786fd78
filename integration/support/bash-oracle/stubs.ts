// The bash text that puts a recording stub in the place of every builtin and of every program the scripts name.

/** Programs the generators name. Defined as functions so that most commands cost no fork. */
export const knownPrograms: readonly string[] = 'c1 c2 c3 git ls rm cat grep find make npm sed wc node'.split(
  ' ',
);

const shadowBuiltins = String.raw`
for __name in $(compgen -b) ${knownPrograms.join(' ')}; do
  [[ $__name == builtin || $__name == compgen ]] || builtin eval "function $__name { __record $__name \"\$@\"; }"
done
function compgen { __record compgen "$@"; }
command_not_found_handle() { __record "$@"; }
builtin readonly -f $(builtin compgen -A function)
`;

/**
 * Reads scripts from the file on descriptor 4, NUL after each, and runs each as bash would a `-c` string. The one
 * builtin left alone is `builtin` itself, so no script that could spell it may be given to this driver.
 */
export const batchDriver: string = String.raw`
exec 198>&3 3>&-
__status=$CORDON_ORACLE_STATUS
FUNCNEST=50
ulimit -t 60 -c 0
mapfile -d '' -t __scripts <&4
exec 4<&-
__record() {
  __carried=("${'$'}{CI+CI=$CI}" "${'$'}{NODE_ENV+NODE_ENV=$NODE_ENV}" "${'$'}{V1+V1=$V1}" "${'$'}{V_2+V_2=$V_2}")
  builtin printf '%s\0' E 4 "${'$'}{__carried[@]//$'\n'/$'\x1f'}" C $# "${'$'}{@//$'\n'/$'\x1f'}" >&198
  [[ $__status == 0 ]]
}
${shadowBuiltins}
for __index in "${'$'}{!__scripts[@]}"; do
  builtin printf '%s\0' S "$__index" >&198
  builtin eval -- "${'$'}{__scripts[__index]}"
done </dev/null >/dev/null 2>&1
`;

/**
 * The same for scripts that may change the shell: each in a subshell of its own, with an end to every loop.
 */
export const forkingDriver: string = String.raw`
exec 198>&3 3>&-
__status=$CORDON_ORACLE_STATUS
FUNCNEST=20
ulimit -t 60 -c 0
mapfile -d '' -t __scripts <&4
exec 4<&-
__count=0
__record() {
  __carried=("${'$'}{CI+CI=$CI}" "${'$'}{NODE_ENV+NODE_ENV=$NODE_ENV}" "${'$'}{V1+V1=$V1}" "${'$'}{V_2+V_2=$V_2}")
  builtin printf '%s\0' S "$__index" E 4 "${'$'}{__carried[@]//$'\n'/$'\x1f'}" C $# "${'$'}{@//$'\n'/$'\x1f'}" >&198
  (( ++__count < 30 )) || builtin exit 1
  [[ $__status == 0 ]]
}
${shadowBuiltins}
for __index in "${'$'}{!__scripts[@]}"; do
  builtin printf '%s\0' S "$__index" >&198
  ( ulimit() { :; }; builtin ulimit -t 2; builtin eval -- "${'$'}{__scripts[__index]}"; builtin wait )
done </dev/null >/dev/null 2>&1
`;

/** Sourced by `bash -c -- SCRIPT` through BASH_ENV: every name is a stub here, `builtin` too. */
export const isolatedStubs: string = String.raw`
exec 198>&3 3>&- 4>&-
builtin unset BASH_ENV
__record() { /cordon-oracle/record "$@"; }
${shadowBuiltins}
function builtin { __record builtin "$@"; }
`;

/**
 * Stubs for a POSIX `sh`, which imports nothing and tells nobody about a name it cannot find: they are put before the
 * script, which may name no other program without a slash.
 */
export const shPrograms: readonly string[] = [
  ...knownPrograms,
  ...'cd echo printf pwd test true false kill type command'.split(' '),
];
export const shStubs: string = `${shPrograms
  .map((name) => `${name}() { /cordon-oracle/record ${name} "$@"; }`)
  .join('\n')}\n`;
