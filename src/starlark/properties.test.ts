import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repr, runStarlark, StarlarkDict, StarlarkHostError, StarlarkList, type Value } from './index.ts';

/** The value of an expression, or the message it fails with. */
function evaluate(expression: string, before = ''): { readonly value: Value } | { readonly error: string } {
  const seen: Value[] = [];
  const outcome = runStarlark(`${before}\nyield_(${expression})\n`, {
    file: 'f',
    globals: {
      yield_: {
        name: 'yield_',
        parameters: [{ name: 'value', required: true }],
        call({ args }) {
          seen.push(args.get('value') ?? null);
          return null;
        },
      },
    },
    now: () => 0,
  });
  const [value] = seen;
  if (!outcome.ok) return { error: outcome.error.message };
  if (value === undefined) throw new StarlarkHostError('The expression was not evaluated');
  return { value };
}

const text = fc.string({ unit: 'binary', maxLength: 30 }).filter((value) => !/\p{Surrogate}/u.test(value));
const int = fc.oneof(
  fc.integer(),
  fc.integer({ min: -20, max: 20 }),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
);

function shown(value: bigint): string {
  return value < 0n ? `(${value})` : String(value);
}

describe('a string literal', () => {
  it('written as JSON means the same here', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(evaluate(JSON.stringify(value))).toEqual({ value });
      }),
    );
  });

  it('written by repr means the same again', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(evaluate(repr(value))).toEqual({ value });
      }),
    );
  });

  it('of any bytes written by repr means the same again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        expect(evaluate(`repr(bytes(${JSON.stringify([...bytes])}))`)).toEqual({
          value: repr((evaluate(`bytes(${JSON.stringify([...bytes])})`) as { value: Value }).value),
        });
        const written = (evaluate(`repr(bytes(${JSON.stringify([...bytes])}))`) as { value: string }).value;
        expect(evaluate(`${written} == bytes(${JSON.stringify([...bytes])})`)).toEqual({ value: true });
      }),
    );
  });
});

describe('arithmetic', () => {
  const operators: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
    '+': (left, right) => left + right,
    '-': (left, right) => left - right,
    '*': (left, right) => left * right,
    '//': (left, right) => (left - modulo(left, right)) / right,
    '%': modulo,
    '&': (left, right) => left & right,
    '|': (left, right) => left | right,
    '^': (left, right) => left ^ right,
  };
  for (const [operator, model] of Object.entries(operators)) {
    it(`${operator} on ints of any size is exact`, () => {
      fc.assert(
        fc.property(int, int, (left, right) => {
          const [wideLeft, wideRight] = [BigInt(left), BigInt(right)];
          const isDivision = operator === '//' || operator === '%';
          fc.pre(!isDivision || wideRight !== 0n);
          const want = String(model(wideLeft, wideRight));
          expect(evaluate(`str(${shown(wideLeft)} ${operator} ${shown(wideRight)})`)).toEqual({
            value: want,
          });
        }),
      );
    });
  }

  it('shifts are exact', () => {
    fc.assert(
      fc.property(int, fc.nat(300), (value, count) => {
        const wide = BigInt(value);
        expect(evaluate(`str(${shown(wide)} << ${count})`)).toEqual({ value: String(wide << BigInt(count)) });
        expect(evaluate(`str(${shown(wide)} >> ${count})`)).toEqual({ value: String(wide >> BigInt(count)) });
      }),
    );
  });

  it('comparisons are exact, also between ints and floats', () => {
    const number = fc.oneof(int.map(BigInt), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const source = (value: bigint | number): string =>
      typeof value === 'bigint' ? shown(value) : `float("${value}")`;
    fc.assert(
      fc.property(number, number, (left, right) => {
        const want = [left < right, left <= right, left == right].map((answer) =>
          answer ? 'True' : 'False',
        );
        const [a, b] = [source(left), source(right)];
        expect(evaluate(`str([${a} < ${b}, ${a} <= ${b}, ${a} == ${b}])`)).toEqual({
          value: `[${want.join(', ')}]`,
        });
      }),
    );
  });

  it('int(str(x), base) is x', () => {
    fc.assert(
      fc.property(int, fc.integer({ min: 2, max: 36 }), (value, base) => {
        const written = BigInt(value).toString(base);
        expect(evaluate(`str(int("${written}", ${base}))`)).toEqual({ value: String(value) });
      }),
    );
  });
});

describe('a slice', () => {
  const bound = fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined });
  const step = bound.filter((value) => value !== 0);

  it('of a list, a tuple, a range, a string and bytes picks the same places', () => {
    fc.assert(
      fc.property(fc.nat(9), bound, bound, step, (length, from, to, by) => {
        const slice = `[${from ?? ''}:${to ?? ''}:${by ?? ''}]`;
        const want = modelSlice(length, { from, to, by });
        const list = `list(range(${length}))`;
        const digits = Array.from({ length }, (_, index) => index).join('');
        expect(evaluate(`str(${list}${slice})`)).toEqual({ value: `[${want.join(', ')}]` });
        expect(evaluate(`str(list(tuple(${list})${slice}))`)).toEqual({ value: `[${want.join(', ')}]` });
        expect(evaluate(`str(list(range(${length})${slice}))`)).toEqual({ value: `[${want.join(', ')}]` });
        expect(evaluate(`"${digits}"${slice}`)).toEqual({ value: want.join('') });
        expect(evaluate(`str(b"${digits}"${slice})`)).toEqual({ value: want.join('') });
      }),
    );
  });

  it('of astral text counts characters', () => {
    const characters = fc.array(fc.constantFrom('a', 'é', '😀', '世'), { maxLength: 8 });
    fc.assert(
      fc.property(characters, bound, bound, step, (letters, from, to, by) => {
        const slice = `[${from ?? ''}:${to ?? ''}:${by ?? ''}]`;
        const want = modelSlice(letters.length, { from, to, by }).map((index) => letters[index] ?? '');
        expect(evaluate(`"${letters.join('')}"${slice}`)).toEqual({ value: want.join('') });
      }),
    );
  });
});

describe('text', () => {
  it('is ordered by code point, as sorting says', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (words) => {
        const want = words.toSorted((left, right) => compareCodePoints(left, right));
        const { value } = evaluate(`sorted([${words.map((word) => JSON.stringify(word)).join(', ')}])`) as {
          value: StarlarkList;
        };
        expect(value.items).toEqual(want);
      }),
    );
  });

  it('split and joined by the same separator is what it was', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(',', 'ab', '😀', ' '), (value, separator) => {
        const [whole, by] = [JSON.stringify(value), JSON.stringify(separator)];
        expect(evaluate(`${by}.join(${whole}.split(${by}))`)).toEqual({ value });
        expect(evaluate(`${by}.join(${whole}.rsplit(${by}, 2))`)).toEqual({ value });
        expect(evaluate(`"".join(${whole}.partition(${by}))`)).toEqual({ value });
        expect(evaluate(`"".join(${whole}.elems())`)).toEqual({ value });
        expect(evaluate(`"".join(${whole}.splitlines(True))`)).toEqual({ value });
      }),
    );
  });

  it('finds what a walk over the characters finds', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '😀'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(letters, letters, fc.integer({ min: -9, max: 9 }), (haystack, needle, from) => {
        const characters = Array.from(haystack);
        const start = Math.max(0, from < 0 ? from + characters.length : from);
        const starts = characters.map((_, index) => index).concat(characters.length);
        const found = starts.filter(
          (index) => index >= start && characters.slice(index).join('').startsWith(needle),
        );
        const first = start > characters.length ? -1 : (found[0] ?? -1);
        const last = start > characters.length ? -1 : (found.at(-1) ?? -1);
        const [whole, part] = [JSON.stringify(haystack), JSON.stringify(needle)];
        expect(evaluate(`[${whole}.find(${part}, ${from}), ${whole}.rfind(${part}, ${from})]`)).toEqual({
          value: new StarlarkList([first, last]),
        });
      }),
    );
  });
});

describe('a dict', () => {
  it('does what a map keyed by source text does', () => {
    const key = fc.oneof(
      fc.constantFrom(
        '1',
        '2',
        '"1"',
        '"a"',
        'None',
        'True',
        'False',
        '(1,)',
        '("a", (1, "b"))',
        '("a",)',
        'b"a"',
      ),
      fc.string({ unit: 'grapheme-ascii', maxLength: 3 }).map((value) => JSON.stringify(value)),
    );
    const action = fc.record({ kind: fc.constantFrom('set', 'pop', 'setdefault'), key, value: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const model = new Map<string, number>();
        const lines = ['d = {}'];
        for (const { kind, key, value } of actions) {
          if (kind === 'pop') {
            model.delete(key);
            lines.push(`d.pop(${key}, None)`);
          } else if (kind === 'set') {
            model.set(key, value);
            lines.push(`d[${key}] = ${value}`);
          } else {
            if (!model.has(key)) model.set(key, value);
            lines.push(`d.setdefault(${key}, ${value})`);
          }
        }
        const pairs = [...model].map(([key, value]) => `(${key}, ${value})`);
        expect(
          evaluate(`d.items() == [${pairs.join(', ')}] and len(d) == ${model.size}`, lines.join('\n')),
        ).toEqual({
          value: true,
        });
      }),
    );
  });

  it('made from JSON objects keeps every key', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.nat(9)), (object) => {
        const { value } = evaluate(JSON.stringify(object)) as { value: StarlarkDict };
        expect(value).toBeInstanceOf(StarlarkDict);
        const entries = [...value.entries.values()].map((entry) => [entry.key, entry.value]);
        expect(entries).toEqual(Object.keys(object).map((key) => [key, object[key]]));
      }),
    );
  });
});

describe('whatever the text is', () => {
  const words = fc.constantFrom(
    ...'def if elif else for in not and or lambda return pass break continue load class x y f rule None True len sorted'.split(
      ' ',
    ),
    ...'( ) [ ] { } , : ; . = == != < <= + - * ** / // % & | ^ ~ << >> += -> ... ! @ $ ? \\'.split(' '),
    ...[
      '"a"',
      "'b'",
      '"""c"""',
      'f"{x}"',
      'f"{',
      '}"',
      'r"\\"',
      'b"\\xff"',
      '"',
      "'",
      '1',
      '0x1f',
      '1.5',
      '1e9',
      '010',
    ],
    ...['\n', '\n  ', '\n    ', ' ', '\t', '\r\n', '\r', '#c', '\0', '\ufeff', 'é', '😀'],
  );
  const soup = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' ').replaceAll(' \n', '\n'));

  it('the module runs or is refused at a place in the text, and nothing is thrown', () => {
    const globals = {
      rule: { name: 'rule', parameters: [{ name: 'x', required: false }], call: () => null },
    };
    fc.assert(
      fc.property(fc.oneof(soup, text), (program) => {
        const outcome = runStarlark(program, { file: 'f', globals, now: () => 0, budget: { steps: 20_000 } });
        if (outcome.ok) return;
        const { line, column, excerpt, message } = outcome.error;
        const lines = program.split('\n');
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(Array.from(lines[line - 1] ?? '').length + 1);
        expect(excerpt.split('\n')).toHaveLength(2);
        expect(message).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('the same text ends the same way twice', () => {
    fc.assert(
      fc.property(soup, (program) => {
        const once = runStarlark(program, {
          file: 'f',
          globals: {},
          now: () => 0,
          budget: { steps: 20_000 },
        });
        expect(
          runStarlark(program, { file: 'f', globals: {}, now: () => 0, budget: { steps: 20_000 } }),
        ).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });
});

function modulo(left: bigint, right: bigint): bigint {
  return ((left % right) + right) % right;
}

function compareCodePoints(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The places a slice picks, by walking them one at a time. */
function modelSlice(
  length: number,
  {
    from,
    to,
    by = 1,
  }: { readonly from: number | undefined; readonly to: number | undefined; readonly by: number | undefined },
): readonly number[] {
  const place = (bound: number): number => (bound < 0 ? bound + length : bound);
  const picked: number[] = [];
  const start = from === undefined ? (by > 0 ? 0 : length - 1) : Math.max(-1, Math.min(length, place(from)));
  const first = by > 0 ? Math.max(0, start) : Math.min(length - 1, start);
  for (let index = first; index >= 0 && index < length; index += by) {
    if (to !== undefined && (by > 0 ? index >= place(to) : index <= place(to))) break;
    picked.push(index);
  }
  return picked;
}
