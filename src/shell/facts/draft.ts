// One command while it is being read, from one separator to the next.
import type { MarkedWord } from './marked-word.ts';
import type { Feed, LooseCommand, LooseRedirect } from './reading.ts';

export interface Draft {
  words: MarkedWord[];
  /** The same as they are written, while the variables are noted. */
  sources: string[];
  /** Values as they are written, and where the command begins. */
  assigned: { readonly name: string; readonly word: MarkedWord; readonly source: string }[];
  start: number | undefined;
  assignments: { readonly name: string; readonly value: MarkedWord }[];
  redirects: LooseRedirect[];
  via: string[];
  /** `for`, `case` and `function` are followed by words that are no command; `[[` by words and operators. */
  header: 'none' | 'for' | 'case' | 'function' | 'test';
  headerWords: number;
  /** The variable of `for`. */
  headerName: string | undefined;
  /** Set behind a group that has ended: redirections belong to it. */
  group: { readonly from: number; readonly pipedFrom: Feed | undefined } | undefined;
}

export function emptyDraft(): Draft {
  return {
    words: [],
    sources: [],
    assigned: [],
    start: undefined,
    assignments: [],
    redirects: [],
    via: [],
    header: 'none',
    headerWords: 0,
    headerName: undefined,
    group: undefined,
  };
}

export function isFresh(draft: Draft): boolean {
  return draft.words.length + draft.assignments.length + draft.redirects.length === 0;
}

export function toCommand(draft: Draft, pipedFrom: Feed | undefined): LooseCommand | undefined {
  const { words, assignments, redirects, via } = draft;
  if (words.length + assignments.length + redirects.length === 0) return undefined;
  // `> f` and `A=1` run nothing, exactly like the null command `:` in their place.
  const sources = draft.sources.length === 0 ? undefined : draft.sources;
  return {
    words: words.length === 0 ? [':'] : words,
    sources,
    assignments,
    redirects,
    via,
    pipedFrom,
    around: [],
  };
}

/** A word as written: only an unquoted one is a keyword. */
export function withoutContinuations(source: string): string {
  return source.includes('\\') ? source.replaceAll('\\\n', '') : source;
}
