// Standard input and output as a wire: one message a line.
import type { Readable, Writable } from 'node:stream';
import { longestMessage, type Wire } from './wire.ts';

export interface LineEnds {
  onLine(line: string): void;
  /** The sentence says why it is no message. */
  onBadLine(why: string): void;
  /** Nothing more will come, or nobody reads any more. */
  onEnd(): void;
}

/** Begins to read at once. A line that is too long or no UTF-8 is told and passed over; those behind it count. */
export function stdioWire(
  input: Readable,
  output: Writable,
  ends: LineEnds,
  limit: number = longestMessage,
): Wire {
  const listeners = new Set<() => void>();
  const state = { isOver: false };
  const over = (): void => {
    if (state.isOver) return;
    state.isOver = true;
    ends.onEnd();
  };
  const split = lineSplitter(limit, ends);
  input.on('data', (chunk: Buffer) => split.take(chunk));
  input.once('end', () => {
    split.end();
    over();
  });
  for (const stream of [input, output]) stream.on('error', over).once('close', over);
  return {
    send: (text) => {
      if (state.isOver) return;
      output.write(`${text}\n`, () => {
        for (const listener of [...listeners]) listener();
      });
    },
    get queuedBytes() {
      return output.writableLength;
    },
    onRoom: (listener) => void listeners.add(listener),
    pause: () => void input.pause(),
    resume: () => void input.resume(),
    close: () => over(),
  };
}

interface LineSplitter {
  take(chunk: Buffer): void;
  end(): void;
}

function lineSplitter(limit: number, { onLine, onBadLine }: LineEnds): LineSplitter {
  let parts: Buffer[] = [];
  let length = 0;
  const finish = (): void => {
    const tooLong = length > limit;
    const line = tooLong ? undefined : Buffer.concat(parts);
    parts = [];
    length = 0;
    if (line === undefined) {
      onBadLine(`Cannot read the message: it is longer than ${String(limit)} bytes`);
      return;
    }
    let text: string;
    try {
      text = utf8.decode(line);
    } catch {
      onBadLine('Cannot read the message: it is no UTF-8');
      return;
    }
    // Empty lines are how people and some programs end a paragraph.
    if (text.trim() !== '') onLine(text);
  };
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > limit) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  return {
    take: (chunk) => {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        add(chunk.subarray(start, end));
        finish();
        start = end + 1;
      }
      add(chunk.subarray(start));
    },
    end: () => {
      if (length > 0) finish();
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
