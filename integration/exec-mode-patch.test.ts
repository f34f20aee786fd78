// A model that edits files with patches: what is written, what is refused, and what a client and the model read of it.
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileChangeItem } from '../src/exec/index.ts';
import { call, createBench, type ExecRun, say } from './support/mock-model-server.ts';

const writes = ['-s', 'workspace-write', '-c', 'sandbox_require="best-effort"'];
const patch = (...lines: readonly string[]): string =>
  ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
const custom = (id: string, input: string): Record<string, string> => ({
  type: 'custom_tool_call',
  call_id: id,
  name: 'apply_patch',
  input,
});

function fileChanges(run: ExecRun): FileChangeItem[] {
  return run
    .events()
    .flatMap((event) =>
      event.type === 'item.completed' && event.item.type === 'file_change' ? [event.item] : [],
    );
}

describe.concurrent('a patch', () => {
  it('is applied by its own tool, as a function, as a here-document and as an argument', async () => {
    const hereDocument = (name: string): string =>
      `apply_patch <<'PATCH'\n${patch(`*** Add File: ${name}`, '+x')}PATCH\n`;
    await using bench = await createBench([
      {
        items: [
          custom('c1', patch('*** Add File: new/one', '+x', '*** Update File: old', '@@', '-a', '+b')),
          call('c2', 'apply_patch', { input: patch('*** Add File: two', '+x') }),
          call('c3', 'exec_command', { cmd: hereDocument('three') }),
          call('c4', 'shell', { command: ['bash', '-lc', hereDocument('four')] }),
          call('c5', 'shell', { command: ['apply_patch', patch('*** Delete File: gone')] }),
        ],
      },
      { items: [say('done')] },
    ]);
    bench.lab.write('workspace/old', 'a\n');
    bench.lab.write('workspace/gone', 'bye\n');
    const run = await bench.run({ args: writes });
    const inside = (name: string): string => join(bench.lab.workspace, name);
    expect([run.status, run.stderr, run.commands()]).toEqual([0, '', []]);
    expect(
      ['new/one', 'old', 'two', 'three', 'four'].map((name) => readFileSync(inside(name), 'utf8')),
    ).toEqual(['x\n', 'b\n', 'x\n', 'x\n', 'x\n']);
    expect(existsSync(inside('gone'))).toBe(false);
    expect(fileChanges(run)[0]).toEqual({
      id: 'item_0',
      type: 'file_change',
      changes: [
        { path: inside('new/one'), kind: 'add' },
        { path: inside('old'), kind: 'update' },
      ],
      status: 'completed',
      call_id: 'c1',
      cwd: bench.lab.workspace,
      duration_ms: expect.any(Number),
      denied: null,
      error: null,
    });
    const success = (lines: string): string =>
      `Exit code: 0\nWall time: N seconds\nOutput:\nSuccess. Updated the following files:\n${lines}\n`;
    const outputs = Object.values(bench.server.outputs()).map((text) =>
      text.replace(/[\d.]+(?= seconds)/g, 'N'),
    );
    expect(outputs.slice(0, 3)).toEqual([
      success('A new/one\nM old'),
      success('A two'),
      `Wall time: N seconds\nOutput:\n${success('A three')}`,
    ]);
    expect(outputs[4]).toMatch(
      /^\{"output":"Success\. .*D gone\\n","metadata":\{"exit_code":0,"duration_seconds":/,
    );
  });

  it('that a command may not make writes nothing of itself, and says who refused it', async () => {
    const rows = [
      { path: '.git/hooks/pre-commit', by: 'approval' },
      { path: '../outside/file', by: 'sandbox' },
      { path: '/etc/cordon-patch-test', by: 'sandbox' },
      { path: 'link/file', by: 'request' },
      { path: 'migrations/1', by: 'policy' },
    ];
    await using bench = await createBench(
      [
        {
          items: rows.map(({ path }, index) =>
            custom(`c${index}`, patch('*** Add File: harmless', '+x', `*** Add File: ${path}`, '+x')),
          ),
        },
        { items: [say('done')] },
      ],
      {
        'home/rules/r.rules':
          'change_rule(paths = ["migrations/**"], decision = "forbidden", justification = "ours")\n',
      },
    );
    mkdirSync(join(bench.lab.workspace, '.git/hooks'), { recursive: true });
    bench.lab.write('workspace/.git/HEAD', 'ref: refs/heads/main\n');
    bench.lab.write('workspace/.git/config', '[core]\n');
    symlinkSync(bench.lab.outside, join(bench.lab.workspace, 'link'));
    const run = await bench.run({ args: writes });
    expect(run.status).toBe(0);
    expect(
      fileChanges(run)
        .toSorted((one, other) => one.call_id.localeCompare(other.call_id))
        .map(({ status, denied }) => [status, denied?.by]),
    ).toEqual(rows.map(({ by }) => ['failed', by]));
    for (const text of Object.values(bench.server.outputs()))
      expect(text).toMatch(/^(patch rejected by|apply_patch verification failed)/);
    expect(existsSync(join(bench.lab.workspace, 'harmless'))).toBe(false);
    expect(existsSync(join(bench.lab.outside, 'file'))).toBe(false);
    expect(lstatSync(join(bench.lab.workspace, 'link')).isSymbolicLink()).toBe(true);
  });

  it('in a read-only run is refused', async () => {
    await using bench = await createBench([
      { items: [custom('c1', patch('*** Add File: a', '+x'))] },
      { items: [say('done')] },
    ]);
    const run = await bench.run({ args: ['-c', 'sandbox_require="best-effort"'] });
    expect(fileChanges(run)).toMatchObject([{ status: 'failed', denied: { by: 'sandbox' } }]);
    expect(existsSync(join(bench.lab.workspace, 'a'))).toBe(false);
  });

  it('is no way for the code tool of newer models: they are told what there is instead', async () => {
    await using bench = await createBench([
      { items: [{ type: 'custom_tool_call', call_id: 'c1', name: 'exec', input: 'text("hi")' }] },
      { items: [say('done')] },
    ]);
    await bench.run();
    expect(bench.server.outputs()).toEqual({
      c1: expect.stringContaining(
        'unsupported custom tool call: exec. Code is not run here: call the function exec_command',
      ),
    });
  });
});
