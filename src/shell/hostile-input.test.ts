// Nothing a model can write may hang the gate or make it fail: each input must be answered, well within the time a
// test has. How fast exactly is measured by benchmarks/parsers.
import { describe, expect, it } from 'vitest';
import { parseScript } from './index.ts';

const openers: readonly string[] = [
  ...Array.from('([{<>&|;#!~"\'`\\$*?='),
  ...[
    '$(',
    '${',
    '$((',
    '((',
    '<(',
    '>(',
    '<<',
    '<<<',
    "$'",
    '"$(',
    '`\\`',
    '{a,',
    '[[ ',
    'a[',
    '${a:-',
    '$[',
  ],
  ...[
    'if ',
    'case x in ',
    'for x in ',
    'f() ',
    'f(){ ',
    'while ',
    'time ',
    'coproc ',
    '! ',
    'function f ',
    'A=(',
    'A=1 ',
  ],
  ...[
    'sudo ',
    'env -S ',
    'bash -c ',
    "eval '",
    'xargs -',
    'nohup ',
    'printf %',
    'cat <<E\n',
    'a\\\n',
    'é',
    "${x#'",
    'a && ',
  ],
];

describe('any opener, as often as an argument can hold it', () => {
  for (const opener of openers) {
    it(`is answered: ${JSON.stringify(opener)}`, () => {
      const script = opener.repeat(Math.floor(131_072 / opener.length));
      expect(['plain', 'opaque']).toContain(parseScript(script).kind);
    });
  }

  it('is answered when a closer follows each', () => {
    for (const [opener, closer] of [
      ['(', ')'],
      ['$(', ')'],
      ['"$(', ')"'],
      ['${a:-', '}'],
      ['{a,', '}'],
      ['$((', '))'],
      ['`', '`'],
    ] as const) {
      const half = Math.floor(60_000 / opener.length);
      expect(parseScript(`${opener.repeat(half)}x${closer.repeat(half)}`).kind).toBe('opaque');
    }
  });

  it.each([
    ['copies of copies', `echo touch M > a;${'cp a b;cp b a;'.repeat(4_000)}sh b`],
    [
      'a long file that is run again and again',
      `echo '${'x '.repeat(30_000)}' > s;${'sh s;'.repeat(10_000)}`,
    ],
    ['one text for many files', `echo ${'x'.repeat(60_000)} | tee ${'a '.repeat(30_000)}`],
    ['groups in groups that write', `${'{ '.repeat(15_000)}:;${'}>a;'.repeat(15_000)}`],
    [
      'many hooks',
      `${Array.from({ length: 200 }, (_, at) => `:>h/pre-${String(at)};`).join('')}${'git x;'.repeat(15_000)}`,
    ],
    ['a word of variables without end', `rm "${'$a\\"'.repeat(30_000)}`],
    ['values in values', `a=$b$b$b; b=$c$c$c; c=$d$d$d; d=$e$e; e=1; ${'rm "$a$a"; '.repeat(10_000)}`],
    ['a line for each word', `printf '%s\\n' ${'x '.repeat(60_000)} > a; sh a`],
  ])('is answered where files are written, or variables: %s', (_, script) => {
    expect(['plain', 'opaque']).toContain(parseScript(script).kind);
  });

  it('is answered beyond that length, too', () => {
    for (const size of [131_073, 1_048_576, 1_048_577, 8_000_000]) {
      expect(parseScript('a '.repeat(size / 2 + 1))).toMatchObject({ kind: 'opaque', reason: 'too-long' });
    }
  });
});
