// The question about one thing that was held back, in words. For every surface that asks.
import type { ChangeAnswer, ChangeReview } from './change-review.ts';

export interface HeldQuestion {
  readonly title: string;
  /** Somebody else's text is in them: escape it before showing. */
  readonly lines: readonly string[];
  readonly keys: readonly { readonly key: string; readonly says: string; readonly answer: ChangeAnswer }[];
}

const keys: Readonly<Record<ChangeAnswer, readonly [key: string, says: string]>> = {
  keep: ['y', 'yes, keep it this once'],
  'keep-for-session': ['a', 'keep it, and whatever is held back here for the same reason in this session'],
  'keep-and-save-rule': ['p', 'keep it, and save the rule above'],
  drop: ['x', 'no, and throw it away'],
  'put-aside': ['n', 'no, put it aside (`cordon held`)'],
};

/** The path first, then why, what wrote it, and the difference. */
export function heldQuestion(request: ChangeReview): HeldQuestion {
  const { path, parts, command, diff, omittedLines, rule, choices } = request;
  return {
    title: 'this was held back, because something outside would run or obey it. Keep it?',
    lines: [
      path,
      ...parts.map(
        ({ part, reason, runs }) => `${part === undefined ? '' : `${part}: `}${reason} Run by: ${runs}.`,
      ),
      `written by: ${command}`,
      ...diff,
      ...(omittedLines === 0 ? [] : [`${String(omittedLines)} more lines are NOT SHOWN`]),
      ...(rule === undefined ? [] : [`rule: ${rule}`]),
    ],
    keys: choices.map((answer) => {
      const [key, says] = keys[answer];
      return { key, says, answer };
    }),
  };
}
