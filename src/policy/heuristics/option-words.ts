// The words behind a program's name, sorted the way a danger is looked for: generously. An option counts wherever it
// stands, alone or in a cluster, whole or shortened, as the GNU tools accept it.

/** `undefined` is a word the shell computes at run time. */
export type Word = string | undefined;

export interface OptionWords {
  readonly all: readonly Word[];
  /** Words that are no option, and everything behind `--`. */
  readonly operands: readonly Word[];
  /** Whether the letter stands in any cluster of short options. Case counts. */
  hasLetter(letter: string): boolean;
  /** Whether an option with this long name, or an unambiguous beginning of it, is there. `--` included. */
  hasLong(name: string): boolean;
}

/** The shortest beginning of a long option that is taken for the whole: `--f` for `--force`. */
const shortestPrefix = 3;

export function readOptions(words: readonly Word[]): OptionWords {
  const end = words.indexOf('--');
  const before = end === -1 ? words : words.slice(0, end);
  const options = before.filter(
    (word) => word !== undefined && word.startsWith('-') && word !== '-',
  ) as string[];
  const operands = [
    ...before.filter((word) => word === undefined || !word.startsWith('-') || word === '-'),
    ...(end === -1 ? [] : words.slice(end + 1)),
  ];
  return {
    all: words,
    operands,
    hasLetter: (letter) => options.some((word) => !word.startsWith('--') && word.includes(letter, 1)),
    hasLong: (name) =>
      options.some((word) => {
        const [option = ''] = word.split('=');
        return option.length >= shortestPrefix && name.startsWith(option);
      }),
  };
}
