import { describe, expect, it } from 'vitest';
import { jsonLine, jsonReport } from './json-report.ts';

describe('jsonReport', () => {
  it('prints events on stdout and everything else on stderr', () => {
    const out: string[] = [];
    const errors: string[] = [];
    const report = jsonReport({ stdout: (text) => out.push(text), stderr: (text) => errors.push(text) });
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
});
