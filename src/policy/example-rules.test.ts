// The rule sets that people start from: each is read without a mistake, every verdict it promises holds, and the lint
// has nothing to say that is not known.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../shell/index.ts';
import { verdictsBy } from './evaluation/verdict-of.ts';
import type { ExampleResult } from './language/example-result.ts';
import { runRuleFile } from './language/run-rule-file.ts';
import { lintRules } from './lint/lint-rules.ts';
import { Policy } from './rules/policy.ts';

const directory = new URL('../../examples/rules/', import.meta.url);
const names = readdirSync(directory).filter((name) => name.endsWith('.rules'));

describe('an example of a rule set', () => {
  it('is there for ten kinds of work', () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
  });

  it.each(names)('%s keeps its promises', async (name) => {
    const results: ExampleResult[] = [];
    const file = await runRuleFile(name, readFileSync(new URL(name, directory), 'utf8'), {
      hostsBefore: new Map(),
      place: { base: '/site', home: '/home/me' },
      verdictOf: verdictsBy(parseCommand),
      onExample: (result) => results.push(result),
    });
    expect(file.errors.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
    expect(results.filter(({ kind }) => kind === 'expect').length).toBeGreaterThanOrEqual(8);
    expect(lintRules(new Policy(file), { exists: () => true, now: 0 })).toEqual([]);
  });
});
