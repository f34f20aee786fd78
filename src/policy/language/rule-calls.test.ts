// How prefix_rule may be called, and what a file may cost: through the front that every rule file takes.
import { describe, expect, it } from 'vitest';
import { runRuleFile } from './run-rule-file.ts';

async function run(text: string): Promise<{ readonly rules: number; readonly errors: readonly string[] }> {
  const { rules, errors } = await runRuleFile('f', text, { hostsBefore: new Map() });
  return { rules: rules.length, errors: errors.map(({ line, message }) => `${line ?? 0}: ${message}`) };
}

describe('a call of prefix_rule', () => {
  it('takes the parameters of the plain dialect by position', async () => {
    const text = 'prefix_rule(["a"], "prompt", ["a b"], ["b"], "why", True)';
    expect(await run(text)).toEqual({ rules: 1, errors: [] });
  });

  const more = ['["a b"]', '["a b"], ["c"]', '["a b"], ["c"], True'];
  it.each(more)('takes nothing else by position: %s', async (rest) => {
    const { errors } = await run(`prefix_rule(["a"], "allow", ["a"], ["b"], "why", False, ${rest})`);
    const count = rest.split('], ').length;
    const plural = count === 1 ? 'argument' : 'arguments';
    expect(errors).toEqual([`1: Found ${count} extra positional ${plural} for call to \`prefix_rule\``]);
  });

  const named = [
    'unless=["a b"]',
    'anywhere=["c"]',
    'exact=True',
    'env=["CI"]',
    'cwd=["/srv"]',
    'skip_options=True',
  ];
  it.each(named)(
    'takes %s by its name, from the reader of literals and from the interpreter',
    async (option) => {
      expect(await run(`prefix_rule(pattern=["a"], ${option})`)).toEqual({ rules: 1, errors: [] });
      expect(await run(`prefix_rule(["a"], ${option})`)).toEqual({ rules: 1, errors: [] });
    },
  );

  it('is made ten thousand times by a loop', async () => {
    const text = `for i in range(10000):
    prefix_rule(pattern=["program%d" % i, "sub"], match=["program%d sub x" % i], not_match=["program%d other" % i])`;
    expect(await run(text)).toEqual({ rules: 10_000, errors: [] });
  });

  it('is not made without end', async () => {
    const { errors } = await run('for i in range(1000000):\n    prefix_rule(pattern=["a", "b"])');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^2: Took too (?:many steps|long)/);
  });
});
