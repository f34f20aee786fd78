import { describe, expect, it } from 'vitest';
import { jsonLine, jsonReport } from './json-report.ts';

describe('jsonReport', () => {
  it('prints events on stdout and everything else on stderr', () => {
    const out: string[] = [];
    const errors: string[] = [];
    const report = jsonReport({
      includesDeltas: false,
      stdout: (text) => out.push(text),
      stderr: (text) => errors.push(text),
    });
    report.event({ type: 'turn.started' });
    report.notice('trying\u001b]0;owned\u0007 again');
    expect([out, errors]).toEqual([['{"type":"turn.started"}\n'], ['cordon exec: trying again\n']]);
  });

  it('writes one line for every reader, and nothing a terminal obeys', () => {
    const message = 'a\nb\u2028c\u2029d\u0085e\u009bf\u001bg\u007f';
    const line = jsonLine({ type: 'turn.failed', error: { kind: 'model', message } });
    expect(line).not.toMatch(/[\n\u2028\u2029\u0000-\u001f\u007f-\u009f]/);
    expect(JSON.parse(line)).toEqual({ type: 'turn.failed', error: { kind: 'model', message } });
  });

  it('tells what commands write while they run where that is asked for, a character whole, and no more than a megabyte of it', () => {
    const out: string[] = [];
    const report = jsonReport({
      includesDeltas: true,
      stdout: (text) => out.push(text),
      stderr: () => undefined,
    });
    const write = (bytes: Uint8Array): void =>
      report.runtimeEvent({ type: 'output.chunk', callId: 'item_0' as never, stream: 'stderr', bytes });
    write(Buffer.from([0x61, 0xc3]));
    write(Buffer.from([0xa9]));
    const about = { type: 'item.output_delta', item_id: 'item_0', stream: 'stderr' };
    expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { ...about, delta: 'a' },
      { ...about, delta: 'é' },
    ]);
    for (let piece = 0; piece < 20; piece += 1) write(Buffer.alloc(100_000, 'x'));
    expect(out.join('').length).toBeLessThan(1024 * 1024 + 20_000);
    expect(out.filter((line) => line.includes('"truncated":true'))).toHaveLength(1);
  });
});
