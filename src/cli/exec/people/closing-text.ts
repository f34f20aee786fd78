// The last line of a turn: what it did, what it was not allowed to do, and what it took.
import type { TurnTally } from '../../../exec/index.ts';
import { durationText } from './duration-text.ts';

export function closingText(tally: TurnTally, durationMs: number): string {
  const { commands, failed, refusedCount, deniedCount, changedFiles, held, usage } = tally;
  const declined = refusedCount - deniedCount;
  return [
    `${counted(commands, 'command')}${failed === 0 ? '' : ` (${failed} failed)`}`,
    ...(declined === 0 ? [] : [`${declined} refused`]),
    ...(deniedCount === 0 ? [] : [`${deniedCount} stopped by the sandbox`]),
    ...(changedFiles.size === 0 ? [] : [`${counted(changedFiles.size, 'file')} changed by patches`]),
    ...(held === 0 ? [] : [`${counted(held, 'change')} held back`]),
    durationText(durationMs),
    ...(usage === undefined ? [] : [counted(usage.input_tokens + usage.output_tokens, 'token')]),
  ].join(', ');
}

function counted(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}
