// The names a shell answers itself when they come without a slash, whatever is on the disk.

const builtins: ReadonlySet<string> = new Set(
  `. : [ alias bg bind break builtin caller cd chdir command compgen complete compopt continue declare dirs disown echo
  enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf
  pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask
  unalias unset wait`.split(/\s+/),
);

/** Whether bash, sh or zsh may run `program` themselves instead of looking it up on PATH. */
export function runsInsideShell(program: string): boolean {
  return builtins.has(program);
}
