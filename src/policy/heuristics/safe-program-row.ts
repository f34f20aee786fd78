// How one row of the safe list is written.

export interface SafeProgramRow {
  readonly programs: string;
  readonly because: string;
  /** Letters of short options without a value, and with one; long names likewise, apart by blanks. */
  readonly flags?: string;
  readonly valued?: string;
  readonly long?: string;
  readonly longValued?: string;
  readonly numeric?: true;
  /** For a program that does not read `-ab 1` as `-a -b 1`: one letter a word, with digits behind it at most. */
  readonly clusters?: 'none';
  readonly maxOperands?: number;
  readonly operand?: RegExp;
}
