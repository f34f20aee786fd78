import { describe, expect, it } from 'vitest';
import { SourceText } from './source.ts';

const source = new SourceText('f', 'first\nsecond line\r\n\n  é😀x');

describe('a position', () => {
  const rows = [
    { says: 'begins at one', offset: 0, want: { line: 1, column: 1 } },
    { says: 'is on its line at the line end', offset: 5, want: { line: 1, column: 6 } },
    { says: 'is on the next line after it', offset: 6, want: { line: 2, column: 1 } },
    { says: 'counts a carriage return like any character', offset: 18, want: { line: 2, column: 13 } },
    { says: 'is on an empty line', offset: 19, want: { line: 3, column: 1 } },
    { says: 'counts an astral character once', offset: 25, want: { line: 4, column: 5 } },
    { says: 'may be the end of the text', offset: 26, want: { line: 4, column: 6 } },
  ];
  for (const { says, offset, want } of rows) {
    it(says, () => {
      const { line, column } = source.position(offset);
      expect({ line, column }).toEqual(want);
    });
  }
});

describe('an excerpt', () => {
  const rows = [
    { says: 'marks the span', span: [6, 12], want: 'second line\n^^^^^^' },
    { says: 'stops at the line end', span: [13, 25], want: 'second line\n       ^^^^' },
    { says: 'marks one character at the least', span: [5, 5], want: 'first\n     ^' },
    { says: 'aligns behind astral characters', span: [25, 26], want: '  é😀x\n    ^' },
    { says: 'can be an empty line', span: [19, 19], want: '\n^' },
  ] as const;
  for (const { says, span, want } of rows)
    it(says, () => expect(source.excerpt(span[0], span[1])).toBe(want));

  it('of a very long line is cut around the place', () => {
    const long = new SourceText('f', `${'a'.repeat(5000)}HERE${'b'.repeat(5000)}`);
    const [line = '', carets = ''] = long.excerpt(5000, 5004).split('\n');
    expect(line).toHaveLength(160);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('HERE');
  });

  it('of a very long span is cut too', () => {
    const long = new SourceText('f', 'x'.repeat(5000));
    expect(long.excerpt(0, 5000)).toBe(`${'x'.repeat(160)}\n${'^'.repeat(160)}`);
  });

  it('shows nothing that could steer a terminal or reorder the line', () => {
    const hostile = new SourceText('f', 'a\u001b]0;x\u0007\u202eb\u200f');
    expect(hostile.excerpt(0, 1)).toBe('a\ufffd]0;x\ufffd\ufffdb\ufffd\n^');
  });
});
