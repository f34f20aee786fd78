// Sessions write into the real workspace: what would run later is put aside before the next answer, and told there, in
// the events and in the result; what a person does once no session lives is theirs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecEvent } from '../src/index.ts';
import { bench } from './support/drive-session.ts';

const fsmonitor = 'printf "[core]\\n\\tfsmonitor = \\"touch M; false\\"\\n" >> x/.git/config';
const wait = { yieldMs: 30_000, until: 'exit' } as const;

describe('what a session leaves behind', () => {
  it('is judged at its end, and told in the result', async () => {
    await using at = await bench();
    const events: ExecEvent[] = [];
    at.runtime.onEvent((event) => events.push(event));
    const command = `git init -q x && git -C x config user.name me && ${fsmonitor} && mkdir s && echo evil > s/.envrc && echo b > b`;
    const read = await at.runtime.sessions.open({ command, ...wait });
    const result = read.ok && read.value.kind === 'finished' ? read.value.result : undefined;
    const held = result === undefined || result.kind === 'not-run' ? undefined : result.held;
    expect(held?.map(({ path, parts }) => [path.replace(at.workspace, ''), parts[0].part])).toEqual([
      ['/s/.envrc', undefined],
      ['/x/.git/config', 'core.fsmonitor'],
    ]);
    expect([
      existsSync(join(at.workspace, 's/.envrc')),
      readFileSync(join(at.workspace, 'b'), 'utf8'),
    ]).toEqual([false, 'b\n']);
    expect(
      execFileSync('git', ['-C', join(at.workspace, 'x'), 'config', 'user.name'], { encoding: 'utf8' }),
    ).toBe('me\n');
    expect(events.flatMap((event) => (event.type === 'changes.held' ? event.held.length : []))).toEqual([2]);
  });

  it('is judged at each answer while it runs', async () => {
    await using at = await bench();
    const opened = await at.runtime.sessions.open({
      command:
        'mkdir s; echo evil > s/.envrc; echo ready; read -r line; echo more > s/.envrc; echo again; read -r line',
      stdin: 'open',
      yieldMs: 5_000,
    });
    if (!opened.ok || opened.value.kind !== 'running') throw new Error('it does not run');
    const { sessionId } = opened.value;
    const texts = [opened.value];
    while (!texts.some(({ warning }) => warning?.includes('s/.envrc') === true)) {
      const next = await at.runtime.sessions.write({ sessionId, chars: '', yieldMs: 5_000 });
      if (!next.ok || next.value.kind !== 'running') throw new Error('it ended');
      texts.push(next.value);
    }
    expect(existsSync(join(at.workspace, 's/.envrc'))).toBe(false);
    const result = await at.runtime.sessions.terminate(sessionId);
    expect(result?.kind === 'ran' ? result.held?.map(({ path }) => path) : result).toEqual([
      join(at.workspace, 's/.envrc'),
    ]);
  });

  it('leaves what the person had, and what the person writes afterwards', async () => {
    await using at = await bench();
    mkdirSync(join(at.workspace, 'mine'));
    writeFileSync(join(at.workspace, 'mine/.envrc'), 'mine');
    const read = await at.runtime.sessions.open({ command: 'echo a > a', ...wait });
    expect(
      read.ok && read.value.kind === 'finished' && read.value.result.kind === 'ran'
        ? read.value.result.held
        : 'no end',
    ).toBe(undefined);
    writeFileSync(join(at.workspace, 'mine/.mise.toml'), 'mine');
    await at.runtime.sessions.open({ command: 'true', ...wait });
    expect([
      readFileSync(join(at.workspace, 'mine/.envrc'), 'utf8'),
      readFileSync(join(at.workspace, 'mine/.mise.toml'), 'utf8'),
    ]).toEqual(['mine', 'mine']);
  });

  it('is gone at its end, however fast it was put back until then', async () => {
    await using at = await bench();
    execFileSync('git', ['init', '-q', at.workspace]);
    // A file that is ready and only moved into place: there is no moment without it.
    const writer = [
      'import os',
      'while True:',
      '  for place in (".git/hooks/pre-commit", ".envrc"):',
      '    with open("t", "w") as ready: ready.write("evil")',
      '    os.chmod("t", 0o755); os.rename("t", place)',
    ];
    writeFileSync(join(at.workspace, 'writer.py'), writer.join('\n'));
    for (let round = 0; round < 4; round += 1) {
      const command = 'setsid -f python3 writer.py > /dev/null 2>&1 < /dev/null; sleep 0.2';
      await at.runtime.sessions.open({ command, ...wait });
      expect(
        ['.git/hooks/pre-commit', '.envrc'].filter((name) => existsSync(join(at.workspace, name))),
      ).toEqual([]);
    }
  });

  it('is ended when it puts back again and again what was put aside', { timeout: 120_000 }, async () => {
    await using at = await bench();
    execFileSync('git', ['init', '-q', at.workspace]);
    const hook = 'echo evil > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit';
    const read = await at.runtime.sessions.open({
      command: `while :; do [ -e .git/hooks/pre-commit ] || { ${hook}; }; done`,
      yieldMs: 100_000,
      until: 'exit',
    });
    const finished = read.ok && read.value.kind === 'finished' ? read.value : undefined;
    expect([
      finished?.warning?.includes('after it had been put aside'),
      existsSync(join(at.workspace, '.git/hooks/pre-commit')),
    ]).toEqual([true, false]);
  });
});
