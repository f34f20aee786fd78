// The answers on offer, each with what it does and how long it lasts.
import { type ApprovalRequest, type ChoiceWords, explainChoice } from '../../domain/index.ts';
import type { CommandLook } from './command-rows.ts';
import { visible } from './visible-text.ts';
import { wrapWords } from './wrap-spans.ts';

export interface KeyLook extends CommandLook, ChoiceWords {}

export function keyRows(
  request: ApprovalRequest,
  look: KeyLook,
  more: 'view' | undefined,
): readonly string[] {
  const { columns, paint } = look;
  const offered = request.choices.map((choice) => explainChoice(choice, request, look));
  const all = more === undefined ? offered : [...offered, ['v', 'view all of it, page by page'] as const];
  return all.flatMap(([key, text]) =>
    wrapWords(visible(text), columns - 5).map(
      (line, index) => paint({ text: `  ${(index === 0 ? key : '').padEnd(3)}`, style: 'key' }) + line,
    ),
  );
}
