// `expect` in rule files: decided as a run decides, told with its place, and a file whose tests fail is not used.
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../shell/index.ts';
import { verdictsBy } from '../evaluation/verdict-of.ts';
import type { ExampleResult } from './example-result.ts';
import { runRuleFile } from './run-rule-file.ts';

const rules = `prefix_rule(pattern=["git"])
prefix_rule(pattern=["git", "push"], decision="prompt")
prefix_rule(pattern=["rm"], decision="forbidden", cwd=["inner"])
`;

async function read(text: string): Promise<{ errors: readonly string[]; results: readonly ExampleResult[] }> {
  const results: ExampleResult[] = [];
  const { errors } = await runRuleFile('t.rules', text, {
    hostsBefore: new Map(),
    place: { base: '/site' },
    verdictOf: verdictsBy(parseCommand),
    onExample: (result) => results.push(result),
  });
  return { errors: errors.map(({ line, message }) => `${line}: ${message}`), results };
}

const holding: readonly { readonly says: string; readonly test: string }[] = [
  { says: 'an allowed command', test: 'expect("git log", "allow")' },
  { says: 'options before the subcommand', test: 'expect("git -C x push", "prompt")' },
  { says: 'a script', test: 'expect("git log && git push", "prompt")' },
  { says: 'a wrapper', test: 'expect("sudo git push", "prompt")' },
  { says: 'a nested shell', test: 'expect(["bash", "-c", "git push"], "prompt")' },
  { says: 'a path', test: 'expect("/usr/bin/git push", "prompt")' },
  { says: 'a program of the workspace', test: 'expect("./git log", "none")' },
  { says: 'what no rule settles', test: 'expect("ls", "none")' },
  { says: 'a directory', test: 'expect("rm x", "forbidden", cwd="inner/deep")' },
  { says: 'the project when no directory is given', test: 'expect("rm x", "none")' },
  { says: 'a cd', test: 'expect("cd inner && rm x", "forbidden")' },
  { says: 'a test made by a loop', test: 'for word in ["log", "diff"]: expect(["git", word], "allow")' },
  { says: 'a test in front of the rules', test: 'pass' },
];

describe('expect', () => {
  it.each(holding)('holds for $says', async ({ test }) => {
    expect((await read(`${rules}${test}\n`)).errors).toEqual([]);
    expect((await read(`${test}\n${rules}`)).errors).toEqual([]);
  });

  it('that fails names its place, and both verdicts', async () => {
    const { errors, results } = await read(
      `${rules}expect("git -C x push", "allow")\nexpect("git log", "allow")\n`,
    );
    expect({ errors, results }).toEqual({
      errors: ['4: The rules say prompt to `git -C x push`, and the test expects allow'],
      results: [
        {
          file: 't.rules',
          line: 4,
          kind: 'expect',
          command: 'git -C x push',
          expected: 'allow',
          verdict: 'prompt',
          passed: false,
        },
        {
          file: 't.rules',
          line: 5,
          kind: 'expect',
          command: 'git log',
          expected: 'allow',
          verdict: 'allowed',
          passed: true,
        },
      ],
    });
  });

  it.each([
    ['expect("git", "ask")', 'Invalid verdict "ask" (did you mean "prompt"?)'],
    ['expect("git", "alow")', 'Invalid verdict "alow" (did you mean "allow"?)'],
    ['expect(" ", "allow")', 'Invalid test: the command of expect cannot be empty'],
    ['expect([], "allow")', 'Invalid test: the command of expect cannot be empty'],
    ['expect([1], "allow")', 'Invalid test: the words of expect must be strings, got int'],
    ['expect(1, "allow")', 'Invalid test: the command of expect must be a string or a list, got int'],
    [
      'expect("git", "allow", cwdd="/")',
      'Found `cwdd` extra named parameter for call to `expect`, did you mean `cwd`?',
    ],
  ])('refuses %s', async (text, message) => {
    expect((await read(text)).errors[0]).toContain(message);
  });
});

describe('an example', () => {
  it.each([
    ['match', 'git -C x push', 'forbidden', true],
    ['match', 'git --no-pager push origin', 'prompt', true],
    ['match', 'git -C x push', 'allow', false],
    ['match', 'git -C push', 'forbidden', false],
    // Files written for other programs say so, and stay usable.
    ['not_match', 'git -C x push', 'forbidden', true],
    ['not_match', 'git push', 'forbidden', false],
  ])('in %s, `%s` of a rule that says %s holds: %s', async (kind, command, decision, holds) => {
    const text = `prefix_rule(pattern=["git", "push"], decision="${decision}", ${kind}=["${command}"])`;
    expect((await read(text)).errors.length === 0).toBe(holds);
  });
});

describe('a misspelled word', () => {
  it.each([
    ['prefix_rule(pattern=["a"], decison="allow")', 'did you mean `decision`?'],
    ['prefix_rule(patern=["a"], pattern=["a"])', 'did you mean `pattern`?'],
    ['prefix_rule(pattern=["a"], no_arg=["-f"])', 'did you mean `no_args`?'],
    ['prefix_rule(pattern=["a"], decision="deny")', '(did you mean "forbidden"?)'],
    ['prefix_rule(pattern=["a"], decision="promt")', '(did you mean "prompt"?)'],
    ['prefx_rule(pattern=["a"])', 'did you mean `prefix_rule`?'],
  ])('%s: gets the nearest one', async (text, hint) => {
    expect((await read(text)).errors[0]).toContain(hint);
  });
});
