import { describe, expect, it } from 'vitest';
import { frozenCopy } from './frozen-copy.ts';

describe('frozenCopy', () => {
  it('shares nothing with the original, and cannot be written at any depth', () => {
    const original = { argv: ['rm', 'a'], cause: { match: { words: ['rm'] } }, input: Uint8Array.of(1) };
    const copy = frozenCopy(original);
    expect(copy).toEqual(original);
    expect(() => copy.argv.push('b')).toThrow(TypeError);
    expect(() => (copy.cause.match.words[0] = 'ls')).toThrow(TypeError);
    copy.input[0] = 2;
    expect(original).toEqual({
      argv: ['rm', 'a'],
      cause: { match: { words: ['rm'] } },
      input: Uint8Array.of(1),
    });
  });
});
