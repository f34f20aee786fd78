// One line of the table of what runs later: which paths, what runs or reads them, and what of them is kept.

/** Reads the content before (when it was a file) and after, and says what may stay. */
export type ContentRule = (before: Uint8Array | undefined, after: Uint8Array) => 'keep' | 'hold';

export interface TableRow {
  /**
   * Which paths, `/`-separated and compared without case. `*` stands for any text within one name; a last part `**`
   * means the directory itself, whatever kind of thing it is, and everything below.
   */
  readonly pattern: string;
  /** `home`: below the home only. `anywhere`: the pattern's parts stand at any depth of any root. */
  readonly where: 'home' | 'anywhere';
  /** What runs or reads it, for people: `an interactive bash`. */
  readonly runs: string;
  /** What of it is kept; left out: nothing. */
  readonly keeps?: ContentRule;
}
