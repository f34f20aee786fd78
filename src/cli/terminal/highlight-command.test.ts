import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highlightLine } from './highlight-command.ts';
import { visible } from './visible-text.ts';

const textOf = (line: string): string =>
  highlightLine(line)
    .map(({ text }) => text)
    .join('');

describe('highlightLine', () => {
  it('paints programs, options, text, operators, expansions and comments', () => {
    const painted = highlightLine(`git -C x log 'a b' | grep "$HOME" && echo $(id) # bye`)
      .filter(({ style }) => style !== undefined)
      .map(({ text, style }) => [style, text]);
    expect(painted).toEqual([
      ['program', 'git'],
      ['option', '-C'],
      ['text', "'a b'"],
      ['operator', '|'],
      ['program', 'grep'],
      ['text', '"$HOME"'],
      ['operator', '&&'],
      ['program', 'echo'],
      ['expansion', '$(id)'],
      ['faint', '# bye'],
    ]);
  });

  it('marks what was spelled out', () => {
    expect(highlightLine('ls\u001b[2J')).toEqual([
      { text: 'ls', style: 'program' },
      { text: '\\e', style: 'escaped' },
      { text: '[2J', style: 'program' },
    ]);
  });

  it('shows every character of every line, in order', () => {
    const unit = fc.constantFrom(...`ab'"\\$(){}|&;<>#\` \t-\u001b\u202eü日\ud800`.split(''), 'word');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (line) => {
        expect(textOf(line)).toBe(visible(line));
      }),
    );
  });

  it('takes time in proportion to a hostile line', () => {
    const hostile = `${'$('.repeat(20_000)}${'"\\'.repeat(20_000)}`;
    expect(textOf(hostile)).toBe(hostile);
  });
});
