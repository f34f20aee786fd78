import { describe, expect, it } from 'vitest';
import { applyHunks } from './apply-hunks.ts';
import type { PatchHunk } from './parse-patch.ts';

function hunk(lines: readonly string[], { below = [], atEnd = false }: Partial<PatchHunk> = {}): PatchHunk {
  return {
    below,
    atEnd,
    lines: lines.map((line) => ({ mark: line[0] as ' ' | '-' | '+', text: line.slice(1) })),
  };
}

const rows: readonly { says: string; text: string; hunks: readonly PatchHunk[]; want: string }[] = [
  {
    says: 'a line is replaced',
    text: 'a\nb\nc\n',
    hunks: [hunk([' a', '-b', '+B', ' c'])],
    want: 'a\nB\nc\n',
  },
  {
    says: 'hunks follow each other, so the second place is the second one',
    text: 'x\nx\nx\n',
    hunks: [hunk(['-x', '+1']), hunk(['-x', '+2'])],
    want: '1\n2\nx\n',
  },
  {
    says: 'headings lead to the place',
    text: 'class A\n  f\n  x\nclass B\n  f\n  x\n',
    hunks: [hunk(['-  x', '+  y'], { below: ['class B', '  f'] })],
    want: 'class A\n  f\n  x\nclass B\n  f\n  y\n',
  },
  {
    says: 'what only adds goes below its heading',
    text: 'a\nb\n',
    hunks: [hunk(['+x'], { below: ['a'] })],
    want: 'a\nx\nb\n',
  },
  { says: 'what only adds goes to the end without one', text: 'a\n', hunks: [hunk(['+x'])], want: 'a\nx\n' },
  {
    says: 'the end of the file is the last place that fits',
    text: 'x\ny\nx\n',
    hunks: [hunk(['-x', '+z'], { atEnd: true })],
    want: 'x\ny\nz\n',
  },
  {
    says: 'blanks that differ do not matter, and the context stays as the file has it',
    text: '\ta  \nb\n',
    hunks: [hunk([' a', '-b', '+c'])],
    want: '\ta  \nc\n',
  },
  {
    says: 'line ends of DOS stay',
    text: 'a\r\nb\r\n',
    hunks: [hunk([' a', '-b', '+c'])],
    want: 'a\r\nc\r\n',
  },
  {
    says: 'a missing last line break stays missing',
    text: 'a\nb',
    hunks: [hunk(['-b', '+c'])],
    want: 'a\nc',
  },
  { says: 'a file may become empty', text: 'a\n', hunks: [hunk(['-a'])], want: '' },
  { says: 'an empty file gets its first lines', text: '', hunks: [hunk(['+a'])], want: 'a\n' },
];

describe('applyHunks', () => {
  for (const { says, text, hunks, want } of rows)
    it(says, () => expect(applyHunks(text, hunks)).toEqual({ ok: true, value: want }));

  it('says what is not there', () => {
    expect(applyHunks('a\n', [hunk(['-b', '+c'])])).toEqual({
      ok: false,
      error: 'the hunk does not fit: the file does not hold "b"',
    });
    expect(applyHunks('a\n', [hunk(['-a'], { below: ['z'] })])).toEqual({
      ok: false,
      error: 'the hunk looks for "z", which is not there',
    });
  });

  it('gives up on a file and a patch that are compared each line with each', () => {
    const lines = Array.from({ length: 50_000 }, () => 'x');
    const big = hunk([...lines.slice(0, 20_000).map((line) => ` ${line}`), '-y']);
    expect(applyHunks(lines.join('\n'), [big])).toEqual({
      ok: false,
      error: 'it takes too long to find where the hunks belong',
    });
  });
});
