// What a person is told beside the command: where, in what, why, with what to read.
import { type ApprovalRequest, questionFacts, unconfined } from '../../domain/index.ts';
import { type CommandLook, noteOf } from './command-rows.ts';
import { visible } from './visible-text.ts';
import { wrapWords } from './wrap-spans.ts';

/** Rows of one fact at first: a long reason must not push the command off the screen. */
const shortFact = 4;

export interface FactRows {
  readonly rows: readonly string[];
  readonly isAbridged: boolean;
}

export function factRows(request: ApprovalRequest, look: CommandLook, everything: boolean): FactRows {
  let isAbridged = false;
  const rows = questionFacts(request, (argv) => look.quote(argv)).flatMap(([name, value]) => {
    const { paint, columns } = look;
    const lines = wrapWords(visible(value), columns - 8);
    const shown = everything || lines.length <= shortFact ? lines : lines.slice(0, shortFact - 1);
    const style = value.startsWith(unconfined) ? 'bad' : undefined;
    const found = shown.map(
      (text, index) =>
        paint({ text: `  ${(index === 0 ? name : '').padEnd(6)}`, style: 'faint' }) + paint({ text, style }),
    );
    if (shown.length === lines.length) return found;
    isAbridged = true;
    return [...found, paint({ text: noteOf(lines.length - shown.length, columns), style: 'bad' })];
  });
  return { rows, isAbridged };
}
