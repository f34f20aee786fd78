// The language by example: every program in testdata/*.star, `---` between programs. A line with `### pattern` is the
// line that must fail, with a message that the pattern finds; a program without one must run to its end.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { equals } from './compare.ts';
import { defaultBudget, Meter } from './budget.ts';
import { repr, runStarlark, StarlarkHostError, type StarlarkBuiltin, type Value } from './index.ts';

const directory = new URL('./testdata/', import.meta.url);

for (const name of readdirSync(directory).filter((file) => file.endsWith('.star'))) {
  describe(name, () => {
    for (const { line, text } of programsOf(readFileSync(new URL(name, directory), 'utf8'))) {
      const expected = failureIn(text);
      const first = text.split('\n').find((row) => row.trim() !== '') ?? '';
      it(`line ${line}: ${first}`, () => {
        const outcome = runStarlark(text, { file: name, globals: { assert_eq: assertEqual }, now: () => 0 });
        if (expected === undefined) {
          expect(outcome).toEqual({ ok: true });
          return;
        }
        expect(outcome).toMatchObject({ ok: false, error: { line: expected.line } });
        if (!outcome.ok) expect(outcome.error.message).toMatch(expected.pattern);
      });
    }
  });
}

function programsOf(file: string): readonly { readonly line: number; readonly text: string }[] {
  const programs: { line: number; rows: string[] }[] = [{ line: 1, rows: [] }];
  for (const [index, row] of file.replace(/\n$/, '').split('\n').entries()) {
    if (row === '---') programs.push({ line: index + 2, rows: [] });
    else programs.at(-1)?.rows.push(row);
  }
  return programs.map(({ line, rows }) => ({ line, text: rows.join('\n') }));
}

function failureIn(program: string): { readonly line: number; readonly pattern: RegExp } | undefined {
  for (const [index, row] of program.split('\n').entries()) {
    const pattern = /### ?(.*)$/.exec(row)?.[1];
    if (pattern !== undefined) return { line: index + 1, pattern: new RegExp(pattern) };
  }
  return undefined;
}

const assertEqual: StarlarkBuiltin = {
  name: 'assert_eq',
  parameters: [
    { name: 'actual', required: true },
    { name: 'expected', required: true },
  ],
  call({ args }) {
    const actual: Value = args.get('actual') ?? null;
    const expected: Value = args.get('expected') ?? null;
    const meter = new Meter(defaultBudget, { now: () => 0, sourceLength: 0 });
    // Written alike as well: 1 and 1.0 are equal, and yet not the same answer.
    const isSame = equals(actual, expected, meter) && repr(actual) === repr(expected);
    if (!isSame) throw new StarlarkHostError(`${repr(actual)} is not ${repr(expected)}`);
    return null;
  },
};
