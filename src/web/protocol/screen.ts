// What a terminal shows of a command's output: rows of text with their looks. The bytes were read by an emulator on the
// server; nothing in here is obeyed any more.

export type ScreenColor =
  /** Of the terminal's sixteen. */
  | number
  /** `#rrggbb` */
  | string
  | null;

export interface ScreenRun {
  readonly text: string;
  readonly fg?: ScreenColor | undefined;
  readonly bg?: ScreenColor | undefined;
  /** `b` bold, `d` dim, `i` italic, `u` underlined, `s` struck out, `v` inverse, `h` hidden. */
  readonly look?: string | undefined;
}

export interface ScreenRow {
  readonly runs: readonly ScreenRun[];
  /** It goes on the row before. */
  readonly isWrapped?: true | undefined;
}

/** Rows from `from` on: they take the place of all that the page has from there. */
export interface ScreenRows {
  readonly callId: string;
  readonly from: number;
  readonly rows: readonly ScreenRow[];
  /** Rows at the start that are not kept any more: what the page has before this number goes. */
  readonly first: number;
  /** Null where there is none: output on pipes, or a program that hid it. */
  readonly cursor: { readonly row: number; readonly col: number } | null;
  /** It is a program for the whole screen. */
  readonly alternate: boolean;
  /** Columns of the terminal; null for output on pipes, which has no width. */
  readonly columns: number | null;
  /** Bytes at the start that were not kept for the page. */
  readonly missedBytes: number;
}
