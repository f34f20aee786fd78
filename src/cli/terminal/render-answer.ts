// The line that stays on the screen after an answer: who decided what, about which command.
import { type ApprovalRequest, type Argv, type ReviewDecision, ruleInWords } from '../../domain/index.ts';

import type { Paint, Style } from './styles.ts';
import { visible, widthOf } from './visible-text.ts';

export interface AnswerLook {
  readonly columns: number;
  readonly paint: Paint;
  quote(argv: Argv): string;
}

export function renderAnswer(decision: ReviewDecision, request: ApprovalRequest, look: AnswerLook): string {
  const [style, what] = describe(decision, request, look);
  const command = visible(firstLine(request.script ?? look.quote(request.argv)));
  const head = `${style === 'good' ? '+' : '-'} you ${what}: `;
  const room = Math.max(10, Math.max(20, look.columns) - 1 - widthOf(head));
  return look.paint({ text: head, style }) + look.paint({ text: clip(command, room), style: 'faint' });
}

function describe(
  decision: ReviewDecision,
  { grant }: ApprovalRequest,
  { quote }: AnswerLook,
): readonly [Style, string] {
  switch (decision.kind) {
    case 'approved':
      return ['good', 'approved, once'];
    case 'approved-unsandboxed':
      return ['good', 'let it run once without the sandbox'];
    case 'approved-for-session':
      return ['good', 'approved, for this session'];
    case 'approved-allow-prefix':
      return ['good', `approved, and from now on ${visible(ruleInWords(decision.amendment, quote))}`];
    case 'approved-grant':
      return [
        'good',
        grant?.kind === 'network'
          ? 'gave it the network, once'
          : `made ${visible(grant?.path ?? '')} writable, once`,
      ];
    case 'denied':
      return ['bad', decision.message === undefined ? 'said no' : `said no ("${visible(decision.message)}")`];
    case 'abort':
      return ['bad', 'stopped it'];
  }
}

function firstLine(text: string): string {
  const [line = '', ...rest] = text.split('\n');
  return rest.length === 0 ? line : `${line} …`;
}

function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
