// What-if: two policies side by side, a log decided again, and rules made of what was asked about.
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../shell/index.ts';
import { verdictsBy } from '../evaluation/verdict-of.ts';
import { policyOf } from '../testdata/world.ts';
import { samplesOf } from '../lint/sample-commands.ts';
import { compareVerdicts } from './compare-verdicts.ts';
import { readLog } from './decision-log.ts';
import { samplesFor } from './sample-policies.ts';
import { suggestRules } from './suggest-rules.ts';

describe('a comparison', () => {
  it('puts the widest change first, counts, and leaves out what is the same', () => {
    const row = (
      command: string,
      before: 'forbidden' | 'prompt' | 'unknown',
      after: 'allowed' | 'forbidden' | 'safe',
    ) => ({
      command,
      cwd: '/',
      before,
      after,
    });
    expect(
      compareVerdicts([
        row('a', 'unknown', 'forbidden'),
        row('b', 'prompt', 'allowed'),
        row('c', 'unknown', 'safe'),
        row('d', 'unknown', 'allowed'),
        row('e', 'forbidden', 'allowed'),
        row('d', 'unknown', 'allowed'),
      ]),
    ).toEqual([
      { command: 'e', before: 'forbidden', after: 'allow', isWider: true, times: 1 },
      { command: 'b', before: 'prompt', after: 'allow', isWider: true, times: 1 },
      { command: 'd', before: 'none', after: 'allow', isWider: true, times: 2 },
      { command: 'a', before: 'none', after: 'forbidden', isWider: false, times: 1 },
    ]);
  });

  const pairs: readonly {
    readonly says: string;
    readonly old: string;
    readonly fresh: string;
    readonly first: string | undefined;
  }[] = [
    {
      says: 'an option that is no longer forbidden',
      old: 'prefix_rule(pattern=["git", "push"], decision="forbidden", args=[["--force", "-f"]])',
      fresh: 'prefix_rule(pattern=["git", "push"], decision="forbidden", args=[["--force"]])',
      first: 'git push -f',
    },
    {
      says: 'an exception that lets go',
      old: 'prefix_rule(pattern=["git"], decision="forbidden")',
      fresh: 'prefix_rule(pattern=["git"], decision="forbidden", unless=["git log"])',
      first: 'git log',
    },
    {
      says: 'a prefix that was one command',
      old: 'prefix_rule(pattern=["cargo", "doc"], exact=True)',
      fresh: 'prefix_rule(pattern=["cargo", "doc"])',
      first: 'cargo doc x',
    },
    {
      says: 'an allowance for what people regret',
      old: '',
      fresh: 'prefix_rule(pattern=["git"])',
      first: 'git',
    },
    {
      says: 'paths that may lie anywhere',
      old: 'prefix_rule(pattern=["rm"], decision="forbidden", paths_outside=["/site"])',
      fresh: '',
      first: 'rm /etc/x',
    },
    {
      says: 'a wildcard that is gone',
      old: 'prefix_rule(pattern=["npm", "run", "t:*"], decision="prompt", wildcards=True)',
      fresh: 'prefix_rule(pattern=["npm", "run", "t:"], decision="prompt")',
      first: 'npm run t:x',
    },
    {
      says: 'nothing where only the writing changed',
      old: 'prefix_rule(pattern=["a"])\nprefix_rule(pattern=["b"])',
      fresh: 'prefix_rule(pattern=[["b", "a"]], justification="x")',
      first: undefined,
    },
  ];
  it.each(pairs)('shows $says', async ({ old, fresh, first }) => {
    const [before, after] = [await policyOf(old), await policyOf(fresh)];
    const verdictOf = verdictsBy(parseCommand);
    const changes = compareVerdicts(
      samplesFor([before, after]).map((command) => ({
        command,
        cwd: '/site',
        before: verdictOf(before, command, '/site'),
        after: verdictOf(after, command, '/site'),
      })),
    );
    const [shown] = changes.filter(({ isWider }) => isWider);
    expect(typeof shown?.command === 'string' ? shown.command : shown?.command.join(' ')).toBe(first);
  });
});

describe('a log of decisions', () => {
  it('is read line by line, and what is none is counted', () => {
    const line = { at: 1, cwd: '/', command: { kind: 'argv', argv: ['a'] }, verdict: 'unknown', by: 'x' };
    const script = { ...line, command: { kind: 'script', script: 'a; b', shell: 'bash', login: false } };
    const broken = [
      '{',
      '1',
      'null',
      JSON.stringify({ ...line, verdict: 'fine' }),
      JSON.stringify({ ...line, command: { kind: 'argv', argv: [] } }),
      JSON.stringify({ ...line, command: { kind: 'argv', argv: [1] } }),
      JSON.stringify({ ...line, cwd: 1 }),
    ];
    const text = [JSON.stringify(line), '', ...broken, JSON.stringify(script)].join('\n');
    expect(readLog(text)).toEqual({ decisions: [line, script], skipped: broken.length });
  });
});

describe('a sample', () => {
  it('has the words a shell would make of it', () => {
    expect(samplesOf('awk')).toEqual([['awk', 'BEGIN{system("x")}']]);
  });
});

describe('a suggestion', () => {
  const words = (...lines: readonly string[]): [string, ...string[]][] =>
    lines.map((line) => line.split(' ') as [string, ...string[]]);

  it('is the words that commands share, and no wider', () => {
    const seen = words(
      'cargo test a',
      'cargo test b',
      'cargo test a',
      'cargo doc',
      'git push',
      'kubectl delete pod x',
    );
    expect(suggestRules(seen).map(({ pattern, exact }) => [pattern.join(' '), exact])).toEqual([
      ['cargo test', false],
      ['cargo doc', true],
      ['git push', true],
      ['kubectl delete pod x', true],
    ]);
  });

  it('is one command each where what they share would allow nearly anything', () => {
    const seen = words('python3 -c a', 'python3 -c b', 'npm run a', 'npm run b', 'x -c a', 'x -c b');
    expect(suggestRules(seen).map(({ pattern, exact }) => [pattern.join(' '), exact])).toEqual([
      ['python3 -c a', true],
      ['python3 -c b', true],
      ['npm run a', true],
      ['npm run b', true],
      ['x -c a', true],
      ['x -c b', true],
    ]);
  });

  it('leaves no room behind what deletes or publishes', () => {
    const seen = words(
      'kubectl delete pod x',
      'kubectl delete pod y',
      'kubectl get pods',
      'kubectl get nodes',
    );
    expect(suggestRules(seen).map(({ pattern, exact }) => [pattern.join(' '), exact])).toEqual([
      ['kubectl get', false],
      ['kubectl delete pod x', true],
      ['kubectl delete pod y', true],
    ]);
  });
});
