import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../domain/testdata/any-text.ts';
import { HeadTailBuffer } from './head-tail-buffer.ts';
import { renderCaptured } from './render-captured.ts';

const render = (written: Uint8Array, budget: number): string => {
  const buffer = new HeadTailBuffer(budget);
  buffer.append(written);
  return renderCaptured(buffer.capture());
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('renderCaptured', () => {
  const rows = [
    { says: 'shows everything that was kept', written: 'one\ntwo\n', budget: 64, want: 'one\ntwo\n' },
    { says: 'joins a character over head and tail', written: 'aé', budget: 4, want: 'aé' },
    {
      says: 'says how much is missing',
      written: 'abcdefgh',
      budget: 4,
      want: 'ab\n[... 4 bytes omitted ...]\ngh',
    },
    {
      says: 'leaves out the character the head splits',
      written: 'a€bcdefgh',
      budget: 6,
      want: 'a\n[... 7 bytes omitted ...]\nfgh',
    },
    {
      says: 'leaves out the character the tail splits',
      written: 'abcdefg😀h',
      budget: 6,
      want: 'abc\n[... 8 bytes omitted ...]\nh',
    },
    { says: 'keeps a byte order mark', written: '\ufeffx', budget: 64, want: '\ufeffx' },
  ];
  for (const { says, written, budget, want } of rows) {
    it(says, () => {
      expect(render(utf8(written), budget)).toBe(want);
    });
  }

  it('shows invalid bytes as replacement characters', () => {
    expect(render(Uint8Array.of(0x61, 0xff, 0xc0, 0x62), 64)).toBe('a\ufffd\ufffdb');
  });

  it('never splits a character, and shown + omitted = written', () => {
    fc.assert(
      fc.property(anyText(), fc.nat({ max: 40 }), (written, budget) => {
        const whole = utf8(written);
        const shown = render(whole, budget);
        if (whole.length <= budget) {
          expect(shown).toBe(written);
          return;
        }
        const match = /^(.*)\n\[\.\.\. (\d+) bytes omitted \.\.\.\]\n(.*)$/su.exec(shown);
        const [head = '', omitted, tail = ''] = [match?.[1], Number(match?.[2]), match?.[3]];
        expect(written.startsWith(head) && written.endsWith(tail)).toBe(true);
        expect(utf8(head).length + omitted + utf8(tail).length).toBe(whole.length);
      }),
      { numRuns: 1000 },
    );
  });
});
