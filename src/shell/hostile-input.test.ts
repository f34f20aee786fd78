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

  it('is answered beyond that length, too', () => {
    for (const size of [131_073, 1_048_576, 1_048_577, 8_000_000]) {
      expect(parseScript('a '.repeat(size / 2 + 1))).toMatchObject({ kind: 'opaque', reason: 'too-long' });
    }
  });
});
