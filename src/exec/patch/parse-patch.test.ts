import { describe, expect, it } from 'vitest';
import { mostPatchCharacters, parsePatch } from './parse-patch.ts';

const patch = (...lines: string[]): string => ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');

describe('parsePatch reads', () => {
  it('every kind of change, in order', () => {
    const text = patch(
      '*** Add File: a.txt',
      '+one',
      '+',
      '*** Delete File: b.txt',
      '*** Update File: c.txt',
      '*** Move to: d.txt',
      '@@ class A',
      '@@ def f():',
      ' same',
      '-old',
      '+new',
      '',
      '*** End of File',
    );
    expect(parsePatch(text)).toEqual({
      ok: true,
      value: [
        { kind: 'add', path: 'a.txt', lines: ['one', ''] },
        { kind: 'delete', path: 'b.txt' },
        {
          kind: 'update',
          path: 'c.txt',
          moveTo: 'd.txt',
          hunks: [
            {
              below: ['class A', 'def f():'],
              lines: [
                { mark: ' ', text: 'same' },
                { mark: '-', text: 'old' },
                { mark: '+', text: 'new' },
                { mark: ' ', text: '' },
              ],
              atEnd: true,
            },
          ],
        },
      ],
    });
  });

  it('line ends of either kind, blanks after a marker, and a first hunk without a heading', () => {
    expect(parsePatch(patch('*** Update File: a  ', '-x', '+y').replaceAll('\n', '\r\n'))).toMatchObject({
      ok: true,
      value: [{ path: 'a', hunks: [{ below: [] }] }],
    });
  });
});

describe('parsePatch refuses', () => {
  const rows: readonly { says: string; text: string; want: string | RegExp }[] = [
    { says: 'nothing', text: '', want: "the first line must be '*** Begin Patch'" },
    { says: 'words before it', text: `ls\n${patch('*** Delete File: a')}`, want: /first line/ },
    {
      says: 'an open end',
      text: '*** Begin Patch\n*** Delete File: a',
      want: "the last line must be '*** End Patch'",
    },
    {
      says: 'words after it',
      text: `${patch('*** Delete File: a')}rm -rf x`,
      want: /line 4 .* nothing may follow/,
    },
    { says: 'no file at all', text: patch(), want: 'the patch changes no file' },
    {
      says: 'a line that belongs nowhere',
      text: patch('*** Nonsense'),
      want: /line 2 .*found "\*\*\* Nonsense"/,
    },
    { says: 'an added line without its mark', text: patch('*** Add File: a', '+x', 'y'), want: /line 4/ },
    { says: 'an update of nothing', text: patch('*** Update File: a'), want: /changes nothing/ },
    {
      says: 'a hunk of nothing',
      text: patch('*** Update File: a', '@@ x'),
      want: /expected a line that starts with/,
    },
    { says: 'a NUL', text: patch('*** Add File: a\0b', '+x'), want: 'the patch holds a NUL character' },
    { says: 'more than anybody writes', text: 'x'.repeat(mostPatchCharacters + 1), want: /longer than/ },
    {
      says: 'more files than anybody changes',
      text: patch(...Array.from({ length: 501 }, (_, n) => `*** Delete File: ${n}`)),
      want: /more than 500 files/,
    },
  ];
  for (const { says, text, want } of rows)
    it(says, () => {
      const parsed = parsePatch(text);
      expect(parsed).toEqual({
        ok: false,
        error: typeof want === 'string' ? want : expect.stringMatching(want),
      });
    });
});
