// What a person is asked about one thing that was held back, and what they can answer. It is put aside already: nothing
// happens to it without an answer that is known and was on offer.
import type { HeldPart } from './change-set.ts';
import type { CallId, NonEmpty } from './primitives.ts';

/** `put-aside`: it stays where `cordon held` finds it, as without anybody to ask. */
export type ChangeAnswer = 'keep' | 'keep-for-session' | 'keep-and-save-rule' | 'drop' | 'put-aside';

export interface ChangeReview {
  /** The name under which `cordon held` finds it. */
  readonly id: string;
  readonly callId: CallId;
  /** For people: what wrote it. */
  readonly command: string;
  /** Absolute, for people. */
  readonly path: string;
  /** What is not in place, why, and what would run it. */
  readonly parts: NonEmpty<HeldPart>;
  /** Unified, without file headers; what a command wrote, so escape it before showing. */
  readonly diff: readonly string[];
  /** How many lines of the difference are left out. */
  readonly omittedLines: number;
  /** The rule that `keep-and-save-rule` saves; left out where none is on offer. */
  readonly rule?: string;
  readonly choices: readonly ChangeAnswer[];
}

export interface ChangeDecision {
  readonly kind: ChangeAnswer;
}

/** How one thing that was held back was answered. */
export interface ReviewedChange {
  readonly path: string;
  readonly answer: ChangeAnswer;
  readonly source: 'user' | 'session' | 'timeout' | 'reviewer-failure' | 'caller';
  /** It was answered with a keep, and is not in place all the same; or the rule was not saved. */
  readonly warning?: string;
}
