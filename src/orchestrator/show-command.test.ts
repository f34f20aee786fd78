import { describe, expect, it } from 'vitest';
import { escapeInvisible, showCommand } from './show-command.ts';

describe('escapeInvisible', () => {
  it.each([
    { says: 'an escape sequence', text: 'a\u001b[2J', want: String.raw`a\u{1b}[2J` },
    { says: 'a turned reading direction', text: 'a\u202eb', want: String.raw`a\u{202e}b` },
    { says: 'half a character', text: 'a\ud800', want: String.raw`a\u{d800}` },
    { says: 'a letter that is blank', text: 'a\u3164b', want: String.raw`a\u{3164}b` },
    { says: 'a pattern of no dots', text: 'a\u2800b', want: String.raw`a\u{2800}b` },
    { says: 'a space that is none', text: 'a\u00a0b', want: String.raw`a\u{a0}b` },
    { says: 'nothing in ordinary text', text: "echo 'grüße 日本 👍'", want: "echo 'grüße 日本 👍'" },
  ])('spells out $says', ({ text, want }) => {
    expect(escapeInvisible(text)).toBe(want);
  });
});

describe('showCommand', () => {
  it('shows words as a shell would need them, and a computed one as such', () => {
    expect(showCommand(['rm', 'a b', "it's", undefined])).toBe("`rm 'a b' 'it'\\''s' …`");
  });
});
