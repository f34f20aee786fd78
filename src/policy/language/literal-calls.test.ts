// The reader of literal calls must never have an opinion of its own: whatever it accepts, the interpreter reads the
// same way. Random files, honest and broken ones, are read by both.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesIn, Policy } from '../rules/policy.ts';
import { nearlyUsualFile } from '../testdata/nearly-usual-rules.ts';
import { interpretRuleFile } from './interpret-rule-file.ts';
import { readLiteralCalls } from './read-literal-calls.ts';
import { runRuleFile } from './run-rule-file.ts';

const options = {
  hostsBefore: new Map(),
  place: { base: '/site', home: '/home/me' },
  // Whoever decides a test, both readers must have asked.
  verdictOf: (policy: Policy) => (policy.rules.length > 0 ? ('allowed' as const) : ('unknown' as const)),
};
const reading = { call: () => true, rule: () => undefined };

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
  ...['args', 'no_args', 'only_args', 'paths_outside', 'max_args', 'wildcards', 'expires', 'id'],
  ...['command', 'verdict', 'cwd', 'nope'],
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
      'args=[["--force", "-f"], "+*"]',
      'wildcards=True',
      'id="x"',
      'expires="2030-01-01"',
      'command="git a"',
      'verdict="allow"',
      'name="git"',
      'paths=["/usr/bin/git"]',
    ),
  },
  { weight: 1, arbitrary: value },
);
const call = fc
  .tuple(
    fc.constantFrom('prefix_rule', 'prefix_rule', 'prefix_rule', 'host_executable', 'expect', 'other'),
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
  it('means what the interpreter says it means, in the usual shape and near it', async () => {
    const seen = { usual: 0, literal: 0 };
    await fc.assert(
      fc.asyncProperty(nearlyUsualFile, async (text) => {
        const whole = interpretRuleFile('f', text, options);
        expect(await runRuleFile('f', text, options)).toEqual(whole);
        const command = ['/bin/git', 'push'];
        const some = await runRuleFile('f', text, { ...options, words: namesIn(command) });
        expect({ ...some, rules: new Policy(some).about(command).rules }).toEqual({
          ...whole,
          rules: new Policy(whole).about(command).rules,
        });
        const counting = { call: () => true, rule: () => void (seen.usual += 1) };
        if (readLiteralCalls(text, counting) !== undefined) seen.literal += 1;
      }),
      { numRuns: 3000 },
    );
    // Neither reader may be left out by chance.
    expect(seen.usual).toBeGreaterThan(250);
    expect(seen.literal).toBeGreaterThan(250);
  }, 120_000);

  const large: readonly { readonly says: string; readonly text: string }[] = [
    { says: 'a list that is too long', text: `prefix_rule(pattern=["a"${', "a"'.repeat(270_000)}])` },
    { says: 'too many examples', text: `prefix_rule(pattern=["a"], match=["a"${', "a"'.repeat(270_000)}])` },
    { says: 'a word that is too long', text: `prefix_rule(pattern=["${'a'.repeat(270_000)}"])` },
    { says: 'a file that is too long', text: 'prefix_rule(pattern=["a", "b"])\n'.repeat(140_000) },
    { says: 'blanks without end', text: `prefix_rule(pattern=["a"${' '.repeat(300_000)}]x` },
    { says: 'an open list', text: `prefix_rule(pattern=["a"], match=["a"${', "a b"'.repeat(50_000)}` },
  ];
  const hostile: readonly { readonly says: string; readonly text: string }[] = [
    {
      says: 'many examples and then a mistake',
      text: `prefix_rule(pattern=["a", "b"], not_match=["a"${', "a"'.repeat(5000)}, 1])`,
    },
    {
      says: 'many lists and then a mistake',
      text: `prefix_rule(pattern=["a", "b"], not_match=[["a"]${', ["a"]'.repeat(5000)}, 1])`,
    },
    {
      says: 'one alternative many times',
      text: `prefix_rule(pattern=["a"${', ["b", "b", "b", "b", "b", "b", "b", "b"]'.repeat(3)}], match=["a b b b"${', "a b b b"'.repeat(5000)}, 1])`,
    },
    {
      says: 'examples that nearly meet many alternatives',
      text: `prefix_rule(pattern=["a"${', ["b", "b", "b", "b", "b", "b", "b", "b"]'.repeat(3)}, "c"], match=["a b b b x"])\n`.repeat(
        500,
      ),
    },
    {
      says: 'many arguments',
      text: `prefix_rule(${Array.from({ length: 100_000 }, (_, at) => `p${'x'.repeat(at % 7)}=["a" ]`).join(', ')})`,
    },
    { says: 'single quotes', text: "prefix_rule(pattern=['a', 'b'])\n".repeat(20_000) },
  ];
  it.each(hostile)('is read in a time that grows with the text: $says', async ({ text }) => {
    expect(await runRuleFile('f', text, options)).toEqual(interpretRuleFile('f', text, options));
  });

  it.each(large)('is judged like the interpreter judges it: $says', async ({ text }) => {
    expect(await runRuleFile('f', text, options)).toEqual(interpretRuleFile('f', text, options));
  });

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
    { says: 'a tab in a string', text: 'prefix_rule(pattern=["a\tb"])', literal: true },
    { says: 'letters of any language', text: '# é\nprefix_rule(pattern=["é"])', literal: true },
    { says: 'half a character', text: 'prefix_rule(pattern=["\ud800"])', literal: false },
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
    expect(readLiteralCalls(text, reading) !== undefined).toBe(literal);
  });
});
