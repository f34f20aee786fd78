// A question as rows of text: the command, where, in what, why, and the keys. Pure. Made for the height of the terminal,
// so that the beginning is still on the screen when the keys are; what is left out is counted, and `v` shows it.
import { type ApprovalRequest, questionTitle } from '../../domain/index.ts';
import { abridge, commandRows } from './command-rows.ts';
import { factRows } from './question-facts.ts';
import { keyRows, type KeyLook } from './question-keys.ts';
import { wrapWords } from './wrap-spans.ts';

export interface QuestionLook extends KeyLook {
  /** Of the terminal; undefined where nobody knows, then nothing is left out of the command. */
  readonly rows: number | undefined;
}

export interface RenderedQuestion {
  readonly rows: readonly string[];
  /** Something is left out. */
  readonly isAbridged: boolean;
}

/** Rows of the command that are shown however low the terminal is. */
const fewestRows = 5;
/** The empty row in front, and the one that is typed into. */
const rowsAround = 2;

/** `columns` are the terminal's; at least 20 are assumed. */
export function renderQuestion(request: ApprovalRequest, look: QuestionLook): RenderedQuestion {
  const inside = { ...look, columns: Math.max(20, look.columns) - 1 };
  const title = wrapWords(`cordon: ${questionTitle(request)}`, inside.columns).map((text) =>
    inside.paint({ text, style: 'title' }),
  );
  const command = commandRows(request, inside);
  const facts = factRows(request, inside, false);
  const around = (keys: readonly string[]): number =>
    rowsAround + title.length + facts.rows.length + keys.length;
  const room = (keys: readonly string[]): number =>
    look.rows === undefined ? Infinity : Math.max(fewestRows, look.rows - around(keys));
  const short = keyRows(request, inside, undefined);
  const isAbridged = facts.isAbridged || command.length > room(short);
  const keys = isAbridged ? keyRows(request, inside, 'view') : short;
  return {
    rows: ['', ...title, ...abridge(command, room(keys), inside), ...facts.rows, ...keys],
    isAbridged,
  };
}

/** The command and the facts without anything left out, to be shown in pages. */
export function wholeQuestion(request: ApprovalRequest, look: QuestionLook): readonly string[] {
  const inside = { ...look, columns: Math.max(20, look.columns) - 1 };
  return [...commandRows(request, inside).map(({ text }) => text), ...factRows(request, inside, true).rows];
}
