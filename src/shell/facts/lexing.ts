// How a shell cuts text into words, as far as shells differ in it. One script is read once for each way it may be cut.

export interface Lexing {
  /** `$'…'`, `<( )`, `(( ))`, `[[ ]]`, arrays, `function`: bash, ksh and zsh; not dash. */
  readonly isBash: boolean;
  /** `@(a|b)` is one word. */
  readonly hasExtendedPatterns: boolean;
  /** Inside `"${x:-'…'}"` an apostrophe is text: the rule of POSIX, and of bash in that mode. */
  readonly isPosix: boolean;
}

/** Who reads a script. `sh` may be bash or dash; of anything else nothing is certain. */
export type Reader = 'bash' | 'sh' | 'other';

const bash: Lexing = { isBash: true, hasExtendedPatterns: false, isPosix: false };
const extended: Lexing = { ...bash, hasExtendedPatterns: true };
const posix: Lexing = { ...bash, isPosix: true };
const dash: Lexing = { isBash: false, hasExtendedPatterns: false, isPosix: true };

const extendedPattern = /[?*+@!](?:\\\n)*\(/;
/** Without any of these, bash and dash cut alike. */
const ofBashAlone =
  /\$(?:\\\n)*['"[]|[<>](?:\\\n)*\(|\((?:\\\n)*\(|[[={]|<<<|[&|;]|function|select|coproc|time|<</;

/** The ways `script` may be cut, the likeliest first. */
export function lexingsOf(script: string, reader: Reader): readonly Lexing[] {
  const lexings = [bash];
  if (extendedPattern.test(script)) lexings.push(extended);
  if (script.includes("'") && /\$(?:\\\n)*\{/.test(script)) lexings.push(posix);
  if (reader !== 'bash' && ofBashAlone.test(script)) lexings.push(dash);
  return lexings;
}
