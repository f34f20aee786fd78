import { describe, expect, it } from 'vitest';
import { runRuleFile } from './run-rule-file.ts';

async function read(text: string): Promise<readonly unknown[]> {
  const file = await runRuleFile('r', text, { hostsBefore: new Map(), place: { home: '/h' } });
  return file.errors.length > 0 ? file.errors.map(({ message }) => message) : file.changes;
}

describe('change_rule', () => {
  it('names paths, kinds and a decision, which is to ask when none is given', async () => {
    const text = 'change_rule(paths = ["db/**"], kinds = ["create", "mode"], justification = "look")';
    expect(await read(text)).toEqual([
      {
        paths: ['db/**'],
        kinds: ['create', 'mode'],
        decision: 'prompt',
        justification: 'look',
        source: 'r:1',
      },
    ]);
  });

  it.each([
    { says: 'no path', text: 'paths = []', error: 'Invalid rule: paths of change_rule cannot be empty' },
    {
      says: 'a word that is none',
      text: 'paths = [1]',
      error: 'Invalid rule: paths of change_rule must be a list of strings that are not empty',
    },
    {
      says: 'a kind that is none',
      text: 'paths = ["a"], kinds = ["touch"]',
      error: 'Invalid rule: kinds of change_rule must be of create, modify, delete, mode, got "touch"',
    },
    {
      says: 'a decision that is none',
      text: 'paths = ["a"], decision = "deny"',
      error: 'Invalid decision "deny" (did you mean "forbidden"?): use one of "allow", "prompt", "forbidden"',
    },
    {
      says: 'a way up',
      text: 'paths = ["../a"]',
      error: 'Invalid rule: a path of change_rule has no `.`, `..` or slash at its end, got "../a"',
    },
    {
      says: 'another home',
      text: 'paths = ["~you/a"]',
      error: 'Invalid rule: only `~/` stands for a home, got "~you/a"',
    },
    {
      says: 'an example that is not matched',
      text: 'paths = ["a/*"], match = ["b/a/c", "a/b/c"]',
      error: 'Example in match is not matched: "a/b/c"',
    },
    {
      says: 'an example that must not be',
      text: 'paths = ["~/.ssh/**"], not_match = ["~/.ssh/x"]',
      error: 'Example in not_match is matched: "~/.ssh/x"',
    },
  ])('refuses $says', async ({ text, error }) => {
    expect(await read(`change_rule(${text})`)).toEqual([error]);
  });

  it('knows what is matched: at any depth, below the home, absolute, whatever the case', async () => {
    const text = `change_rule(paths = ["migrations/*.sql", "~/.config/x/**", "/etc/*"], decision = "forbidden",
      match = ["migrations/1.sql", "a/b/Migrations/1.SQL", "~/.config/x/y/z", "/etc/hosts"],
      not_match = ["migrations/a/1.sql", "migrations", "/etc/a/b", "~/.config/xy"])`;
    expect(await read(text)).toMatchObject([{ decision: 'forbidden' }]);
  });
});
