import { describe, expect, it } from 'vitest';
import { repr, runStarlark, StarlarkHostError, StarlarkList, typeName } from './index.ts';
import type { BuiltinCall, StarlarkBuiltin, StarlarkError, StarlarkOutcome, Value } from './index.ts';

const never = (): number => 0;

function recorder(answer: (call: BuiltinCall) => Value = () => null): StarlarkBuiltin & {
  readonly calls: { readonly args: ReadonlyMap<string, Value>; readonly place: string }[];
} {
  const calls: { args: ReadonlyMap<string, Value>; place: string }[] = [];
  return {
    name: 'rule',
    parameters: [
      { name: 'pattern', required: true },
      { name: 'decision', required: false },
      { name: 'match', required: false },
    ],
    calls,
    call(call) {
      const { args, at, endAt } = call;
      calls.push({ args, place: `${at.line}:${at.column}-${endAt.line}:${endAt.column}` });
      return answer(call);
    },
  };
}

function run(text: string, rule: StarlarkBuiltin = recorder()): StarlarkOutcome {
  return runStarlark(text, { file: 'a.rules', globals: { rule }, now: never });
}

function errorOf(outcome: StarlarkOutcome): StarlarkError {
  if (outcome.ok) throw new Error('Expected an error, and the module ran');
  return outcome.error;
}

describe('a host builtin', () => {
  const binding = [
    { says: 'binds by position', text: 'rule("a", "b")', args: { pattern: '"a"', decision: '"b"' } },
    { says: 'binds by name', text: 'rule(match=1, pattern="a")', args: { pattern: '"a"', match: '1' } },
    {
      says: 'binds what is spread',
      text: 'rule(*["a"], **{"match": 1})',
      args: { pattern: '"a"', match: '1' },
    },
    { says: 'leaves an omitted parameter out', text: 'rule("a")', args: { pattern: '"a"' } },
    {
      says: 'keeps an explicit None',
      text: 'rule(None, match=None)',
      args: { pattern: 'None', match: 'None' },
    },
    { says: 'works under another name', text: 'r = rule\nr("a")', args: { pattern: '"a"' } },
  ];
  for (const { says, text, args } of binding) {
    it(says, () => {
      const rule = recorder();
      expect(run(text, rule)).toEqual({ ok: true });
      const bound = Object.fromEntries(
        [...(rule.calls[0]?.args ?? [])].map(([key, value]) => [key, repr(value)]),
      );
      expect(bound).toEqual(args);
    });
  }

  const refusals = [
    {
      says: 'a missing parameter',
      text: 'rule()',
      message: 'Missing parameter `pattern` for call to `rule`',
    },
    {
      says: 'one argument too many',
      text: 'rule(1, 2, 3, 4)',
      message: 'Found 1 extra positional argument for call to `rule`',
    },
    {
      says: 'several too many',
      text: 'rule(1, 2, 3, 4, 5)',
      message: 'Found 2 extra positional arguments for call to `rule`',
    },
    {
      says: 'an unknown name',
      text: 'rule(1, cwd="/")',
      message: 'Found `cwd` extra named parameter for call to `rule`',
    },
    {
      says: 'every unknown name at once',
      text: 'rule(1, cwd="/", regex=1)',
      message: 'Found `cwd` `regex` extra named parameters for call to `rule`',
    },
    {
      says: 'a parameter given twice',
      text: 'rule(1, pattern=2)',
      message: 'Argument `pattern` occurs more than once for call to `rule`',
    },
    {
      says: 'the missing one under a misspelled name',
      text: 'rule(patern=1)',
      message: 'Found `patern` extra named parameter for call to `rule`, did you mean `pattern`?',
    },
    {
      says: 'the missing one before the unknown one',
      text: 'rule(cwd="/")',
      message: 'Missing parameter `pattern` for call to `rule`',
    },
  ];
  for (const { says, text, message } of refusals) {
    it(`is not called with ${says}`, () => {
      const rule = recorder();
      expect(errorOf(run(text, rule))).toMatchObject({ kind: 'runtime', message, line: 1, column: 1 });
      expect(rule.calls).toEqual([]);
    });
  }

  it('knows where each call begins and ends, in characters', () => {
    const rule = recorder();
    run('rule("é😀"); rule("b")\nfor x in [1]:\n    rule(\n        x,\n    )\n', rule);
    expect(rule.calls.map(({ place }) => place)).toEqual(['1:1-1:11', '1:13-1:22', '3:5-5:6']);
  });

  it('gives the module its answer', () => {
    const rule = recorder(() => new StarlarkList(['x']));
    expect(run('r = rule(1)\nif r != ["x"]: fail(r)', rule)).toEqual({ ok: true });
  });

  it('stops the module by throwing a StarlarkHostError, with the place and the caret of its call', () => {
    const rule = recorder(() => {
      throw new StarlarkHostError('Pattern cannot be empty');
    });
    expect(run('x = 1\ny = rule(\n  [])\nrule(2)', rule)).toEqual({
      ok: false,
      error: {
        kind: 'runtime',
        message: 'Pattern cannot be empty',
        file: 'a.rules',
        line: 2,
        column: 5,
        excerpt: 'y = rule(\n    ^^^^^',
      },
    });
    expect(rule.calls).toHaveLength(1);
  });

  describe('that describes mistakes without stopping', () => {
    const program = 'def outer():\n  inner()\ndef inner():\n  rule([])\nouter()\nrule([])';
    const errors: readonly StarlarkError[] = [
      {
        kind: 'runtime',
        message: 'Pattern cannot be empty',
        file: 'a.rules',
        line: 4,
        column: 3,
        excerpt: '  rule([])\n  ^^^^^^^^',
        traceback: 'a.rules:5, in <module>\na.rules:2, in outer\na.rules:4, in inner',
      },
      {
        kind: 'runtime',
        message: 'Pattern cannot be empty',
        file: 'a.rules',
        line: 6,
        column: 1,
        excerpt: 'rule([])\n^^^^^^^^',
      },
    ];

    it('gets the place, the caret and the calls that led there', () => {
      const described: StarlarkError[] = [];
      const rule = recorder((call) => {
        described.push(call.error('Pattern cannot be empty'));
        return null;
      });
      expect(run(program, rule)).toEqual({ ok: true });
      expect(described).toEqual(errors);
    });

    it('gets the same when it asks after the module has ended', () => {
      const calls: BuiltinCall[] = [];
      const rule = recorder((call) => {
        calls.push(call);
        return null;
      });
      expect(run(program, rule)).toEqual({ ok: true });
      expect(calls.map((call) => call.error('Pattern cannot be empty'))).toEqual(errors);
    });
  });

  it('lets a bug in the host come out as what it is', () => {
    const rule = recorder(() => {
      throw new TypeError('bug');
    });
    expect(() => run('rule(1)', rule)).toThrow(TypeError);
  });

  it('shadows the builtin of the same name', () => {
    const rule = recorder(() => 'mine');
    const outcome = runStarlark('if len([1]) != "mine": fail()', {
      file: 'f',
      globals: { len: rule },
      now: never,
    });
    expect(outcome).toEqual({ ok: true });
  });
});

describe('an error', () => {
  const rows = [
    { says: 'of syntax', text: 'x = [1', kind: 'syntax', at: '1:7' },
    { says: 'of a name', text: 'pass\nx = (1 +\n  nope)', kind: 'resolve', at: '3:3' },
    { says: 'while running', text: 'x = [1]\ny = x[0] + x[7]', kind: 'runtime', at: '2:12' },
    { says: 'of a budget', text: 'x = 1\ny = "a" * 10000000', kind: 'budget', at: '2:5' },
    {
      says: 'of an operand, not of the operator around it',
      text: 'x = 1 + (2 // 0)',
      kind: 'runtime',
      at: '1:10',
    },
    {
      says: 'after a call that went well',
      text: 'def f(): return 1\nx = f() + "a"',
      kind: 'runtime',
      at: '2:5',
    },
    { says: 'after astral characters', text: 'x = "😀😀" + 1', kind: 'runtime', at: '1:5' },
    { says: 'behind astral characters', text: 'x = ["😀😀", nope]', kind: 'resolve', at: '1:12' },
  ] as const;
  for (const { says, text, kind, at } of rows) {
    it(`${says} says what it is and where`, () => {
      const error = errorOf(run(text));
      expect({ kind: error.kind, at: `${error.line}:${error.column}` }).toEqual({ kind, at });
    });
  }

  it('of syntax wins over everything that would have run before it', () => {
    const rule = recorder();
    const error = errorOf(run('rule(1)\nx = nope\n1 // 0\nx = )', rule));
    expect(error).toMatchObject({ kind: 'syntax', line: 4 });
    expect(rule.calls).toEqual([]);
  });

  it('of a name wins over everything that would have run before it', () => {
    const rule = recorder();
    expect(errorOf(run('rule(1)\n1 // 0\nx = zzzzz', rule)).message).toBe('Variable `zzzzz` not found');
    expect(rule.calls).toEqual([]);
  });

  it('carries the calls that led to it, outermost first', () => {
    const error = errorOf(run('def f(n):\n  return 1 // n\ndef g():\n  return [f(0) for x in [1]]\ng()'));
    expect(error.traceback).toBe('a.rules:5, in <module>\na.rules:4, in g\na.rules:2, in f');
  });

  it('shows no control characters of the file', () => {
    expect(errorOf(run('x = "a\\x1b" \x1b[31m')).excerpt).toBe('x = "a\\x1b" \ufffd[31m\n            ^');
  });

  it('cuts a message that the file made endless', () => {
    const { message } = errorOf(run('fail("a" * 100000)'));
    expect(message).toBe(`fail: ${'a'.repeat(1994)}…`);
  });
});

describe('text', () => {
  const rows = [
    { says: 'may be empty', text: '', ok: true },
    { says: 'may be only blanks', text: '\n\n   \n', ok: true },
    { says: 'may lack a final line end', text: 'rule(1)', ok: true },
    { says: 'may end in a comment', text: 'rule(1)\n# end', ok: true },
    {
      says: 'may have CRLF line ends',
      text: 'if True:\r\n    rule(1)\r\n# c\r\n\r\nrule(\r\n2)\r\n',
      ok: true,
    },
    { says: 'may end in a carriage return', text: 'rule(1)\r', ok: true },
    { says: 'may not begin with a byte order mark', text: '\ufeffrule(1)', ok: false },
    { says: 'may not have a lone carriage return', text: 'rule(1)\rrule(2)\r', ok: false },
    { says: 'may not hide code behind one in a comment', text: '# x\rrule(1)\n', ok: false },
    { says: 'may not have one behind code and a comment', text: 'rule(1) # x\rrule(2)\n', ok: false },
    { says: 'may not have a NUL', text: 'rule(1)\0', ok: false },
    { says: 'may not have a form feed', text: 'rule(\f1)', ok: false },
    { says: 'may not have a vertical tab', text: 'rule(\v1)', ok: false },
    { says: 'may not have a no-break space', text: 'rule(\u00a01)', ok: false },
    { says: 'may not have a zero-width space', text: 'rule(\u200b1)', ok: false },
    { says: 'may not have a line separator between tokens', text: 'rule(1)\u2028rule(2)', ok: false },
    { says: 'may not have a full-width bracket', text: 'rule（1）', ok: false },
    { says: 'may not have a Cyrillic letter in a name', text: 'rulе(1)', ok: false },
    { says: 'may not have a lone surrogate', text: 'rule("\ud800")', ok: false },
  ];
  for (const { says, text, ok } of rows) it(says, () => expect(run(text).ok).toBe(ok));

  it('means the same with either kind of line end, also inside a string', () => {
    const rule = recorder();
    expect(run('rule("""a\r\nb""")\r\nrule("a\\\r\nb")', rule)).toEqual({ ok: true });
    expect(rule.calls.map(({ args }) => args.get('pattern'))).toEqual(['a\nb', 'ab']);
  });
});

describe('typeName', () => {
  it('names every kind of value as `type` does', () => {
    const rule = recorder();
    run(
      'for x in [None, True, 1, 1 << 70, 1.5, "", b"", [], (), {}, range(1), rule, len, ...]: rule(x)',
      rule,
    );
    expect(rule.calls.map(({ args }) => typeName(args.get('pattern') ?? null))).toEqual([
      'NoneType',
      'bool',
      'int',
      'int',
      'float',
      'string',
      'bytes',
      'list',
      'tuple',
      'dict',
      'range',
      'function',
      'function',
      'ellipsis',
    ]);
  });
});

describe('repr', () => {
  it('writes what a file would write', () => {
    const rule = recorder();
    run('rule(["a\\"", 1, None, (True,), {"k": 1.0}])', rule);
    expect(repr(rule.calls[0]?.args.get('pattern') ?? null)).toBe('["a\\"", 1, None, (True,), {"k": 1.0}]');
  });

  const endless = [
    { says: 'a long string', text: 'rule("a" * 100000)' },
    { says: 'a long list', text: 'rule(list(range(100000)))' },
    {
      says: 'a list that doubles at every level',
      text: 'x = []\nfor i in range(60):\n  x = [x, x]\nrule(x)',
    },
    { says: 'a list nested a thousand deep', text: 'x = []\nfor i in range(1000):\n  x = [x]\nrule(x)' },
  ];
  for (const { says, text } of endless) {
    it(`stays short for ${says}`, () => {
      const rule = recorder();
      expect(run(text, rule)).toEqual({ ok: true });
      const shown = repr(rule.calls[0]?.args.get('pattern') ?? null);
      expect(shown.endsWith('…')).toBe(true);
      expect(shown.length).toBeLessThan(1100);
    });
  }
});
