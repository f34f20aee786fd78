// What the page says of a command in a few words. Pure.
import type { WatchedCall } from '../protocol/index.ts';

export interface StateWords {
  readonly text: string;
  readonly mood: 'busy' | 'asks' | 'good' | 'bad' | 'faint';
}

export function stateWords({ state, succeeded, ending, denials }: WatchedCall): StateWords {
  switch (state) {
    case 'judged':
      return { text: 'Judged', mood: 'faint' };
    case 'asked':
      return { text: 'Waits for an answer', mood: 'asks' };
    case 'running':
      return { text: 'Running', mood: 'busy' };
    case 'refused':
      return { text: 'Refused', mood: 'bad' };
    case 'finished':
      if (denials.length > 0 && !succeeded) return { text: 'Stopped by the sandbox', mood: 'bad' };
      return { text: ending ?? 'Ended', mood: succeeded ? 'good' : 'bad' };
  }
}

/** One line of it. */
export function firstLine(command: string): string {
  const [line = '', ...rest] = command.split('\n');
  return rest.length === 0 ? line : `${line} …`;
}

/** `1.2 s` */
export function lasted({ beganAtMs, endedAtMs }: WatchedCall): string {
  if (endedAtMs === null) return 'still going';
  const seconds = Math.max(0, endedAtMs - beganAtMs) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${String(Math.floor(seconds / 60))} min ${String(Math.floor(seconds % 60))} s`;
}

export const verdictWords: Readonly<Record<string, string>> = {
  forbidden: 'forbidden by a rule',
  prompt: 'a rule asks',
  allowed: 'allowed by rules',
  safe: 'looks harmless',
  unknown: 'no rule covers it',
  dangerous: 'looks dangerous',
  opaque: 'cannot be read to its end',
};
