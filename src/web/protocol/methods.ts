// All that the page can ask the server, and what it is told. It is another table than that of clients: neither side knows
// the methods of the other.
import type { WatchedCall, WatchedPlace } from './calls.ts';
import type { AuditLine, ChangesDiff, WatchedChanges } from './changes.ts';
import type { PageDecision, PageQuestion } from './questions.ts';
import type { ScreenRows } from './screen.ts';

interface Method<Params, Result> {
  readonly params: Params;
  readonly result: Result;
}

type Nothing = Readonly<Record<string, never>>;

export interface WatchMethods {
  /** The first request: how things are. News of them follow from here on. */
  readonly 'watch/start': Method<
    Nothing,
    {
      readonly place: WatchedPlace;
      /** Oldest first. */
      readonly calls: readonly WatchedCall[];
      readonly questions: readonly PageQuestion[];
    }
  >;
  /** Puts an answer. False: somebody or something was faster, or it was not on offer. */
  readonly 'watch/answer': Method<
    { readonly questionId: string; readonly decision: PageDecision },
    { readonly isTaken: boolean }
  >;
  /** Its output, from now on as `watch/rows`, in place of any other. */
  readonly 'watch/output': Method<{ readonly callId: string }, ScreenRows>;
  readonly 'watch/changes': Method<Nothing, { readonly changes: readonly WatchedChanges[] }>;
  readonly 'watch/diff': Method<{ readonly kind: WatchedChanges['kind']; readonly id: string }, ChangesDiff>;
  readonly 'watch/audit': Method<
    Nothing,
    { readonly entries: readonly AuditLine[]; readonly omitted: number }
  >;
}

export interface WatchNotifications {
  /** New, or something about it is. */
  readonly 'watch/call': { readonly call: WatchedCall };
  /** Too old to be kept. */
  readonly 'watch/forgotten': { readonly callId: string };
  readonly 'watch/question': { readonly question: PageQuestion };
  /** It is not open any more. */
  readonly 'watch/answered': { readonly questionId: string };
  readonly 'watch/rows': ScreenRows;
}
