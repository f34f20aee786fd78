// A rule file of a repository that somebody else wrote must not be able to hang, crash or bloat the program that reads
// it. Every attack ends in an error by counting work, not by watching the clock, so it ends the same way everywhere:
// these tests stop the clock.
import { describe, expect, it } from 'vitest';
import { defaultBudget, runStarlark, type StarlarkOutcome } from './index.ts';

const loop = (body: string): string => `for i in range(1000000000):\n  ${body}`;
const tooDeep = 'Nested too deeply: at most 120 levels are allowed';
const tooManySteps = `Took too many steps: at most ${defaultBudget.steps} are allowed`;
const tooLong = `String is too long: at most ${defaultBudget.stringLength} characters are allowed`;
const tooLarge = `Collection is too large: at most ${defaultBudget.collectionSize} elements are allowed`;
const tooMuch = `Used too much memory: at most ${defaultBudget.allocation} bytes are allowed`;
const tooBig = `Integer is too large: at most ${defaultBudget.intBits} bits are allowed`;
const stackOverflow = `Call stack overflow: at most ${defaultBudget.callDepth} nested calls are allowed`;
const stackTooHigh = 'Call stack overflow: calls and expressions nest too deeply';

const attacks: Readonly<
  Record<string, readonly { readonly says: string; readonly text: string; readonly ends: string }[]>
> = {
  'nesting in the text': [
    { says: 'brackets', text: '('.repeat(100_000), ends: tooDeep },
    { says: 'lists', text: `x = ${'['.repeat(100_000)}${']'.repeat(100_000)}`, ends: tooDeep },
    { says: 'dicts', text: `x = ${'{1:'.repeat(100_000)}`, ends: tooDeep },
    { says: 'minus signs', text: `x = ${'-'.repeat(100_000)}1`, ends: tooDeep },
    { says: 'nots', text: `x = ${'not '.repeat(100_000)}1`, ends: tooDeep },
    { says: 'lambdas', text: `x = ${'lambda: '.repeat(100_000)}1`, ends: tooDeep },
    { says: 'conditional expressions', text: `x = ${'1 if 1 else '.repeat(100_000)}1`, ends: tooDeep },
    { says: 'method calls', text: `x = ""${'.strip()'.repeat(100_000)}`, ends: tooDeep },
    { says: 'indexes', text: `x = []${'[0]'.repeat(100_000)}`, ends: tooDeep },
    { says: 'f-strings', text: `x = ${'f"{'.repeat(10_000)}1`, ends: tooDeep },
    { says: 'clauses of a comprehension', text: `x = [1 ${'for i in [1] '.repeat(10_000)}]`, ends: tooDeep },
    { says: 'operators to the right', text: `x = ${'1 or (1 + '.repeat(50_000)}1`, ends: tooDeep },
    { says: 'type annotations', text: `x: ${'list['.repeat(50_000)}`, ends: tooDeep },
    {
      says: 'blocks',
      text: Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}if 1:`).join('\n'),
      ends: tooDeep,
    },
  ],
  'values without end': [
    { says: 'a repeated string', text: 'x = "a" * 1000000000', ends: tooLong },
    { says: 'a repeated list', text: 'x = [0] * 1000000000', ends: tooLarge },
    { says: 'a list repeated 2^200 times', text: 'x = [0] * (1 << 200)', ends: tooLarge },
    { says: 'a repeated tuple', text: 'x = 1000000000 * (1,)', ends: tooLarge },
    { says: 'repeated bytes', text: 'x = b"a" * 1000000000', ends: tooLong },
    { says: 'a string that doubles', text: 's = "a"\nfor i in range(100):\n  s = s + s', ends: tooLong },
    { says: 'a list that doubles', text: 's = [1]\nfor i in range(100):\n  s = s + s', ends: tooLarge },
    {
      says: 'a list that extends itself',
      text: 's = [1]\nfor i in range(100):\n  s.extend(s)',
      ends: tooLarge,
    },
    { says: 'a list that adds itself', text: 's = [1]\nfor i in range(100):\n  s += s', ends: tooLarge },
    { says: 'a range as a list', text: 'x = list(range(1000000000))', ends: tooLarge },
    { says: 'a sorted range', text: 'x = sorted(range(1000000000))', ends: tooLarge },
    { says: 'an unpacked range', text: 'a, b = range(1000000000)', ends: tooLarge },
    { says: 'a spread range', text: 'def f(*a): pass\nf(*range(1000000000))', ends: tooLarge },
    { says: 'a shifted int', text: 'x = 1 << 1000000000', ends: tooBig },
    { says: 'an int shifted by a huge int', text: 'x = 1 << (1 << 100)', ends: tooBig },
    { says: 'a squared int', text: 'x = 10\nfor i in range(100):\n  x = x * x', ends: tooBig },
    { says: 'an int from a long string', text: 'x = int("9" * 100000)', ends: tooBig },
    {
      says: 'an int literal',
      text: `x = ${'9'.repeat(100_000)}`,
      ends: 'Integer is too large: at most 16384 bits',
    },
    { says: 'a join', text: 'x = ("a" * 1000).join(["b"] * 100000)', ends: tooLong },
    { says: 'a replacement', text: 'x = ("a" * 10000).replace("a", "b" * 10000)', ends: tooLong },
    {
      says: 'a replacement between all characters',
      text: 'x = ("a" * 100000).replace("", "b" * 100)',
      ends: tooLong,
    },
    { says: 'a %-format', text: 'x = "%s%s%s" % tuple(["a" * 200000] * 3)', ends: tooLong },
    { says: 'a .format', text: 'x = ("{0}" * 10000).format("a" * 10000)', ends: tooLong },
    { says: 'an f-string', text: 'a = "a" * 200000\nx = f"{a}{a}"', ends: tooLong },
    { says: 'upper case of ß', text: 'x = ("ß" * 200000).upper()', ends: tooLong },
    { says: 'many large strings', text: `l = []\n${loop('l.append("a" * 100000 + str(i))')}`, ends: tooMuch },
    { says: 'a string grown by one character a round', text: `s = ""\n${loop('s += "x"')}`, ends: tooMuch },
    { says: 'a dict that grows', text: `d = {}\n${loop('d[i] = i')}`, ends: tooManySteps },
    { says: 'pairs', text: `l = []\n${loop('l.append((i, i))')}`, ends: tooManySteps },
    { says: 'functions', text: `l = []\n${loop('l.append(lambda: i)')}`, ends: tooManySteps },
    {
      says: 'the text itself',
      text: ' '.repeat(5_000_000),
      ends: 'File is too large: at most 4194304 characters are allowed',
    },
  ],
  'values within values': [
    {
      says: 'printing a list of doubled lists',
      text: 'x = []\nfor i in range(60):\n  x = [x, x]\nrepr(x)',
      ends: tooLong,
    },
    {
      says: 'failing with one',
      text: 'x = []\nfor i in range(60):\n  x = [x, x]\nfail(x)',
      ends: tooLong,
    },
    {
      says: 'comparing them',
      text: 'x = []\ny = []\nfor i in range(60):\n  x = [x, x]\n  y = [y, y]\nx == y',
      ends: tooManySteps,
    },
    {
      says: 'ordering them',
      text: 'x = []\ny = []\nfor i in range(60):\n  x = [x, x]\n  y = [y, y]\nx < y',
      ends: tooManySteps,
    },
    {
      says: 'a tuple of doubled tuples as a key',
      text: 'x = ()\nfor i in range(60):\n  x = (x, x)\n{x: 1}',
      ends: tooManySteps,
    },
    {
      says: 'printing a deep list',
      text: 'x = []\nfor i in range(10000):\n  x = [x]\nstr(x)',
      ends: 'Value is nested too deeply to be printed',
    },
    {
      says: 'comparing deep lists',
      text: 'x = []\ny = []\nfor i in range(10000):\n  x = [x]\n  y = [y]\nx == y',
      ends: 'Values are nested too deeply to be compared',
    },
    {
      says: 'a deep tuple as a key',
      text: 'x = ()\nfor i in range(10000):\n  x = (x,)\n{x: 1}',
      ends: 'Value is nested too deeply to be a key',
    },
    {
      says: 'comparing lists that contain themselves',
      text: 'x = []\nx.append(x)\ny = []\ny.append(y)\nx == y',
      ends: 'Values are nested too deeply to be compared',
    },
  ],
  'calls without end': [
    { says: 'recursion', text: 'def f(n): return f(n + 1)\nf(0)', ends: stackOverflow },
    { says: 'mutual recursion', text: 'def f(): return g()\ndef g(): return f()\nf()', ends: stackOverflow },
    { says: 'a lambda that is given itself', text: 'f = lambda g: g(g)\nf(f)', ends: stackOverflow },
    {
      says: 'recursion through a builtin',
      text: 'def f(x): return sorted([1], key=f)\nf(1)',
      ends: stackOverflow,
    },
    {
      says: 'recursion through a default',
      text: 'def f(x): return max([1, 2], key=lambda y: f(y))\nf(1)',
      ends: stackOverflow,
    },
    {
      says: 'recursion at the bottom of a deep expression',
      text: `def f(): return ${'['.repeat(90)}f()${']'.repeat(90)}\nf()`,
      ends: stackTooHigh,
    },
    {
      says: 'recursion at the bottom of deep comprehensions',
      text: `def f(): return ${'['.repeat(40)}f()${' for i in [1]]'.repeat(40)}\nf()`,
      ends: stackTooHigh,
    },
  ],
};

for (const [family, rows] of Object.entries(attacks)) {
  describe(family, () => {
    for (const { says, text, ends } of rows) {
      it(`${says}: ${ends}`, () => {
        expect(messageOf(runStarlark(text, { file: 'f', globals: {}, now: () => 0 }))).toBe(ends);
      });
    }
  });
}

describe('loops without end', () => {
  // A tenth of the default budget: the attacks end alike, and the tests are done ten times sooner.
  const budget = { steps: defaultBudget.steps / 10 };
  const rows = [
    { says: 'a loop', text: loop('pass') },
    {
      says: 'a loop in a function',
      text: `def f():\n  for i in range(1000000000):\n    pass\nf()`,
    },
    {
      says: 'a comprehension',
      text: '[1 for a in range(100000) for b in range(100000) if 0]',
    },
    { says: 'few rounds over a long line', text: loop(`x = ${'1 + '.repeat(100_000)}1`) },
    { says: 'few rounds over a long list', text: loop(`[${'1,'.repeat(100_000)}]`) },
    {
      says: 'calls that double',
      text: 'def f(n): return 1 if n == 0 else f(n - 1) + f(n - 1)\nf(40)',
    },
    {
      says: 'searching a list over and over',
      text: `x = list(range(100000))\n${loop('-1 in x')}`,
    },
    { says: 'inserting at the front', text: `x = []\n${loop('x.insert(0, i)')}` },
    { says: 'copying a list', text: `x = list(range(100000))\n${loop('x[:]')}` },
    {
      says: 'comparing long strings',
      text: `a = "a" * 200000 + "b"\nb = "a" * 200000 + "c"\n${loop('a < b')}`,
    },
    {
      says: 'counting in long strings',
      text: `a = "ab" * 100000\n${loop('a.count("b")')}`,
    },
    {
      says: 'checking a large type',
      text: `def f(x: list[int]): pass\nx = [1] * 100000\n${loop('f(x)')}`,
    },
    {
      says: 'searching for a long needle',
      text: `"a" * 200000 in "a" * 100000 + "b" + "a" * 100000\n${loop('("a" * 100000).find("b" + "a" * 50000)')}`,
    },
    { says: 'splitting', text: `a = "a," * 100000\n${loop('a.split(",")')}` },
    { says: 'stripping', text: `a = " " * 200000\n${loop('a.strip()')}` },
    { says: 'a sort', text: 'sorted([(i * 7919) % 1000003 for i in range(200000)])' },
    { says: 'large ints', text: `x = (1 << 8000) + 1\n${loop('x * x // x')}` },
  ];
  for (const { says, text } of rows) {
    it(says, () => {
      const outcome = runStarlark(text, { file: 'f', globals: {}, budget, now: () => 0 });
      expect(messageOf(outcome)).toBe(`Took too many steps: at most ${budget.steps} are allowed`);
    });
  }
});

describe('the clock', () => {
  it('ends a module that takes too long, whatever it was doing', () => {
    const clock = { ms: 0 };
    const now = (): number => (clock.ms += 10);
    const text = 'x = 0\nfor i in range(100000):\n  x += 1';
    expect(messageOf(runStarlark(text, { file: 'f', globals: {}, now }))).toMatch(
      /^Took too long: more than 1\d\d ms$/,
    );
  });

  it('leaves a long honest file the time that its length needs', () => {
    const clock = { ms: 0 };
    // A machine that needs a millisecond for every two thousand steps is far slower than any that is in use.
    const now = (): number => (clock.ms += 1);
    const text = 'x = ["git", "status"]\n'.repeat(10_000);
    expect(runStarlark(text, { file: 'f', globals: {}, now })).toEqual({ ok: true });
  });
});

describe('honest files stay far from every limit', () => {
  const rows = [
    { says: 'a sum of a thousand terms', text: `x = ${'1 + '.repeat(999)}1\nif x != 1000: fail(x)` },
    { says: 'ten thousand `elif`', text: `if 0: pass\n${'elif 0: pass\n'.repeat(10_000)}else: x = 1\n` },
    {
      says: 'ten thousand assignments',
      text: Array.from({ length: 10_000 }, (_, n) => `v${n} = ${n}`).join('\n'),
    },
    {
      says: 'a list of ten thousand strings',
      text: `x = [${'"git", '.repeat(10_000)}]\nif len(x) != 10000: fail()`,
    },
    {
      says: 'a hundred thousand rounds',
      text: 'n = 0\nfor i in range(100000):\n  n += 1\nif n != 100000: fail(n)',
    },
    {
      says: 'recursion forty deep',
      text: 'def f(n): return 0 if n == 0 else 1 + f(n - 1)\nif f(40) != 40: fail()',
    },
    { says: 'lists nested thirty deep', text: `x = ${'['.repeat(30)}${']'.repeat(30)}` },
    {
      says: 'a string of a hundred thousand characters',
      text: `x = "${'a'.repeat(100_000)}"\nif len(x) != 100000: fail()`,
    },
    { says: 'a megabyte of comments', text: '# nothing to see\n'.repeat(60_000) },
  ];
  for (const { says, text } of rows) {
    it(says, () => expect(runStarlark(text, { file: 'f', globals: {}, now: () => 0 })).toEqual({ ok: true }));
  }
});

function messageOf(outcome: StarlarkOutcome): string {
  return outcome.ok ? 'ran to its end' : outcome.error.message;
}
