// The safe list: programs that read or print and do nothing else, with the options under which that is true. What is
// not written here is not safe; options that write, run programs, load code or never end are left out on purpose.

import { safeFilePrograms } from './safe-file-programs.ts';
import type { SafeProgramRow } from './safe-program-row.ts';
import { safeTextPrograms } from './safe-text-programs.ts';

export interface SafeProgram {
  /** One sentence, without a full stop. */
  readonly because: string;
  /** Letters of short options without a value. */
  readonly flags: string;
  /** Letters of short options with a value. */
  readonly valued: string;
  readonly longFlags: ReadonlySet<string>;
  /** Long options that may be written with `=value`; some only that way. */
  readonly longValued: ReadonlySet<string>;
  /** Whether `-5` is a number of lines. */
  readonly numeric: boolean;
  /** Whether `-ab` is `-a -b`, and `-ab` with a valued `a` is `-a b`. */
  readonly clusters: boolean;
  readonly maxOperands: number;
  /** What every operand must look like. */
  readonly operand: RegExp | undefined;
}

export const safePrograms: ReadonlyMap<string, SafeProgram> = new Map(
  [...safeTextPrograms, ...safeFilePrograms].flatMap((row) =>
    row.programs.split(' ').map((program) => [program, fromRow(row)] as const),
  ),
);

function fromRow(row: SafeProgramRow): SafeProgram {
  return {
    because: row.because,
    flags: row.flags ?? '',
    valued: row.valued ?? '',
    longFlags: names(row.long),
    longValued: names(row.longValued),
    numeric: row.numeric === true,
    clusters: row.clusters === undefined,
    maxOperands: row.maxOperands ?? Number.POSITIVE_INFINITY,
    operand: row.operand,
  };
}

function names(list: string | undefined): ReadonlySet<string> {
  return new Set(list === undefined ? [] : list.split(' '));
}
