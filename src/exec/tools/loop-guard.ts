// Counts how often in a row the same call had the same result: a model that goes on like that goes on for ever.
import type { HistoryItem } from '../model/response-items.ts';
import type { ModelCall } from './model-call.ts';

export class LoopGuard {
  #last = '';
  /** 1: the last call had another result than the one before it. */
  repeats = 0;

  note(call: ModelCall | undefined, answer: HistoryItem): void {
    // Looking again at a program that runs is what a patient model does.
    if (call === undefined || call.name === 'write_stdin') return;
    const key = JSON.stringify([call.name, call.arguments, withoutTimes(answer['output'])]);
    this.repeats = key === this.#last ? this.repeats + 1 : 1;
    this.#last = key;
  }
}

/** Names and durations differ each time and mean nothing. */
function withoutTimes(output: unknown): unknown {
  return typeof output === 'string'
    ? output
        .replace(/^(?:Chunk ID: .*\n)?((?:Exit code: .*\n)?)Wall time: .*\n/, '$1')
        .replace(/"duration_seconds":[\d.]+\}\}$/, '')
    : output;
}
