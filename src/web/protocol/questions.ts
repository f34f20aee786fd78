// What the page asks a person, and what can be answered. The words for each answer are the server's: the same as on the
// terminal.

/** An answer as the page sends it. Only what was on offer counts. */
export type PageDecision =
  | {
      readonly kind:
        | 'approved'
        | 'approved-for-session'
        | 'approved-grant'
        | 'approved-unsandboxed'
        | 'abort'
        | 'keep'
        | 'keep-for-session'
        | 'keep-and-save-rule'
        | 'drop'
        | 'put-aside';
    }
  /** `words`: the offered ones, or longer. */
  | { readonly kind: 'approved-allow-prefix'; readonly words: readonly string[] }
  | { readonly kind: 'denied'; readonly message?: string | undefined };

export interface PageChoice {
  readonly kind: PageDecision['kind'];
  /** The key that answers it while the question has the focus; empty for none. */
  readonly key: string;
  /** What it does, and how long it lasts. */
  readonly says: string;
}

/** One line of text beside the command: `in`, `why`, `limit`. */
export interface QuestionFact {
  readonly name: string;
  readonly text: string;
  /** Something to be careful about. */
  readonly isWarning: boolean;
}

export interface PageQuestion {
  readonly questionId: string;
  readonly callId: string;
  readonly askedAtMs: number;
  /** `Run this command?` */
  readonly title: string;
  /** The command, or the differences of files: lines of somebody else's text. */
  readonly lines: readonly string[];
  readonly isDiff: boolean;
  /** Indices of the lines that the question is about. */
  readonly marked: readonly number[];
  readonly facts: readonly QuestionFact[];
  /** With `approved-allow-prefix`: the words a rule may take, and how many it takes at least. */
  readonly prefix: {
    readonly words: readonly string[];
    readonly atLeast: number;
    /** The rule covers these words and nothing behind them, however many they are. */
    readonly isExact: boolean;
  } | null;
  readonly choices: readonly PageChoice[];
}
