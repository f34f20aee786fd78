// One line of the table of what runs later: which paths, what runs or reads them, and what of them is kept.

/** Whether the new content may stay. Latin1 text; `before` is undefined when there was no file. */
export type ContentRule = (before: string | undefined, after: string) => boolean;

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
  /** The file names others that run with it (`. ~/.bash_aliases`): those are looked for. */
  readonly reads?: boolean;
}
