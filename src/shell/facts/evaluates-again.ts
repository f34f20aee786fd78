// The builtins that evaluate what they are given, or what a variable they are given holds: as arithmetic, as the
// subscript of an array, as a prompt. `test -v 'a[$(rm x)]'` runs `rm`.
import { literalWord } from './marked-word.ts';
import type { LooseCommand } from './reading.ts';

const always: ReadonlySet<string> = new Set(
  `let declare typeset local read mapfile readarray unset getopts wait eval trap source . integer float print vared
    compgen complete compopt bind jobs fc`.split(/\s+/),
);
/** Only with one of these words. */
const sometimes: Readonly<Record<string, RegExp>> = {
  test: /^-[vR]$/,
  '[': /^-[vR]$/,
  '[[': /^-(?:[vR]|eq|ne|lt|le|gt|ge)$/,
  printf: /^-v/,
  export: /\[/,
  readonly: /\[|^-/,
};
const prompts = /^(?:PS\d|PROMPT_COMMAND)$/;

export function evaluatesArgumentsAgain({ words, assignments }: LooseCommand): boolean {
  if (assignments.some(({ name }) => prompts.test(name))) return true;
  for (const [index, word] of words.entries()) {
    const program = literalWord(word);
    if (program === 'command' || program === 'builtin' || program === 'exec') continue;
    if (program === undefined) return true;
    if (index > 0 && program.startsWith('-')) continue;
    if (always.has(program)) return true;
    const needed = Object.hasOwn(sometimes, program) ? sometimes[program] : undefined;
    return (
      needed !== undefined && words.slice(index + 1).some((each) => needed.test(literalWord(each) ?? '-v'))
    );
  }
  return false;
}
