// What is known of a program that runs another one: how to find the other one among its words.

export interface Wrapper {
  /** Options without a value. One that is in neither list may or may not have one: both readings are kept. */
  readonly flags: readonly string[];
  /** Options whose value is the next word, or attached (`-n5`, `--signal=9`). */
  readonly valued: readonly string[];
  /** Operands that come before the program, such as the duration of `timeout`. */
  readonly operands: number;
  /** Whether `NAME=value` may stand before the program. */
  readonly assignments: 'taken' | 'none';
  /** Options whose value is a script. */
  readonly scripts: readonly string[];
  /** Options that mean no program is run at all. */
  readonly harmless: readonly string[];
  /** Whether the rest is one program with its arguments, pieces of a script joined by blanks, or nothing that runs. */
  readonly rest: 'argv' | 'script' | 'argv-and-more' | 'none';
  /** Options behind which everything is the program and its arguments. */
  readonly startOptions: readonly string[];
  /** Whether the program may also stand behind `--`, however many operands come before. */
  readonly anyOperands: boolean;
  /** Whether options end at the first operand. `su root -c SCRIPT` is the usual spelling of `su -c SCRIPT root`. */
  readonly options: 'first' | 'anywhere';
}

export interface Row {
  readonly flags?: string;
  readonly valued?: string;
  readonly operands?: number;
  readonly assignments?: 'taken';
  readonly scripts?: string;
  readonly harmless?: string;
  readonly rest?: Wrapper['rest'];
  readonly startOptions?: string;
  readonly anyOperands?: boolean;
  readonly options?: 'anywhere';
}

export function fromRow(row: Row): Wrapper {
  return {
    flags: list(row.flags),
    valued: list(row.valued),
    operands: row.operands ?? 0,
    assignments: row.assignments ?? 'none',
    scripts: list(row.scripts),
    harmless: list(row.harmless),
    rest: row.rest ?? 'argv',
    startOptions: list(row.startOptions),
    anyOperands: row.anyOperands ?? false,
    options: row.options ?? 'first',
  };
}

function list(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(' ');
}
