import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventWatcher, readEventStream, StreamError } from './read-event-stream.ts';

const deaf: EventWatcher = { heard: () => undefined, skipped: () => undefined };
const limits = { eventChars: 1000, streamBytes: 5000 };

async function read(
  chunks: readonly (string | Uint8Array)[],
  watcher: Partial<EventWatcher> = {},
): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readEventStream(stream(chunks), limits, { ...deaf, ...watcher }))
    events.push(event);
  return events;
}

function stream(chunks: readonly (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  return Readable.from(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
}

describe('readEventStream', () => {
  it('yields each event as the object it carries', async () => {
    expect(await read(['event: a\ndata: {"type":"a"}\n\ndata: {"type":"b"}\n\n'])).toEqual([
      { type: 'a' },
      { type: 'b' },
    ]);
  });

  it('skips comments, retry lines and the end mark of older servers', async () => {
    expect(await read([': ping\n\nretry: 5\n\ndata: {"a":1}\n\ndata: [DONE]\n\n'])).toEqual([{ a: 1 }]);
  });

  it('reports no event for a comment, which a server could send for ever', async () => {
    let heard = 0;
    await read([': ping\n\n', ': ping\n\n', 'data: {}\n\n'], { heard: () => (heard += 1) });
    expect(heard).toBe(1);
  });

  it('keeps an event whole wherever the chunks are cut', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(80), { maxLength: 6 }), async (cuts) => {
        const bytes = Buffer.from('data: {"text":"Größe 日本 🦀"}\r\n\r\ndata: {"n":1}\n\n');
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await read(chunks)).toEqual([{ text: 'Größe 日本 🦀' }, { n: 1 }]);
      }),
    ));

  it('leaves out what is no JSON object, counts it, and goes on', async () => {
    const seen = { heard: 0, skipped: 0 };
    const events = await read(
      ['hello', '[]', 'null', '{"type":"a"', '{"type":"b"}'].map((d) => `data: ${d}\n\n`),
      {
        heard: () => (seen.heard += 1),
        skipped: () => (seen.skipped += 1),
      },
    );
    expect({ events, seen }).toEqual({ events: [{ type: 'b' }], seen: { heard: 5, skipped: 4 } });
  });

  const refused: readonly { says: string; chunks: readonly (string | Uint8Array)[]; want: string }[] = [
    {
      says: 'bytes that are not UTF-8',
      chunks: [new Uint8Array([0x64, 0xff, 0xfe])],
      want: 'the stream is not UTF-8 text',
    },
    {
      says: 'a line that never ends',
      chunks: ['data: ', 'x'.repeat(600), 'x'.repeat(600)],
      want: 'one event is larger than 1000 characters',
    },
    {
      says: 'an event that never ends',
      chunks: Array.from({ length: 30 }, () => `data: ${'x'.repeat(50)}\n`),
      want: 'one event is larger than 1000 characters',
    },
    {
      says: 'a whole event that is too large',
      chunks: [`data: "${'x'.repeat(1200)}"\n\n`],
      want: 'one event is larger than 1000 characters',
    },
    {
      says: 'a stream that never ends',
      chunks: Array.from({ length: 1000 }, () => 'data: {}\n\n'),
      want: 'the stream is larger than 5000 bytes',
    },
    {
      says: 'comments that never end',
      chunks: Array.from({ length: 1000 }, () => ': ping\n\n'),
      want: 'the stream is larger than 5000 bytes',
    },
  ];
  for (const { says, chunks, want } of refused)
    it(`refuses ${says}`, async () => {
      await expect(read(chunks)).rejects.toEqual(new StreamError(want));
    });

  it('yields what came before the refusal', async () => {
    const events: unknown[] = [];
    const reading = (async (): Promise<void> => {
      for await (const event of readEventStream(
        stream(['data: {"a":1}\n\n', new Uint8Array([0xff])]),
        limits,
        deaf,
      ))
        events.push(event);
    })();
    await expect(reading).rejects.toThrow('the stream is not UTF-8 text');
    expect(events).toEqual([{ a: 1 }]);
  });
});
