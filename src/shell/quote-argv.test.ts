import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScript, quoteArgv } from './index.ts';

describe('a quoted argv', () => {
  const rows: readonly { readonly says: string; readonly argv: readonly string[]; readonly want: string }[] =
    [
      {
        says: 'leaves plain words alone',
        argv: ['git', 'log', '-n5', 'HEAD~1'],
        want: "git log -n5 'HEAD~1'",
      },
      { says: 'quotes blanks and patterns', argv: ['ls', 'a b', '*'], want: "ls 'a b' '*'" },
      { says: 'shows an empty word', argv: ['a', ''], want: "a ''" },
      { says: 'keeps an apostrophe', argv: ['a', "it's"], want: String.raw`a 'it'\''s'` },
      {
        says: 'spells out what a terminal would act on',
        argv: ['a', '\u001b[2K\r\nx'],
        want: String.raw`a $'\x1b[2K\r\nx'`,
      },
      {
        says: 'spells out what hides or reorders text',
        argv: ['a', 'x\u202ey\u200b'],
        want: String.raw`a $'x\u202ey\u200b'`,
      },
      {
        says: 'spells out a space that only looks like one',
        argv: ['a\u00a0b'],
        want: String.raw`$'a\u00a0b'`,
      },
      {
        says: 'spells out a letter and a pattern that are blank',
        argv: ['rm', 'a\u3164b', 'a\u2800b'],
        want: String.raw`rm $'a\u3164b' $'a\u2800b'`,
      },
      { says: 'keeps a program from reading as grammar', argv: ['if', 'if'], want: "'if' if" },
      { says: 'keeps a program from reading as an assignment', argv: ['a=b', 'a=b'], want: "'a=b' a=b" },
    ];
  for (const { says, argv, want } of rows) it(says, () => expect(quoteArgv(argv)).toBe(want));

  it('is split into the same words again, whenever it holds no control text', () => {
    const word = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,6}x$/), fc.array(word), (program, args) => {
        const parsed = parseScript(quoteArgv([program, ...args]));
        expect(parsed.kind === 'plain' ? parsed.commands.map(({ argv }) => argv) : parsed).toEqual([
          [program, ...args],
        ]);
      }),
    );
  });
});
