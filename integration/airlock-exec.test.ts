// One-shot commands of a runtime write to layers: what they wrote is judged when they have ended, and then comes into the
// workspace, where the host, sessions and other commands go on meanwhile.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecEvent, ExecResult, SettledChanges, ShellRuntime } from '../src/index.ts';
import { bench } from './support/drive-session.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('layers of one-shot commands');
const slow = { timeout: 60_000 };

function changesOf(result: ExecResult): SettledChanges | undefined {
  return result.kind === 'not-run' ? undefined : result.attempts[0].changes;
}

function git(directory: string, ...words: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...words], { encoding: 'utf8' });
}

/** Starts the command, does `meanwhile` once it wrote a line, and lets it go on. */
async function during(
  runtime: ShellRuntime,
  script: string,
  meanwhile: () => void | Promise<void>,
): Promise<ExecResult> {
  const callId = 'during';
  const seen = new Promise<void>((resolve) => {
    const stop = runtime.onEvent((event) => {
      if (event.type !== 'output.chunk' || event.callId !== callId) return;
      stop();
      resolve();
    });
  });
  // What the host writes in place shows through a layer.
  const running = runtime.exec({
    callId,
    command: `${script}; echo ready; until test -s go; do sleep 0.02; done`,
    timeoutMs: 60_000,
  });
  await Promise.race([seen, running]);
  await meanwhile();
  return await running;
}

describe.skipIf(!usable)('what a one-shot command leaves behind', () => {
  it('is in place when the answer comes, and what would run later is held back and told', slow, async () => {
    await using at = await bench();
    const events: ExecEvent[] = [];
    at.runtime.onEvent((event) => events.push(event));
    const result = await at.runtime.exec({
      command:
        'git init -q x && git -C x config user.name me && printf "[core]\\n\\tfsmonitor = \\"touch M; false\\"\\n" >> x/.git/config && mkdir s && echo evil > s/.envrc && echo b > b && ls -A s',
    });
    const held = result.kind === 'not-run' ? undefined : result.held;
    expect(held?.map(({ path, parts }) => [path.replace(at.workspace, ''), parts[0].part]).sort()).toEqual([
      ['/s/.envrc', undefined],
      ['/x/.git/config', 'core.fsmonitor'],
    ]);
    expect(changesOf(result)).toMatchObject({ kind: 'committed', conflicts: [], direct: [] });
    expect(existsSync(join(at.workspace, 's/.envrc'))).toBe(false);
    expect(readFileSync(join(at.workspace, 'b'), 'utf8')).toBe('b\n');
    expect(git(join(at.workspace, 'x'), 'config', 'user.name')).toBe('me\n');
    expect(git(join(at.workspace, 'x'), 'config', '--list', '--local')).not.toContain('fsmonitor');
    expect(events.map(({ type }) => type).filter((type) => type !== 'output.chunk')).toEqual([
      'exec.evaluated',
      'attempt.started',
      'attempt.finished',
      'changes.held',
      'exec.finished',
    ]);
  });

  it(
    'is nothing at all when a rule forbids one of the changes, and the result says which',
    slow,
    async () => {
      const rules = join(process.cwd(), '.tmp', `changes-${String(process.pid)}.rules`);
      mkdirSync(join(rules, '..'), { recursive: true });
      writeFileSync(
        rules,
        'change_rule(paths = ["ci/**"], decision = "forbidden", justification = "CI is ours")\n',
      );
      try {
        await using at = await bench({ rules: { files: [rules] } });
        const result = await at.runtime.exec({ command: 'mkdir ci && echo x > ci/deploy.yml && echo b > b' });
        expect(changesOf(result)).toMatchObject({ kind: 'discarded', reason: 'CI is ours' });
        expect(readdirSync(at.workspace)).toEqual([]);
      } finally {
        rmSync(rules);
      }
    },
  );

  it('is no layer of a command that wrote nothing, nor of one whose changes are in place', slow, async () => {
    await using at = await bench({ excludeSlashTmp: true, excludeTmpdir: true });
    const home = join(at.workspace, '..', 'home');
    mkdirSync(home, { mode: 0o700 });
    for (const command of ['true', 'echo b > b', 'mkdir -p c/d && chmod 500 c/d'])
      expect(await at.runtime.exec({ command })).toMatchObject({ kind: 'ran', outcome: { exitCode: 0 } });
    const sets = (): string[] =>
      readdirSync(join(home, 'airlock'), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? entry.name : [],
      );
    // Removed after the answer.
    await expect.poll(sets, { timeout: 30_000 }).toEqual([]);
  });

  it('is judged as it comes in: what is held back hides nothing that the rest does', slow, async () => {
    await using at = await bench();
    const mark = join(at.workspace, 'MARK');
    await at.runtime.exec({
      command: `mkdir -p x/objects x/refs sub; printf '[core]\\n\\tfsmonitor = "touch ${mark};false"\\n' > x/config`,
    });
    const result = await at.runtime.exec({
      command:
        'echo "[core]" > h; rm x/config; ln -s ../h x/config; echo "ref: refs/heads/main" > x/HEAD; echo "gitdir: ../x" > sub/.git',
    });
    const held = result.kind === 'not-run' ? [] : (result.held ?? []);
    expect(held.map(({ path }) => path.replace(at.workspace, '')).sort()).toEqual([
      '/sub/.git',
      '/x/HEAD',
      '/x/config',
    ]);
    spawnSync('git', ['status', '--short'], { cwd: join(at.workspace, 'sub') });
    expect(existsSync(mark)).toBe(false);
  });

  it(
    'holds no hook that only a change of the settings made harmless, whatever becomes of that',
    slow,
    async () => {
      await using at = await bench();
      git(at.workspace, 'init', '-q');
      git(at.workspace, 'config', 'core.hooksPath', 'hooks2');
      const mark = join(at.workspace, 'MARK');
      const result = await at.runtime.exec({
        changes: 'hold',
        command: `git config --unset core.hooksPath; mkdir hooks2; printf '#!/bin/sh\\ntouch ${mark}\\n' > hooks2/pre-commit; chmod +x hooks2/pre-commit`,
      });
      git(at.workspace, 'config', 'user.name', 'me');
      const done = result.kind === 'ran' ? await result.changeSet?.commit() : undefined;
      expect(done).toMatchObject({
        kind: 'committed',
        held: [{ path: join(at.workspace, 'hooks2/pre-commit') }],
        conflicts: [{ path: join(at.workspace, '.git/config') }],
      });
      git(at.workspace, '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'one');
      expect([existsSync(join(at.workspace, 'hooks2/pre-commit')), existsSync(mark)]).toEqual([false, false]);
    },
  );

  it('gives way to what the host changed meanwhile, and says so', slow, async () => {
    await using at = await bench();
    writeFileSync(join(at.workspace, 'shared'), 'old');
    writeFileSync(join(at.workspace, 'go'), '');
    const result = await during(at.runtime, 'echo theirs > shared; echo n > new', () => {
      writeFileSync(join(at.workspace, '.shared.new'), 'a person’s');
      renameSync(join(at.workspace, '.shared.new'), join(at.workspace, 'shared'));
      writeFileSync(join(at.workspace, 'go'), 'on');
    });
    expect(changesOf(result)).toMatchObject({
      kind: 'committed',
      conflicts: [{ path: join(at.workspace, 'shared'), conflict: 'changed-since' }],
    });
    expect([
      readFileSync(join(at.workspace, 'shared'), 'utf8'),
      readFileSync(join(at.workspace, 'new'), 'utf8'),
    ]).toEqual(['a person’s', 'n\n']);
  });

  it('is there up to the moment it was stopped', slow, async () => {
    await using at = await bench();
    const stop = new AbortController();
    at.runtime.onEvent((event) => {
      if (event.type === 'output.chunk') stop.abort();
    });
    const result = await at.runtime.exec({ command: 'echo a > a; echo ready; sleep 60' }, stop.signal);
    expect(result.kind === 'ran' ? result.outcome.kind : result.kind).toBe('cancelled');
    expect(readFileSync(join(at.workspace, 'a'), 'utf8')).toBe('a\n');
  });

  it('is not somebody else’s work for the command beside it', slow, async () => {
    await using at = await bench();
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map(
        async (name) =>
          await at.runtime.exec({
            command: `mkdir -p d/e; echo ${name} > d/${name}; echo ${name} > d/e/${name}`,
          }),
      ),
    );
    expect(results.map((result) => changesOf(result))).toEqual(
      results.map(() => expect.objectContaining({ kind: 'committed', conflicts: [] }) as unknown),
    );
    expect(readdirSync(join(at.workspace, 'd'))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(readdirSync(join(at.workspace, 'd', 'e'))).toEqual(['a', 'b', 'c', 'd']);
  });

  it(
    'is no repository with a hook of the commands, of which each brings in a half at the same time',
    slow,
    async () => {
      await using at = await bench();
      const halves = [
        'mkdir -p x/hooks; printf "#!/bin/sh\n" > x/hooks/post-commit; chmod 755 x/hooks/post-commit',
        'git init -q --bare y; rm -r y/hooks; mkdir -p x; mv y/* x/',
      ];
      for (let turn = 0; turn < 5; turn += 1) {
        await Promise.all(halves.map(async (command) => await at.runtime.exec({ command })));
        const [isRepository, hasHook] = ['HEAD', 'hooks/post-commit'].map((name) =>
          existsSync(join(at.workspace, 'x', name)),
        );
        expect([isRepository, hasHook]).not.toEqual([true, true]);
        rmSync(join(at.workspace, 'x'), { recursive: true, force: true });
      }
    },
  );

  it('is taken for judged by a session that watches the same directories', slow, async () => {
    const rules = join(process.cwd(), '.tmp', `beside-${String(process.pid)}.rules`);
    mkdirSync(join(rules, '..'), { recursive: true });
    writeFileSync(rules, '');
    try {
      await using at = await bench({ rules: { files: [rules] } });
      const opened = await at.runtime.sessions.open({ command: 'cat', stdin: 'open', yieldMs: 250 });
      if (!opened.ok || opened.value.kind !== 'running') throw new Error('it does not run');
      // In force for the command, and unknown to the session, which began before.
      writeFileSync(rules, 'change_rule(paths = ["**/.envrc"], decision = "allow")\n');
      await at.runtime.reloadRules();
      await at.runtime.exec({ command: 'mkdir s && echo mine > s/.envrc' });
      await at.runtime.sessions.write({ sessionId: opened.value.sessionId, chars: 'x\n', yieldMs: 1_000 });
      const result = await at.runtime.sessions.terminate(opened.value.sessionId);
      expect(result?.kind === 'ran' ? result.held : result).toBe(undefined);
      expect(readFileSync(join(at.workspace, 's/.envrc'), 'utf8')).toBe('mine\n');
    } finally {
      rmSync(rules);
    }
  });
});

describe.skipIf(!usable)('while a one-shot command runs, the host', () => {
  it('sees, saves, configures and removes as without it', slow, async () => {
    await using at = await bench();
    const { workspace } = at;
    git(workspace, 'init', '-q', '.');
    mkdirSync(join(workspace, 'gone/.git'), { recursive: true });
    writeFileSync(join(workspace, 'go'), '');
    const before = readdirSync(workspace);
    const seen: unknown[] = [];
    const result = await during(at.runtime, 'mkdir made; ls -A', () => {
      seen.push(readdirSync(workspace), git(workspace, 'status', '--short'));
      git(workspace, 'config', 'core.pager', 'cat');
      rmSync(join(workspace, 'gone'), { recursive: true });
      writeFileSync(join(workspace, '.mcp.json'), '{}');
      mkdirSync(join(workspace, '.vscode'));
      writeFileSync(join(workspace, '.vscode/settings.json'), '{}');
      seen.push(readdirSync(workspace).filter((name) => !before.includes(name)));
      writeFileSync(join(workspace, 'go'), 'on');
    });
    expect(seen).toEqual([before, '?? go\n', ['.mcp.json', '.vscode']]);
    expect(changesOf(result)).toMatchObject({ kind: 'committed', held: [], conflicts: [] });
    expect(git(workspace, 'config', 'core.pager')).toBe('cat\n');
    expect(readdirSync(workspace).sort()).toEqual(['.git', '.mcp.json', '.vscode', 'go', 'made']);
  });
});
