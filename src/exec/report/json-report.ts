// `--json`: one event a line on stdout and nothing else; notices go to stderr.
import { OutputDeltas } from './output-deltas.ts';
import type { Report, Write } from './report.ts';
import { stripControl } from './strip-control.ts';
import type { ThreadEvent } from './thread-event.ts';

export interface JsonReportOptions {
  readonly stdout: Write;
  readonly stderr: Write;
  /** What commands write is told while they run. */
  readonly includesDeltas: boolean;
}

export function jsonReport({ stdout, stderr, includesDeltas }: JsonReportOptions): Report {
  const emit = (event: ThreadEvent): void => stdout(`${jsonLine(event)}\n`);
  const deltas = includesDeltas ? new OutputDeltas(emit) : undefined;
  return {
    event: (event) => {
      if (event.type === 'item.completed') deltas?.finish(event.item.id);
      emit(event);
    },
    runtimeEvent: (event) => deltas?.show(event),
    notice: (text) => stderr(`cordon exec: ${stripControl(text)}\n`),
  };
}

/** JSON leaves U+0085, U+2028 and U+2029 alone, where many readers split lines, and controls that terminals obey. */
export function jsonLine(event: ThreadEvent): string {
  return JSON.stringify(event).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
