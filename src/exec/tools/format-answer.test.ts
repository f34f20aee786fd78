import { describe, expect, it } from 'vitest';
import {
  type CommandOutput,
  formatChunkAnswer,
  formatFreeformAnswer,
  formatJsonAnswer,
} from './format-answer.ts';

function output(text: string, more: Partial<CommandOutput> = {}): CommandOutput {
  const head = Buffer.from(text);
  return {
    output: { head, tail: new Uint8Array(), omittedBytes: 0, totalBytes: head.length },
    lineBreaks: undefined,
    wallMs: 26.1,
    notice: undefined,
    ...more,
  };
}
const lines = `${'x'.repeat(19)}\n`.repeat(40_000);

describe('formatJsonAnswer', () => {
  it('is what shell answers', () => {
    expect(formatJsonAnswer(2, output('hi\n'))).toBe(
      '{"output":"hi\\n","metadata":{"exit_code":2,"duration_seconds":0.0}}',
    );
  });
  it('is JSON whatever the output is', () => {
    expect(JSON.parse(formatJsonAnswer(0, output('"\\\u0000\ud83e\udd80', { wallMs: 1250 })))).toEqual({
      output: '"\\\u0000🦀',
      metadata: { exit_code: 0, duration_seconds: 1.3 },
    });
  });
  it('says first that time was up', () => {
    const timedOut = output('partial', { notice: 'command timed out after 301 milliseconds' });
    expect(JSON.parse(formatJsonAnswer(124, timedOut)).output).toBe(
      'command timed out after 301 milliseconds\npartial',
    );
  });
  it('counts the lines of what it cut', () => {
    const { output: text } = JSON.parse(formatJsonAnswer(0, output(lines)));
    expect(text).toMatch(/^Total output lines: 40000\n\nx{19}\n[^]*…190000 tokens truncated…[^]*x{19}\n$/);
  });
});

describe('formatFreeformAnswer', () => {
  it('is what shell_command answers', () => {
    expect(formatFreeformAnswer(3, output('no\n'))).toBe('Exit code: 3\nWall time: 0 seconds\nOutput:\nno\n');
  });
  it('counts the lines of what it cut', () => {
    expect(formatFreeformAnswer(0, output(lines, { wallMs: 1234, lineBreaks: 41_000 }))).toMatch(
      /^Exit code: 0\nWall time: 1.2 seconds\nTotal output lines: 41000\nOutput:\nx{19}\n/,
    );
  });
});

describe('formatChunkAnswer', () => {
  it('is what exec_command answers about a command that ended', () => {
    expect(formatChunkAnswer('0a1b2c', { kind: 'exited', exitCode: 0 }, output('hello 7\n'), 100)).toBe(
      'Chunk ID: 0a1b2c\nWall time: 0.0261 seconds\nProcess exited with code 0\nOriginal token count: 2\nOutput:\nhello 7\n',
    );
  });
  it('is what exec_command answers about a command that still runs', () => {
    expect(formatChunkAnswer('0a1b2c', { kind: 'running', sessionId: 47_991 }, output(''), 100)).toBe(
      'Chunk ID: 0a1b2c\nWall time: 0.0261 seconds\nProcess running with session ID 47991\nOriginal token count: 0\nOutput:\n',
    );
  });
  it('cuts at the limit of the call', () => {
    expect(formatChunkAnswer('0a1b2c', { kind: 'exited', exitCode: 1 }, output('aaaa\nXXXX\nbbb'), 2)).toBe(
      'Chunk ID: 0a1b2c\nWall time: 0.0261 seconds\nProcess exited with code 1\nOriginal token count: 4\nOutput:\nWarning: truncated output (original token count: 4)\nTotal output lines: 3\n\naaaa…2 tokens truncated…\nbbb',
    );
  });
});
