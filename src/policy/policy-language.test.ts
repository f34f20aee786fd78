// The language page, executed: every worked rule is loaded, and every command below it must get the verdict it shows.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScript } from '../shell/index.ts';
import { evaluate } from './evaluation/evaluate.ts';
import { contextOf, policyOf, type Disk } from './testdata/world.ts';

const page = readFileSync(new URL('../../docs/policy-language.md', import.meta.url), 'utf8');

interface WorkedRule {
  readonly title: string;
  readonly rules: string;
  readonly answers: readonly { readonly command: string; readonly verdict: string }[];
}

const worked: readonly WorkedRule[] = [
  ...page.matchAll(
    /^### (\d+\. .*)$([\s\S]*?)^```python\n([\s\S]*?)^```$[\s\S]*?^```text\n([\s\S]*?)^```$/gm,
  ),
].map(([, title = '', , rules = '', text = '']) => ({
  title,
  rules,
  answers: text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, command = '', verdict = ''] = /^(.*?) +(\w+)$/.exec(line) ?? [];
      return { command: command.trim(), verdict };
    }),
}));

const names = [
  'bash',
  'cargo',
  'cat',
  'curl',
  'cp',
  'docker',
  'env',
  'git',
  'gitk',
  'kubectl',
  'make',
  'npm',
  'pnpm',
  'rm',
  'touch',
  'yarn',
];
const disk: Disk = { files: [...names.map((name) => `/usr/bin/${name}`), '/srv/x'] };

describe('the language page', () => {
  it('teaches fourteen rules', () => {
    expect(worked.map(({ title }) => title.split('.')[0])).toEqual(
      Array.from({ length: 14 }, (_, index) => String(index + 1)),
    );
  });

  it.each(worked)('$title', async ({ rules, answers }) => {
    const policy = await policyOf(rules);
    const given = answers.map(({ command }) => ({
      command,
      verdict: evaluate(policy, parseScript(command), contextOf({ disk })).verdict,
    }));
    expect(given).toEqual(answers);
  });
});
