import { describe, expect, it } from 'vitest';
import { splitWords } from './split-words.ts';

const rows: readonly {
  readonly says: string;
  readonly text: string;
  readonly want: readonly string[] | undefined;
}[] = [
  { says: 'splits at blanks', text: ' git  status\t-s\n', want: ['git', 'status', '-s'] },
  { says: 'keeps operators as words', text: 'a; b && c', want: ['a;', 'b', '&&', 'c'] },
  { says: 'keeps $ and globs', text: 'echo $HOME *', want: ['echo', '$HOME', '*'] },
  { says: 'joins quoted parts', text: `a'b c'"d"e`, want: ['ab cde'] },
  { says: 'reads an empty word', text: `a '' ""`, want: ['a', '', ''] },
  { says: 'escapes outside quotes', text: 'a\\ b \\n', want: ['a b', 'n'] },
  { says: 'keeps a backslash in single quotes', text: `'a\\b'`, want: ['a\\b'] },
  { says: 'escapes only four characters in double quotes', text: '"\\$\\`\\"\\\\\\n"', want: ['$`"\\\\n'] },
  { says: 'drops an escaped newline', text: 'a \\\nb "c\\\nd"', want: ['a', 'b', 'cd'] },
  { says: 'makes an empty word of an escaped newline alone', text: 'a \\\n b', want: ['a', '', 'b'] },
  { says: 'ends at a comment', text: 'a b # c d\ne', want: ['a', 'b', 'e'] },
  { says: 'keeps a # inside a word', text: 'a#b', want: ['a#b'] },
  { says: 'is nothing for a comment', text: '# a', want: [] },
  { says: 'keeps a carriage return', text: 'a\r\nb', want: ['a\r', 'b'] },
  { says: 'refuses an open single quote', text: "a 'b", want: undefined },
  { says: 'refuses an open double quote', text: 'a "b', want: undefined },
  { says: 'refuses a last backslash', text: 'a \\', want: undefined },
  { says: 'refuses a last backslash in double quotes', text: '"a\\', want: undefined },
];

describe('the words of an example', () => {
  it.each(rows)('$says', ({ text, want }) => {
    expect(splitWords(text)).toEqual(want);
  });
});
