// `policy check`, `policy explain` and a run give one answer: what the first two say about a command is what the third
// then does, outer shells, login shells and the environment policy included. Each row asks all three.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const cordon = resolve(import.meta.dirname, '../bin/cordon.js');
const rule = (words: string, decision: string): string =>
  `prefix_rule(pattern=${JSON.stringify(words.split(' '))}, decision="${decision}")\n`;

interface Row {
  readonly says: string;
  readonly rules: string;
  readonly command: readonly string[];
  readonly want: 'allow' | 'prompt' | 'forbidden' | 'none';
  readonly config?: string;
  /** Undefined when `check`, which reads rule files and nothing else, cannot know. */
  readonly check?: 'none' | 'allow' | undefined;
}

const rows: readonly Row[] = [
  { says: 'a plain command', rules: rule('touch', 'allow'), command: ['touch', 'x'], want: 'allow' },
  {
    says: 'a command in an outer shell',
    rules: rule('touch', 'forbidden'),
    command: ['bash', '-c', 'true && touch x'],
    want: 'forbidden',
  },
  {
    says: 'an allowed command in an outer shell',
    rules: rule('touch', 'allow'),
    command: ['bash', '-c', 'touch x && touch y'],
    want: 'allow',
  },
  {
    says: 'an outer shell that a rule is about, which speaks of shells inside',
    rules: rule('bash', 'forbidden') + rule('touch', 'allow'),
    command: ['bash', '-c', 'touch x'],
    want: 'allow',
  },
  {
    says: 'a shell inside a shell',
    rules: rule('bash', 'forbidden') + rule('touch', 'allow'),
    command: ['bash', '-c', "touch x; bash -c 'touch y'"],
    want: 'forbidden',
  },
  {
    says: 'a login shell, which earns nothing for bare names',
    rules: rule('touch', 'allow'),
    command: ['bash', '-lc', 'touch x'],
    want: 'none',
  },
  {
    says: 'a script that cannot be split',
    rules: rule('touch', 'prompt'),
    command: ['bash', '-c', 'for i in 1; do touch $i; done'],
    want: 'prompt',
  },
  {
    says: 'a default rule',
    rules: 'default_rule(decision="forbidden")\n',
    command: ['touch', 'x'],
    want: 'forbidden',
  },
  {
    says: 'a default rule beside an allow rule',
    rules: `default_rule(decision="prompt")\n${rule('touch', 'allow')}`,
    command: ['bash', '-c', 'touch x'],
    want: 'allow',
  },
  {
    says: 'a default rule and a command that only reads',
    rules: 'default_rule(decision="forbidden")\n',
    command: ['ls', '-l'],
    want: 'none',
  },
  {
    says: 'a PATH that the environment policy sets',
    rules: rule('touch', 'allow'),
    command: ['touch', 'x'],
    config: '[shell_environment_policy]\nset = { PATH = "{D}/planted" }\n',
    want: 'none',
    check: 'allow',
  },
];

const isSandboxed = await hasRuntimeSandbox('check, explain and a run');

describe.skipIf(!isSandboxed)('one answer', () => {
  let base: string;
  beforeAll(() => {
    base = realpathSync(mkdtempSync('/var/tmp/cordon-same-'));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it.each(rows.map((row, index) => ({ ...row, index })))('about $says', (row) => {
    const place = join(base, String(row.index));
    const [directory, home] = [join(place, 'd'), join(place, 'h')];
    mkdirSync(join(directory, 'planted'), { recursive: true });
    mkdirSync(join(home, 'rules'), { recursive: true });
    writeFileSync(join(directory, 'planted', 'touch'), '#!/bin/sh\n');
    chmodSync(join(directory, 'planted', 'touch'), 0o755);
    const file = join(home, 'rules', 'x.rules');
    writeFileSync(file, row.rules);
    const log = join(home, 'log');
    writeFileSync(
      join(home, 'config.toml'),
      `audit_log = ${JSON.stringify(log)}\n${(row.config ?? '').replaceAll('{D}', directory)}`,
    );
    const ask = (...args: readonly string[]): { readonly stdout: string; readonly stderr: string } =>
      spawnSync(process.execPath, [cordon, ...args, '--', ...row.command], {
        cwd: directory,
        env: { PATH: process.env['PATH'], HOME: home, CORDON_HOME: home, LANG: 'C.UTF-8' },
        encoding: 'utf8',
        input: '',
        timeout: 60_000,
      });
    const checked = JSON.parse(ask('policy', 'check', '--rules', file).stdout) as { decision?: string };
    const explained = JSON.parse(ask('policy', 'explain', '--json').stdout) as { verdict: string };
    ask('run', '--ask-for-approval', 'never');
    const [line] = readFileSync(log, 'utf8').split('\n');
    const ran = JSON.parse(line ?? '{}') as { verdict: string };
    expect({
      check: checked.decision ?? 'none',
      explain: settled[explained.verdict] ?? 'none',
      run: settled[ran.verdict] ?? 'none',
    }).toEqual({ check: row.check ?? row.want, explain: row.want, run: row.want });
  });
});

const settled: Readonly<Record<string, string>> = {
  allowed: 'allow',
  prompt: 'prompt',
  forbidden: 'forbidden',
};
