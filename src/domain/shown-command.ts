// The command of a question as a person should read it: the script with its lines, the files with their differences.
import type { ApprovalRequest } from './approval.ts';
import type { Argv } from './primitives.ts';

export interface ShownCommand {
  readonly text: string;
  /** The shell that is handed the text; undefined when the text is the command itself. */
  readonly shell: Argv | undefined;
}

const shells = /^(?:.*\/)?(?:bash|sh|dash|zsh|ksh)$/;

/** What a person should read: the script where a shell is handed one, with its lines as lines. */
export function shownCommand(
  { script, argv, changes }: ApprovalRequest,
  quote: (argv: Argv) => string,
): ShownCommand {
  if (changes !== undefined) return { text: differences(changes), shell: undefined };
  if (script !== undefined) return { text: script, shell: argv.slice(0, -1) as unknown as Argv };
  const last = argv.at(-1) ?? '';
  const isShell = shells.test(argv[0]) && argv.length > 2 && /^-[a-z]*c$/.test(argv[1] ?? '');
  if (isShell && last.includes('\n') && argv.slice(2, -1).every((word) => word === '--')) {
    return { text: last, shell: argv.slice(0, -1) as unknown as Argv };
  }
  return { text: quoteInLines(argv, quote), shell: undefined };
}

/** What is asked about is what the files will be. */
function differences(changes: NonNullable<ApprovalRequest['changes']>): string {
  return changes.flatMap(({ path, kind, diff }) => [`${kind} ${path}`, ...diff]).join('\n');
}

/** As `quote` does it, but a word with line breaks keeps them, unless more than these would have to be spelled. */
function quoteInLines(argv: Argv, quote: (argv: Argv) => string): string {
  const isReadable = (word: string): boolean =>
    word.includes('\n') && !quote(['x', word.replaceAll('\n', ' ')]).startsWith("x $'");
  if (!argv.some(isReadable)) return quote(argv);
  const [program, ...rest] = argv;
  return [
    quote([program]),
    ...rest.map((word) =>
      isReadable(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : quote(['x', word]).slice(2),
    ),
  ].join(' ');
}

/** Lines that hold a command the question is about: all its words in order, or else the name of its program. */
export function markedLines(lines: readonly string[], concerns: readonly Argv[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const words of concerns.slice(0, 16)) {
    const holding = (wanted: readonly string[]): readonly number[] =>
      lines.flatMap((line, at) => (holds(line, wanted) ? [at] : []));
    const whole = holding(words);
    for (const at of whole.length > 0 ? whole : holding(words.slice(0, 1))) found.add(at);
  }
  return found;
}

function holds(line: string, words: readonly string[]): boolean {
  let from = 0;
  for (const word of words) {
    const at = line.indexOf(word, from);
    if (at === -1) return false;
    from = at + word.length;
  }
  return true;
}
