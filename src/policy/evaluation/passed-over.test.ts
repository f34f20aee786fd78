// Options before and between the words of a command, other names of one program, directories given by option: none of
// them is a way out of a rule that asks or forbids.
import { describe, expect, it } from 'vitest';
import type { EvaluationVerdict } from '../../domain/index.ts';
import { argv, contextOf, policyOf } from '../testdata/world.ts';
import { evaluate } from './evaluate.ts';

interface Row {
  readonly says: string;
  readonly pattern: readonly string[];
  readonly more?: string;
  readonly command: readonly [string, ...string[]];
  readonly want: EvaluationVerdict;
}

const rows: readonly Row[] = [
  {
    says: 'an option in front',
    pattern: ['gh', 'pr', 'merge'],
    command: ['gh', '-R', 'o/r', 'pr', 'merge'],
    want: 'forbidden',
  },
  {
    says: 'an option in between',
    pattern: ['gh', 'pr', 'merge'],
    command: ['gh', 'pr', '-R', 'o/r', 'merge', '1'],
    want: 'forbidden',
  },
  {
    says: 'options in both places',
    pattern: ['aws', 's3', 'rm'],
    command: ['aws', '--region', 'x', 's3', '--debug', 'rm', 'y'],
    want: 'forbidden',
  },
  {
    says: 'an attached value',
    pattern: ['aws', 's3', 'rm'],
    command: ['aws', '--region=x', 's3', 'rm'],
    want: 'forbidden',
  },
  {
    says: 'a toolchain',
    pattern: ['cargo', 'publish'],
    command: ['cargo', '+nightly', 'publish'],
    want: 'forbidden',
  },
  {
    says: 'a program nobody listed',
    pattern: ['mytool', 'db', 'drop'],
    command: ['mytool', '-v', 'db', '--env', 'prod', 'drop'],
    want: 'forbidden',
  },
  {
    says: 'another subcommand',
    pattern: ['gh', 'pr', 'merge'],
    command: ['gh', '-R', 'o/r', 'pr', 'view', 'merge'],
    want: 'unknown',
  },
  {
    says: 'the word as an argument',
    pattern: ['git', 'push'],
    command: ['git', 'commit', '-m', 'push'],
    want: 'unknown',
  },
  {
    says: 'a rule that asks not to',
    pattern: ['gh', 'pr', 'merge'],
    more: ', skip_options=False',
    command: ['gh', 'pr', '-R', 'x', 'merge'],
    want: 'unknown',
  },
  { says: 'another awk', pattern: ['awk'], command: ['mawk', '{print}'], want: 'forbidden' },
  {
    says: 'a program with its version',
    pattern: ['python3'],
    command: ['python3.12', 'x.py'],
    want: 'forbidden',
  },
  { says: 'a program of another family', pattern: ['awk'], command: ['hawk', '{print}'], want: 'unknown' },
  {
    says: 'a directory by option',
    pattern: ['git', 'init'],
    more: ', cwd=["/nowhere"]',
    command: ['git', '-C', '/nowhere', 'init'],
    want: 'prompt',
  },
  {
    says: 'a directory behind the words',
    pattern: ['make', 'all'],
    more: ', cwd=["/nowhere"]',
    command: ['make', 'all', '-C', '/nowhere'],
    want: 'prompt',
  },
  {
    says: 'no directory at all',
    pattern: ['make', 'all'],
    more: ', cwd=["/nowhere"]',
    command: ['make', 'all', '-j4'],
    want: 'unknown',
  },
];

describe('a rule that forbids meets', () => {
  for (const { says, pattern, more = '', command, want } of rows) {
    it(`${says}: ${command.join(' ')} is ${want}`, async () => {
      const rule = `prefix_rule(pattern=${JSON.stringify(pattern)}, decision="forbidden"${more})\n`;
      const evaluation = evaluate(await policyOf(rule), argv(...command), contextOf({}));
      expect({ command, verdict: evaluation.verdict }).toEqual({ command, verdict: want });
    });
  }

  it('a command of fifty thousand options without keeping anybody waiting', async () => {
    const policy = await policyOf('prefix_rule(pattern=["gh", "pr", "merge"], decision="forbidden")\n');
    const options = Array.from({ length: 50_000 }, () => '-x');
    const evaluation = evaluate(policy, argv('gh', ...options, 'pr', ...options, 'merge'), contextOf({}));
    expect(['forbidden', 'prompt']).toContain(evaluation.verdict);
  });
});
