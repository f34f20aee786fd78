import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../domain/testdata/any-text.ts';
import { stripControl } from './strip-control.ts';

const rows: readonly { says: string; text: string; want: string }[] = [
  { says: 'keeps text, tabs and line breaks', text: 'a\tb\nc', want: 'a\tb\nc' },
  { says: 'takes colours away whole', text: '\u001b[31mred\u001b[0m', want: 'red' },
  { says: 'takes a title away whole', text: '\u001b]0;owned\u0007text', want: 'text' },
  {
    says: 'takes a link away and leaves its text',
    text: '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\',
    want: 'link',
  },
  { says: 'takes a device control string away', text: '\u001bP1$q\u001b\\x', want: 'x' },
  { says: 'takes a cursor movement of one byte away', text: 'a\u009b2Ab', want: 'ab' },
  { says: 'takes a lone escape away', text: 'a\u001b', want: 'a' },
  { says: 'makes a line of what would overwrite one', text: 'secret\rpublic', want: 'secret\npublic' },
  { says: 'keeps DOS line ends as line ends', text: 'a\r\nb', want: 'a\nb' },
  { says: 'takes backspaces, bells and DEL away', text: 'a\b\u0007\u007fb', want: 'ab' },
  { says: 'takes reversed reading away', text: 'a\u202eb\u2066c', want: 'abc' },
  { says: 'keeps other scripts and emoji', text: 'שלום 日本 👩‍💻', want: 'שלום 日本 👩‍💻' },
];

describe('stripControl', () => {
  for (const { says, text, want } of rows) it(says, () => expect(stripControl(text)).toBe(want));

  it('leaves nothing a terminal obeys, whatever comes in', () =>
    fc.assert(
      fc.property(anyText(40), (text) => {
        expect(stripControl(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    ));
});
