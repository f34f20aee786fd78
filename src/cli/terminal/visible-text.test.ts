import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../domain/testdata/any-text.ts';
import { visible, widthOf } from './visible-text.ts';

const rows = [
  { says: 'an erased screen', text: 'a\u001b[2Jb', want: 'a\\e[2Jb' },
  { says: 'a carriage return that would overwrite the row', text: 'rm -rf /\rls', want: 'rm -rf /\\rls' },
  { says: 'a backspace', text: 'rm\b\bls', want: 'rm\\u{8}\\u{8}ls' },
  { says: 'an eight-bit control sequence', text: '\u009b2J', want: '\\u{9b}2J' },
  { says: 'text that would be shown from right to left', text: 'a\u202eb', want: 'a\\u{202e}b' },
  { says: 'an isolate', text: '\u2066a\u2069', want: '\\u{2066}a\\u{2069}' },
  { says: 'a space without width', text: 'r\u200bm', want: 'r\\u{200b}m' },
  { says: 'a space that is none', text: 'a\u00a0b', want: 'a\\u{a0}b' },
  { says: 'a letter that is blank', text: 'a\u3164b', want: 'a\\u{3164}b' },
  { says: 'a pattern of no dots', text: 'a\u2800b', want: 'a\\u{2800}b' },
  { says: 'tags', text: 'a\u{e0041}', want: 'a\\u{e0041}' },
  { says: 'half a character', text: 'a\ud800', want: 'a\\u{d800}' },
  { says: 'a line separator', text: 'a\u2028b', want: 'a\\u{2028}b' },
  { says: 'a private character', text: '\ue000', want: '\\u{e000}' },
  { says: 'a variation selector', text: 'a\ufe0f', want: 'a\\u{fe0f}' },
  { says: 'nothing in ordinary text', text: "echo 'grüße 日本 👍'", want: "echo 'grüße 日本 👍'" },
];

describe('visible', () => {
  it.each(rows)('spells out $says', ({ text, want }) => {
    expect(visible(text)).toBe(want);
  });

  it('leaves nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('widthOf', () => {
  it.each([
    { text: 'abc', want: 3 },
    { text: '日本', want: 4 },
    { text: 'e\u0301', want: 1 },
    { text: '👍', want: 2 },
  ])('counts $text as $want columns', ({ text, want }) => {
    expect(widthOf(text)).toBe(want);
  });
});
