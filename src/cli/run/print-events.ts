// What `cordon run` prints while a command runs: its output untouched, or every event as a line of JSON.
import type { Writable } from 'node:stream';
import type { ExecEvent } from '../../domain/index.ts';

export interface EventPrinter {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly json: boolean;
  /** Lets the output of the command through, in its turn. Default: at once. */
  print?(write: () => Promise<void>): Promise<void>;
}

/** Ends with the command, or with the events. Waits for each write, so that a slow reader slows the command down and loses nothing. */
export async function printEvents(events: AsyncIterable<ExecEvent>, printer: EventPrinter): Promise<void> {
  for await (const event of events) {
    if (printer.json) await write(printer.stdout, `${eventLine(event)}\n`);
    else if (event.type === 'output.chunk') {
      const { bytes, stream } = event;
      const out = async (): Promise<void> =>
        await write(stream === 'stderr' ? printer.stderr : printer.stdout, bytes);
      await (printer.print?.(out) ?? out());
    }
    if (event.type === 'exec.finished') return;
  }
}

/** One event as JSON: bytes in base64, maps as objects, absent fields left out. */
export function eventLine(event: ExecEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => {
    if (isSerializedBuffer(value)) return Buffer.from(value.data).toString('base64');
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    return value instanceof Map ? Object.fromEntries(value as ReadonlyMap<string, unknown>) : value;
  });
}

/** `JSON.stringify` asks a Buffer for its own form before the replacer sees it. */
function isSerializedBuffer(
  value: unknown,
): value is { readonly type: 'Buffer'; readonly data: readonly number[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value
  );
}

async function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    // A reader that is gone is dealt with at the process edge; here it only must not be waited for.
    stream.write(data, () => resolve());
  });
}
