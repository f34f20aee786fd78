// `default_rule`: what holds where no other rule speaks.
import { describe, expect, it } from 'vitest';
import type { ParsedCommand } from '../../domain/index.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { combine } from '../load/combine-files.ts';
import { argv, behind, contextOf, opaque, script } from '../testdata/world.ts';
import { evaluate } from './evaluate.ts';

const evaluated = async (rules: string, input: ParsedCommand) => {
  const file = await runRuleFile('/x.rules', rules, { hostsBefore: new Map() });
  expect(file.errors).toEqual([]);
  return evaluate(combine([file]), input, contextOf());
};

const rows: readonly { says: string; rules: string; input: ParsedCommand; want: string }[] = [
  { says: 'forbids what no rule is about', rules: 'forbidden', input: argv('touch', 'a'), want: 'forbidden' },
  { says: 'asks about it', rules: 'prompt', input: argv('touch', 'a'), want: 'prompt' },
  { says: 'allows it', rules: 'allow', input: argv('touch', 'a'), want: 'allowed' },
  { says: 'lets alone what only reads', rules: 'forbidden', input: argv('ls', '-l'), want: 'safe' },
  {
    says: 'holds for one command of a script',
    rules: 'prompt',
    input: script('ls', 'touch a'),
    want: 'prompt',
  },
  {
    says: 'holds for what cannot be split',
    rules: 'forbidden',
    input: opaque('expansion', 'ls'),
    want: 'forbidden',
  },
  {
    says: 'allows nothing that cannot be split',
    rules: 'allow',
    input: opaque('expansion', 'ls'),
    want: 'opaque',
  },
  { says: 'allows nothing dangerous', rules: 'allow', input: argv('rm', '-rf', 'x'), want: 'dangerous' },
  { says: 'forbids what is dangerous', rules: 'forbidden', input: argv('rm', '-rf', 'x'), want: 'forbidden' },
  { says: 'allows no program from anywhere', rules: 'allow', input: argv('./t', 'x'), want: 'unknown' },
  {
    says: 'allows no option that carries code',
    rules: 'allow',
    input: argv('git', 'fetch', '--upload-pack=x'),
    want: 'unknown',
  },
  {
    says: 'allows what an allowed program starts only where that is allowed',
    rules: 'allow',
    input: behind('xargs rm -rf', [{ words: 'rm -rf', via: 'xargs' }]),
    want: 'dangerous',
  },
];

describe('default_rule', () => {
  it.each(rows)('$says', async ({ rules, input, want }) => {
    expect((await evaluated(`default_rule(decision="${rules}")\n`, input)).verdict).toBe(want);
  });

  it('gives way to every rule that is about the command', async () => {
    const rules = 'default_rule(decision="forbidden")\nprefix_rule(pattern=["touch"])\n';
    expect((await evaluated(rules, argv('touch', 'a'))).verdict).toBe('allowed');
    expect((await evaluated(rules, argv('cp', 'a', 'b'))).decidedBy).toMatchObject({
      kind: 'rule',
      isDefault: true,
      source: { kind: 'file', file: '/x.rules', line: 1 },
    });
  });

  it('is there once in a file, and needs a decision', async () => {
    for (const text of [
      'default_rule()\n',
      'default_rule("maybe")\n',
      'default_rule("allow")\ndefault_rule("prompt")\n',
    ]) {
      const file = await runRuleFile('/x.rules', text, { hostsBefore: new Map() });
      expect(file.errors).toHaveLength(1);
    }
  });

  it('is the strictest of several files, and allows nothing from a file with a mistake', async () => {
    const read = (text: string) => runRuleFile('/x.rules', text, { hostsBefore: new Map() });
    const files = [await read('default_rule("allow")\n'), await read('default_rule("prompt")\n')];
    expect(combine(files).fallback?.decision).toBe('prompt');
    expect(combine([await read('default_rule("allow")\noops(\n')]).fallback).toBeUndefined();
  });
});
