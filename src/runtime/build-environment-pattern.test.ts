import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from './build-environment-pattern.ts';

describe('matchesPattern', () => {
  const rows = [
    { says: 'the same word', name: 'PATH', pattern: 'PATH', want: true },
    { says: 'the same word in other case', name: 'Path', pattern: 'pATH', want: true },
    { says: 'a longer word', name: 'PATHS', pattern: 'PATH', want: false },
    { says: 'a shorter word', name: 'PAT', pattern: 'PATH', want: false },
    { says: 'a run before', name: 'MY_KEY', pattern: '*KEY', want: true },
    { says: 'a run around', name: 'MY_KEY_ID', pattern: '*key*', want: true },
    { says: 'an empty run', name: 'KEY', pattern: '**KEY**', want: true },
    { says: 'one character', name: 'LC_A', pattern: 'LC_?', want: true },
    { says: 'no character for ?', name: 'LC_', pattern: 'LC_?', want: false },
    { says: 'the last of several places', name: 'ababac', pattern: '*abac', want: true },
    { says: 'brackets as they stand', name: 'A', pattern: '[A]', want: false },
    { says: 'a dot as it stands', name: 'AB', pattern: 'A.', want: false },
    { says: 'nothing but an empty name', name: '', pattern: '', want: true },
    { says: 'an empty name by a star', name: '', pattern: '*', want: true },
  ];
  for (const { says, name, pattern, want } of rows) {
    it(`${want ? 'matches' : 'does not match'} ${says}`, () => {
      expect(matchesPattern(name, pattern)).toBe(want);
    });
  }

  it('agrees with the regular expression it replaces', () => {
    const alphabet = fc.constantFrom('a', 'b', '*', '?');
    const word = fc.array(alphabet, { maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(word, word, (name, pattern) => {
        const source = pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]');
        expect(matchesPattern(name, pattern)).toBe(new RegExp(`^${source}$`, 'u').test(name));
      }),
      { numRuns: 3000 },
    );
  });

  it('answers a pattern made to backtrack', () => {
    expect(matchesPattern('a'.repeat(20_000), `${'a*'.repeat(40)}b`)).toBe(false);
  });
});
