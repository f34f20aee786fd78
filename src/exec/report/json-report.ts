// `--json`: one event a line on stdout and nothing else; notices go to stderr.
import type { Report, Write } from './report.ts';
import { stripControl } from './strip-control.ts';
import type { ThreadEvent } from './thread-event.ts';

export function jsonReport(out: { readonly stdout: Write; readonly stderr: Write }): Report {
  return {
    event: (event) => out.stdout(`${jsonLine(event)}\n`),
    runtimeEvent: () => undefined,
    notice: (text) => out.stderr(`cordon exec: ${stripControl(text)}\n`),
  };
}

/** JSON leaves U+0085, U+2028 and U+2029 alone, where many readers split lines, and controls that terminals obey. */
export function jsonLine(event: ThreadEvent): string {
  return JSON.stringify(event).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
