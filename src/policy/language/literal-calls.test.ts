// The reader of literal calls must never have an opinion of its own: whatever it accepts, the interpreter reads the
// same way. Random files, honest and broken ones, are read by both.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpretRuleFile } from './interpret-rule-file.ts';
import { readLiteralCalls } from './read-literal-calls.ts';
import { runRuleFile } from './run-rule-file.ts';

const options = { hostsBefore: new Map() };

const word = fc.oneof(
  fc.constantFrom(
    'git',
    'status',
    '/usr/bin/git',
    '',
    '-x',
    'a b',
    '#',
    '"',
    "'",
    '{x}',
    'é',
    '\\n',
    '\t',
    'x"y',
  ),
  fc.string({ maxLength: 6 }),
);
const quoted = word.chain((text) =>
  fc.constantFrom(
    `"${text}"`,
    `'${text}'`,
    JSON.stringify(text),
    `"""${text}"""`,
    `r"${text}"`,
    `"${text}" "x"`,
  ),
);
const list = (items: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(items, { maxLength: 3 }),
      fc.constantFrom(', ', ',', ' ,\n  ', ' '),
      fc.constantFrom('', ',', ' # c\n'),
    )
    .map(([parts, comma, end]) => `[${parts.join(comma)}${end}]`);
const value = fc.oneof(
  { weight: 4, arbitrary: quoted },
  { weight: 4, arbitrary: list(fc.oneof(quoted, list(quoted))) },
  { weight: 1, arbitrary: fc.constantFrom('True', 'False', 'None', '1', 'x', '[[["a"]]]', '("a",)') },
);
const parameter = fc.constantFrom(
  'pattern',
  'match',
  'not_match',
  'decision',
  'justification',
  'exact',
  'canonical_matching',
  'name',
  'paths',
  'nope',
);
const argument = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(parameter, fc.constantFrom('=', ' = ', '=\n'), value).map((parts) => parts.join('')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'pattern=["git"]',
      'pattern=["git", ["a", "b"]]',
      'decision="prompt"',
      'match=["git a"]',
      'name="git"',
      'paths=["/usr/bin/git"]',
    ),
  },
  { weight: 1, arbitrary: value },
);
const call = fc
  .tuple(
    fc.constantFrom('prefix_rule', 'prefix_rule', 'prefix_rule', 'host_executable', 'other'),
    fc.array(argument, { maxLength: 4 }),
    fc.constantFrom('', ' ', '\n', ' # end\n', '\t', '\r\n', ';'),
  )
  .map(([name, args, end]) => `${name}(${args.join(', ')})${end}`);
const line = fc.oneof(
  { weight: 8, arbitrary: call },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', '# comment', '  # indented', ' ', 'x = 1', 'pass', '\ufeff', '#é'),
  },
);
const file = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n'));

describe('a file of literal calls', () => {
  it('means what the interpreter says it means', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        expect(await runRuleFile('f', text, options)).toEqual(interpretRuleFile('f', text, options));
      }),
      { numRuns: 1500 },
    );
  });

  const rows: readonly { readonly says: string; readonly text: string; readonly literal: boolean }[] = [
    { says: 'plain calls', text: 'prefix_rule(pattern=["a"])\n', literal: true },
    {
      says: 'calls over several lines',
      text: 'prefix_rule( # c\n  pattern = [\n "a",\n ],\n)\n# d',
      literal: true,
    },
    { says: 'nothing', text: '', literal: true },
    { says: 'an escape', text: 'prefix_rule(pattern=["a\\n"])', literal: false },
    { says: 'a triple quote', text: 'prefix_rule(pattern=["""a"""])', literal: false },
    { says: 'two strings side by side', text: 'prefix_rule(pattern=["a" "b"])', literal: false },
    { says: 'a variable', text: 'prefix_rule(pattern=x)', literal: false },
    { says: 'a positional argument', text: 'prefix_rule(["a"])', literal: false },
    {
      says: 'two calls on a line',
      text: 'prefix_rule(pattern=["a"]);prefix_rule(pattern=["b"])',
      literal: false,
    },
    { says: 'an indented call', text: ' prefix_rule(pattern=["a"])', literal: false },
    { says: 'a tab', text: 'prefix_rule(\tpattern=["a"])', literal: false },
    { says: 'a carriage return', text: 'prefix_rule(pattern=["a"])\r\n', literal: false },
    { says: 'a byte order mark', text: '\ufeffprefix_rule(pattern=["a"])', literal: false },
  ];
  it.each(rows)('$says: $literal', ({ text, literal }) => {
    expect(readLiteralCalls(text, () => true)).toBe(literal);
  });
});
