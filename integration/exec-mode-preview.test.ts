// A turn whose changes are held back: what the model's commands see of each other, what is told at the end, and what is in
// the workspace then.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ThreadEvent } from '../src/exec/index.ts';
import { call, createBench, type ExecRun, say } from './support/mock-model-server.ts';

const writes = ['-s', 'workspace-write', '--preview'];
const wish = (id: string, cmd: string, more: object = {}): ReturnType<typeof call> =>
  call(id, 'exec_command', { cmd, ...more });

function previews(run: ExecRun): Extract<ThreadEvent, { type: 'changes.preview' }>[] {
  return run.events().flatMap((event) => (event.type === 'changes.preview' ? [event] : []));
}

describe.concurrent('a previewed turn', () => {
  it('is seen whole by its own commands, told before its end, and dropped where nobody can be asked', async () => {
    await using bench = await createBench([
      { items: [wish('c1', 'echo b > old; mkdir new; echo x > new/one')] },
      {
        items: [
          wish('c2', 'cat old new/one; mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit'),
          call('c3', 'shell', { command: ['rm', 'gone'] }),
        ],
      },
      { items: [say('done')] },
    ]);
    bench.lab.write('workspace/old', 'a\n');
    bench.lab.write('workspace/gone', 'bye\n');
    const run = await bench.run({ args: writes });
    const inside = (name: string): string => join(bench.lab.workspace, name);
    expect([run.status, run.commands().map(({ status }) => status)]).toEqual([
      0,
      ['completed', 'completed', 'completed'],
    ]);
    expect(run.commands()[1]?.aggregated_output).toBe('b\nx\n');
    expect(run.events().at(-1)?.type).toBe('turn.completed');
    const [preview] = previews(run);
    expect(preview).toMatchObject({ outcome: 'dropped', problem: null, forbidden: null, omitted: 0 });
    expect(preview?.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      expect.arrayContaining([
        `modify ${inside('old')}`,
        `create ${inside('new/one')}`,
        `delete ${inside('gone')}`,
      ]),
    );
    expect(preview?.changes.find(({ path }) => path.endsWith('pre-commit'))?.held).toHaveLength(1);
    expect(preview?.diff).toEqual(expect.arrayContaining(['-a', '+b']));
    expect([
      readFileSync(inside('old'), 'utf8'),
      existsSync(inside('new')),
      existsSync(inside('gone')),
    ]).toEqual(['a\n', false, true]);
  });

  it('comes in with --apply when it completed, judged like every commit', async () => {
    await using bench = await createBench([
      { items: [wish('c1', 'echo b > old; git init -q .; echo evil > .git/hooks/pre-commit')] },
      { items: [say('done')] },
    ]);
    bench.lab.write('workspace/old', 'a\n');
    const run = await bench.run({ args: [...writes, '--apply'] });
    expect(run.status).toBe(0);
    const [preview] = previews(run);
    expect(preview).toMatchObject({ outcome: 'committed', problem: null, conflicts: [] });
    expect(preview?.held.map(({ path }) => path)).toEqual([
      join(bench.lab.workspace, '.git/hooks/pre-commit'),
    ]);
    expect(readFileSync(join(bench.lab.workspace, 'old'), 'utf8')).toBe('b\n');
    expect(existsSync(join(bench.lab.workspace, '.git/HEAD'))).toBe(true);
    expect(existsSync(join(bench.lab.workspace, '.git/hooks/pre-commit'))).toBe(false);
  });

  it('changes nothing when the turn failed, --apply or not', async () => {
    await using bench = await createBench([
      { items: [wish('c1', 'echo b > old')] },
      { items: [wish('c2', 'true')] },
    ]);
    bench.lab.write('workspace/old', 'a\n');
    const run = await bench.run({ args: [...writes, '--apply', '--max-turns', '1'] });
    expect([run.status, run.events().at(-1)?.type]).toEqual([1, 'turn.failed']);
    expect(previews(run)).toMatchObject([{ outcome: 'dropped' }]);
    expect(readFileSync(join(bench.lab.workspace, 'old'), 'utf8')).toBe('a\n');
  });

  it('fails when a rule forbids what it wrote', async () => {
    await using bench = await createBench([
      { items: [wish('c1', 'echo b > old; echo c > locked')] },
      { items: [say('done')] },
    ]);
    bench.lab.write('workspace/old', 'a\n');
    bench.lab.write('home/rules/mine.rules', 'change_rule(paths = ["locked"], decision = "forbidden")\n');
    const run = await bench.run({ args: [...writes, '--apply'] });
    expect([run.status, run.events().at(-1)?.type]).toEqual([1, 'turn.failed']);
    const [preview] = previews(run);
    expect(preview).toMatchObject({
      outcome: 'unsettled',
      forbidden: { path: join(bench.lab.workspace, 'locked') },
    });
    expect(preview?.problem).toContain('locked');
    expect(readFileSync(join(bench.lab.workspace, 'old'), 'utf8')).toBe('a\n');
  });

  it('refuses what would write beside it: patches, terminals, programs that stay', async () => {
    const patch = ['*** Begin Patch', '*** Add File: one', '+x', '*** End Patch', ''].join('\n');
    await using bench = await createBench([
      {
        items: [
          call('c1', 'apply_patch', { input: patch }),
          wish('c2', `apply_patch <<'P'\n${patch}P\n`),
          wish('c3', 'true', { tty: true }),
          call('c4', 'write_stdin', { session_id: 1, chars: 'x' }),
        ],
      },
      { items: [say('done')] },
    ]);
    const run = await bench.run({ args: [...writes, '--apply'] });
    const answers = Object.values(bench.server.outputs());
    expect([run.status, existsSync(join(bench.lab.workspace, 'one'))]).toEqual([0, false]);
    expect(answers.slice(0, 2)).toEqual([
      expect.stringContaining('apply_patch is not available in a preview'),
      expect.stringContaining('apply_patch is not available in a preview'),
    ]);
    expect(answers[2]).toContain('there are no terminals in a preview');
    expect(answers[3]).toContain('Unknown process id 1');
    expect(run.commands().map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'declined'));
  });

  it('is only for a sandbox that can write', async () => {
    await using bench = await createBench([{ items: [say('done')] }]);
    for (const sandbox of ['read-only', 'danger-full-access']) {
      const run = await bench.run({ args: ['-s', sandbox, '--preview'] });
      expect([run.status, run.stderr]).toEqual([2, expect.stringContaining(`the sandbox is ${sandbox}`)]);
    }
    expect(bench.server.requests.length).toBe(0);
  });
});
