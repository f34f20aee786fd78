// What CI systems need: limits, statuses, an approver instead of a person, a log that shows changes, and a summary.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { call, createBench, type ExecBench, type ModelStep, say } from './support/mock-model-server.ts';

const program = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const open = ['-s', 'danger-full-access'];
const echo = (id: string, text: string): ModelStep => ({
  items: [call(id, 'shell', { command: ['echo', text] })],
});
const done: ModelStep = { items: [say('done')] };
const rules = {
  'home/rules/house.rules':
    'prefix_rule(pattern=["echo", "no"], decision="forbidden")\nprefix_rule(pattern=["echo", "ask"], decision="prompt")\n',
};

function audit(bench: ExecBench, ...args: readonly string[]): { status: number | null; stdout: string } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: bench.lab.home, CORDON_HOME: bench.lab.home };
  return spawnSync(process.execPath, [program, 'audit', ...args], { env, encoding: 'utf8' });
}

describe.concurrent('a run in CI', () => {
  it('ends with 3 when something was refused and that was to count, else with 0', async () => {
    for (const [text, flags, status] of [
      ['no', ['--fail-on-denied'], 3],
      ['no', [], 0],
      ['yes', ['--fail-on-denied'], 0],
    ] as const) {
      await using bench = await createBench([echo('c1', text), done], rules);
      const run = await bench.run({ args: [...open, ...flags] });
      expect([run.status, run.events().at(-1)?.type]).toEqual([status, 'turn.completed']);
    }
  });

  it('fails before more calls run than it may make', async () => {
    await using bench = await createBench([echo('c1', 'one'), echo('c2', 'two'), done]);
    const run = await bench.run({ args: [...open, '--max-tool-calls', '1'] });
    expect([run.status, run.commands().length]).toEqual([1, 1]);
    expect(run.events().at(-1)).toMatchObject({ error: { kind: 'max_tool_calls' } });
  });

  it('fails when the same call has the same result over and over', async () => {
    await using bench = await createBench(Array.from({ length: 9 }, (_, index) => echo(`c${index}`, 'x')));
    const run = await bench.run({ args: [...open, '--max-repeats', '3'] });
    expect([run.status, run.commands().length]).toEqual([1, 3]);
    expect(run.events().at(-1)).toMatchObject({ error: { kind: 'loop' } });
  });

  it('asks an approver what it would ask a person, and takes silence for a no', async () => {
    await using bench = await createBench([echo('c1', 'ask'), echo('c2', 'ask'), done], rules);
    const questions = join(bench.lab.outside, 'questions');
    const script = join(bench.lab.outside, 'approve.sh');
    writeFileSync(
      script,
      `cat >> ${questions}\n[ -e ${questions}.second ] && exec sleep 600\ntouch ${questions}.second\necho '{"decision":"approved"}'\n`,
    );
    const run = await bench.run({ args: [...open, '--approver', `sh ${script}`, '--approver-timeout', '5'] });
    expect(run.commands().map(({ status, denied }) => [status, denied?.by])).toEqual([
      ['completed', undefined],
      ['declined', 'approval'],
    ]);
    const asked = readFileSync(questions, 'utf8').split('\n').slice(0, -1);
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({ argv: ['echo', 'ask'], purpose: 'first-run' });
  });

  const writable = [
    './approve.sh',
    'sh approve.sh',
    "sh './approve.sh'",
    '/tmp/approve.sh',
    'unix:/tmp/approve',
  ];
  for (const command of writable) {
    it(`refuses an approver that its commands could change: ${command}`, async () => {
      await using bench = await createBench([done], { 'workspace/approve.sh': 'echo hi\n' });
      const run = await bench.run({ args: ['-s', 'workspace-write', '--approver', command] });
      expect([run.status, bench.server.requests.length]).toEqual([1, 0]);
      expect(run.stderr).toContain('so they could answer for themselves');
    });
  }

  it('refuses an approver that is reached through a link its commands could change', async () => {
    await using bench = await createBench([done]);
    writeFileSync(join(bench.lab.outside, 'a.sh'), 'echo no\n');
    symlinkSync(bench.lab.outside, join(bench.lab.workspace, 'link'));
    const run = await bench.run({ args: ['-s', 'workspace-write', '--approver', 'link/a.sh'] });
    expect([run.status, bench.server.requests.length]).toEqual([1, 0]);
    expect(run.stderr).toContain('so they could answer for themselves');
  });

  it('writes no last message through a link in a temporary directory', async () => {
    await using bench = await createBench([done]);
    const temporary = mkdtempSync('/tmp/cordon-ci-');
    symlinkSync(bench.lab.outside, join(temporary, 'link'));
    const run = await bench.run({ args: ['-s', 'workspace-write', '-o', join(temporary, 'link/last')] });
    rmSync(temporary, { recursive: true });
    expect([run.status, bench.server.requests.length]).toEqual([1, 0]);
    expect(run.stderr).toContain('a symbolic link on the way leads out of what commands may write');
  });

  it('refuses an approver whose place only a shell would know', async () => {
    await using bench = await createBench([done]);
    const run = await bench.run({ args: ['-s', 'workspace-write', '--approver', 'sh ~/a.sh'] });
    expect([run.status, bench.server.requests.length]).toEqual([1, 0]);
    expect(run.stderr).toContain('is not known before a shell has read it');
  });

  it('keeps every decision and what became of it, and a changed line shows', async () => {
    await using bench = await createBench([echo('c1', 'no'), echo('c2', 'yes'), done], rules);
    const file = join(bench.lab.outside, 'audit.jsonl');
    expect((await bench.run({ args: [...open, '--audit', file] })).status).toBe(0);
    const whole = audit(bench, 'verify', file);
    expect([whole.status, whole.stdout]).toEqual([
      0,
      expect.stringMatching(/^whole: 4 lines, 1 runs, head [0-9a-f]{64}\n$/),
    ]);
    const shown = audit(bench, 'show', file).stdout;
    expect(shown).toMatch(
      /item_0 {2}forbidden {2}echo no .*\n.*item_0 {2}\{"kind":"not-run".*\n.*item_1 .*echo yes/,
    );
    writeFileSync(file, readFileSync(file, 'utf8').replace('"forbidden"', '"allowed"'));
    const broken = audit(bench, 'verify', file);
    expect([broken.status, broken.stdout]).toEqual([1, expect.stringContaining('BROKEN')]);
  });

  it('appends a summary, never through a link', async () => {
    await using bench = await createBench([echo('c1', 'no'), { items: [say('All is well.')] }], rules);
    const file = join(bench.lab.outside, 'summary.md');
    writeFileSync(file, 'before\n');
    await bench.run({ args: [...open, '--summary', file] });
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^before\n### cordon exec completed\n/);
    expect(text).toMatch(/\| Refused \| 1 \|\n/);
    expect(text).toContain('All is well.');
    expect(existsSync(join(bench.lab.workspace, 'summary.md'))).toBe(false);
  });
});
