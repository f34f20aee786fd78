// What a program that nobody lists might start. Never certain, so it is told as a guess: a rule that forbids asks, and no
// rule that allows is lost by it.
import { literalWord, type MarkedWord, scriptText } from './marked-word.ts';

/** An option whose name says that its value is run, of a program nobody lists. A guess, told as one. */
const telling =
  /^--?(?:[a-z]+-)*(?:exec|execute|command|cmd|run|shell|pager|editor|hook|rsh|ssh|wrapper|launcher|viewer|askpass|runner|hook-[a-z-]+)(?:=(.*))?$/s;

/** What a program nobody lists might start: behind an option with a telling name, and behind `--`. */
export function guessedCommands(words: readonly MarkedWord[]): {
  readonly argvs: readonly (readonly MarkedWord[])[];
  readonly scripts: readonly string[];
} {
  const dashes = takesFiles.has(nameOf(words)) ? -1 : words.indexOf('--', 1);
  const argv = dashes === -1 ? [] : words.slice(dashes + 1);
  const scripts = words.slice(1).flatMap((word, index) => {
    const found = word.startsWith('-') ? telling.exec(word) : null;
    if (found === null) return [];
    const value = found[1] ?? scriptText(words[index + 2] ?? '');
    return value === '' || value.startsWith('-') ? [] : [value];
  });
  const isProgram = argv.length > 0 && literalWord(argv[0] ?? '')?.startsWith('-') === false;
  return { argvs: isProgram ? [argv] : [], scripts };
}

/** Programs to which what stands behind `--` is a file, a pattern or a test. */
const takesFiles: ReadonlySet<string> = new Set(
  `ls cat head tail wc grep egrep fgrep rg ag ack sed cut sort uniq tr diff cmp cp mv rm rmdir mkdir ln touch chmod chown
  stat file du df echo printf test cd pushd basename dirname realpath readlink tee tar zip unzip git hg svn npm pnpm yarn
  bun cargo go make pytest jest vitest mocha ctest code less more vim vi nano eslint prettier tsc black ruff mypy`.split(
    /\s+/,
  ),
);

/** Whether `guessedCommands` would find anything. Quick: it is asked about every command. */
export function mayBeGuessed(words: readonly MarkedWord[]): boolean {
  return words.some((word) => word.startsWith('-') && (word === '--' || telling.test(word)));
}

function nameOf([program = '']: readonly MarkedWord[]): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
