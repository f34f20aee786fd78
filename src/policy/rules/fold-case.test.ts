import { describe, expect, it } from 'vitest';
import { foldCase } from './fold-case.ts';

const rows: readonly { readonly a: string; readonly b: string; readonly same: boolean }[] = [
  { a: 'GIT', b: 'git', same: true },
  { a: 'ß', b: 'SS', same: true },
  { a: 'ẞ', b: 'ss', same: true },
  { a: 'ſ', b: 's', same: true },
  { a: '\u212a', b: 'k', same: true },
  { a: 'ς', b: 'Σ', same: true },
  { a: 'ΟΔΟΣ', b: 'οδος', same: true },
  { a: 'e\u0301', b: 'É', same: true },
  { a: 'µ', b: 'Μ', same: true },
  { a: 'ﬁ', b: 'FI', same: true },
  { a: 'ı', b: 'i', same: false },
  { a: 'ı', b: 'I', same: false },
  { a: 'İ', b: 'i', same: false },
  { a: 'git.exe', b: 'git', same: false },
];

describe('canonical words', () => {
  it.each(rows)('$a and $b', ({ a, b, same }) => {
    expect(foldCase(a) === foldCase(b)).toBe(same);
  });
});
