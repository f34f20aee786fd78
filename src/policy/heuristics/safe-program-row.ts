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
  readonly maxOperands?: number;
  readonly operand?: RegExp;
}
