// Sessions with real programs in the real sandbox, driven through the public door as an agent would.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { approvalRig, withDirectory } from './support/approval-rig.ts';
import { bench, drive } from './support/drive-session.ts';

const watched = { TERM: 'xterm' } as const;

/** A program that answers each line it reads, in words that no echo of a terminal has. */
const answering = "sed -u 's/^/got /'";

describe('a session with a real program', () => {
  it('keeps the state of a shell over many calls', async () => {
    await using at = await bench();
    const shell = await drive(at.runtime, { command: 'bash --norc --noprofile -i', tty: true });
    await shell.expect(/\$ |# /, 0);
    await shell.ask('cd /usr && X=41\n', /\$ $|# $/);
    await shell.ask('echo "$PWD $((X + 1))"\n', /\/usr 42/);
    await shell.type('exit 3\n');
    const end = await shell.end();
    expect(end.result).toMatchObject({ kind: 'ran', outcome: { kind: 'exited', exitCode: 3 } });
  });

  it('talks to a Python prompt', async () => {
    await using at = await bench();
    const python = await drive(at.runtime, { command: ['python3', '-q'], tty: true });
    await python.expect(/>>> /, 0);
    // The prompt again: what is typed before it would meet another state of the terminal.
    await python.ask('print(6 * 7)\n', /42\r\n>>> $/);
    await python.ask('import sys; sys.stdin.isatty()\n', /True\r\n>>> $/);
    await python.type('\x04');
    expect((await python.end()).result).toMatchObject({ kind: 'ran', outcome: { exitCode: 0 } });
  });

  it('pages with less and sees the screen', async () => {
    await using at = await bench();
    writeFileSync(
      join(at.workspace, 'long.txt'),
      Array.from({ length: 200 }, (_, n) => `line ${n}\n`).join(''),
    );
    const less = await drive(at.runtime, { command: ['less', 'long.txt'], tty: true, env: watched });
    await less.look(/line 0\n[\s\S]*line 22/);
    await less.type('G');
    await less.look(/line 199/);
    await less.type('q');
    expect((await less.end()).result).toMatchObject({ kind: 'ran', outcome: { exitCode: 0 } });
  });

  it('writes a file with vim', async () => {
    await using at = await bench();
    const vim = await drive(at.runtime, {
      command: ['vim', '-u', 'NONE', '-N', 'new.txt'],
      tty: true,
      env: watched,
    });
    await vim.look(/new\.txt/);
    await vim.type('ihello from vim\x1b');
    await vim.look(/hello from vim/);
    await vim.type(':wq\r');
    await vim.end();
    expect(readFileSync(join(at.workspace, 'new.txt'), 'utf8')).toBe('hello from vim\n');
  });

  it('rebases interactively with an editor', async () => {
    await using at = await bench();
    const git = (...args: string[]): void => {
      execFileSync('git', ['-C', at.workspace, '-c', 'user.name=t', '-c', 'user.email=t@example', ...args]);
    };
    git('init', '-q', '-b', 'main');
    for (const name of ['one', 'two', 'three']) git('commit', '-q', '--allow-empty', '-m', name);
    const rebase = await drive(at.runtime, {
      command: [
        'git',
        '-c',
        'user.name=t',
        '-c',
        'user.email=t@example',
        'rebase',
        '-i',
        '--keep-empty',
        'HEAD~2',
      ],
      tty: true,
      env: { ...watched, GIT_EDITOR: 'vim -u NONE -N' },
    });
    await rebase.look(/pick [0-9a-f]+ two/);
    await rebase.type(':%s/pick \\(.* three\\)/drop \\1/\r');
    await rebase.look(/drop [0-9a-f]+ three/);
    await rebase.type(':wq\r');
    expect((await rebase.end()).result).toMatchObject({ kind: 'ran', outcome: { exitCode: 0 } });
    const log = execFileSync('git', ['-C', at.workspace, 'log', '--format=%s'], { encoding: 'utf8' });
    expect(log).toBe('two\none\n');
  });

  it('answers the questions of npm init', async () => {
    await using at = await bench();
    const npm = await drive(at.runtime, { command: ['npm', 'init', '--no-update-notifier'], tty: true });
    await npm.expect(/package name: /, 0);
    await npm.ask('demo-package\n', /version: /);
    for (const question of [
      /description: /,
      /entry point: /,
      /test command: /,
      /git repository: /,
      /keywords: /,
      /author: /,
      /license: /,
    ])
      await npm.ask('\n', question);
    await npm.ask('\n', /type: |OK\?/);
    if (/type: /.test(npm.seen.slice(-200)) && !npm.seen.includes('OK?')) await npm.ask('\n', /OK\?/);
    await npm.type('yes\n');
    await npm.end();
    expect(JSON.parse(readFileSync(join(at.workspace, 'package.json'), 'utf8'))).toMatchObject({
      name: 'demo-package',
    });
  });

  it('answers the questions of ssh-keygen, a password prompt among them', async () => {
    await using at = await bench();
    const keygen = await drive(at.runtime, { command: ['ssh-keygen', '-t', 'ed25519'], tty: true });
    await keygen.expect(/save the key.*: /, 0);
    await keygen.ask('./key\n', /passphrase.*: /i);
    await keygen.ask('open sesame\n', /same passphrase.*: /i);
    await keygen.type('open sesame\n');
    expect((await keygen.end()).result).toMatchObject({ kind: 'ran', outcome: { exitCode: 0 } });
    expect([existsSync(join(at.workspace, 'key')), keygen.seen.includes('open sesame')]).toEqual([
      true,
      false,
    ]);
  });

  it('interrupts a program with Ctrl-C', async () => {
    await using at = await bench();
    const sleeper = await drive(at.runtime, { command: ['sleep', '600'], tty: true });
    await sleeper.type('\x03');
    expect((await sleeper.end()).result).toMatchObject({
      kind: 'ran',
      outcome: { kind: 'signalled', signal: 'SIGINT' },
    });
  });

  it('interrupts a program without a terminal with a lone Ctrl-C', async () => {
    await using at = await bench();
    const sleeper = await drive(at.runtime, { command: ['sleep', '600'] });
    await sleeper.type('\x03');
    expect((await sleeper.end()).result).toMatchObject({
      kind: 'ran',
      outcome: { kind: 'signalled', signal: 'SIGINT' },
    });
  });

  it('stops and continues a job of an interactive shell with Ctrl-Z', async () => {
    await using at = await bench();
    const shell = await drive(at.runtime, { command: 'bash --norc --noprofile -i', tty: true });
    await shell.expect(/\$ |# /, 0);
    // Its answer shows that it has the terminal; before that, Ctrl-Z would meet the shell, which ignores it. The echo
    // shows nothing: the shell takes it away and gives it back while a line is on its way.
    await shell.ask(`${answering}\n`, /sed/);
    await shell.ask('here\n', /got here/);
    await shell.ask('\x1a', /Stopped/);
    await shell.ask('jobs\n', /Stopped\s+sed/);
    await shell.ask('fg\n', /\nsed/);
    await shell.ask('still here\n', /got still here/);
    await shell.type('\x04');
    await shell.ask('exit\n', /exit/);
    await shell.end();
  });

  it('follows a growing file for ten rounds and hands out each line once', async () => {
    await using at = await bench();
    const log = join(at.workspace, 'log');
    writeFileSync(log, '');
    const tail = await drive(at.runtime, { command: ['tail', '-f', 'log'] });
    for (let round = 0; round < 10; round += 1) {
      writeFileSync(log, `round ${round}\n`, { flag: 'a' });
      await tail.expect(new RegExp(`round ${round}\n`), 0);
    }
    expect(tail.seen).toBe(Array.from({ length: 10 }, (_, round) => `round ${round}\n`).join(''));
    await at.runtime.sessions.terminate(tail.id);
  });

  it('has a terminal like any other when it waited for the command', async () => {
    await using at = await bench();
    const command =
      'tty; test -t 0 && test -t 1 && echo both; python3 -c "import os; print(os.get_blocking(0))"';
    const names: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const size = { rows: 30 + round, cols: 100 };
      const shell = await drive(at.runtime, { command: 'bash --norc --noprofile -i', tty: true, size });
      await shell.expect(/\$ |# /, 0);
      await shell.ask(
        `${command}; stty size\n`,
        new RegExp(`both\\r\\nTrue\\r\\n${size.rows} 100\\r\\n.*[$#] $`),
      );
      names.push(/\r\n(\/dev\/\S+)\r\n/.exec(shell.seen)?.[1] ?? '');
      // Its answer shows that it has the terminal.
      await shell.ask(`${answering}\n`, /sed/);
      await shell.ask('here\n', /got here/);
      await shell.ask('\x03', /\^C[\s\S]*[$#] $/);
      await shell.ask('echo there > /dev/tty\n', /\r\nthere/);
      await shell.type('exit\n');
      await shell.end();
    }
    expect(names.filter((name) => !/^\/dev\/(pts\/\d+|console)$/.test(name))).toEqual([]);
  });

  it('types to a program on open pipes and ends its input by ending the session', async () => {
    await using at = await bench();
    const reader = await drive(at.runtime, { command: 'read line; echo "got $line"', stdin: 'open' });
    await reader.ask('words\n', /got words/);
    await reader.end();
  });

  it('tells the terminal its new size', async () => {
    await using at = await bench();
    const shell = await drive(at.runtime, {
      command: 'bash --norc --noprofile -i',
      tty: true,
      size: { rows: 30, cols: 100 },
    });
    await shell.expect(/\$ |# /, 0);
    await shell.ask('stty size\n', /30 100/);
    expect(at.runtime.sessions.resize(shell.id, 40, 120)).toBe(true);
    await shell.ask('stty size\n', /40 120/);
    await at.runtime.sessions.terminate(shell.id);
    expect(at.runtime.sessions.resize(shell.id, 50, 120)).toBe(false);
  });
});

describe('what a session cannot do', () => {
  it('push characters into its own terminal', async () => {
    await using at = await bench();
    const push =
      'import fcntl, termios, errno\ntry:\n  fcntl.ioctl(0, termios.TIOCSTI, b"x")\n  print("pushed")\nexcept OSError as e:\n  print("refused", errno.errorcode[e.errno])\n';
    const python = await drive(at.runtime, { command: ['python3', '-c', push], tty: true });
    await python.end();
    expect(python.seen).toContain('refused');
  });

  it('use a descriptor of its host: it has its terminal and nothing else', async () => {
    await using at = await bench();
    for (let round = 0; round < 2; round += 1) {
      const opened = await at.runtime.sessions.open({
        command: [
          'python3',
          '-c',
          'import os; print([fd for fd in range(64) if os.path.exists(f"/proc/self/fd/{fd}")])',
        ],
        tty: true,
        until: 'exit',
      });
      expect(opened.ok && opened.value.text).toBe('[0, 1, 2]\r\n');
    }
  });

  it('write outside its workspace, and the denial is told at its end', async () => {
    await using at = await bench();
    // Not below /tmp, which is writable by default.
    const outside = mkdtempSync('/var/tmp/cordon-outside-');
    try {
      const shell = await drive(at.runtime, { command: `echo x > ${outside}/file`, tty: true });
      const end = await shell.end();
      expect([end.result.kind, readdirSync(outside)]).toEqual(['blocked-by-sandbox', []]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('write outside its workspace until somebody allows it, also when it tries long after the first answer', async () => {
    await withDirectory(async (root) => {
      const at = await approvalRig(root, { approvalPolicy: 'on-failure' }, [{ kind: 'approved' }]);
      const file = join(at.outside, 'file');
      const script = `echo up; until test -e go; do sleep 0.02; done; echo late > ${file} && echo written`;
      const shell = await drive(at.runtime, { command: script, tty: true });
      await shell.expect(/up/, 0);
      expect([at.asked.length, existsSync(file)]).toEqual([0, false]);
      writeFileSync(join(at.workspace, 'go'), '');
      const end = await shell.end();
      expect([end.result.kind, at.asked.length, readFileSync(file, 'utf8')]).toEqual(['ran', 1, 'late\n']);
      expect(shell.seen).toMatch(/^up[\s\S]*up\r\nwritten\r\n$/);
      await at.runtime.close();
    });
  });

  it('start at all when a rule forbids it, and no session is left', async () => {
    await using at = await bench();
    writeFileSync(
      join(at.workspace, 'no.rules'),
      'prefix_rule(pattern = ["touch"], decision = "forbidden")\n',
    );
    await using ruled = await bench({ rules: { files: [join(at.workspace, 'no.rules')] } });
    const opened = await ruled.runtime.sessions.open({ command: 'touch evidence', tty: true });
    expect(opened.ok ? opened.value.kind : opened.error.kind).toBe('forbidden-by-policy');
    expect([ruled.runtime.sessions.list(), existsSync(join(ruled.workspace, 'evidence'))]).toEqual([
      [],
      false,
    ]);
  });

  it('outlive its runtime', async () => {
    const at = await bench();
    const shell = await drive(at.runtime, { command: 'echo "pid $$"; sleep 600 & sleep 600', tty: true });
    await shell.expect(/pid \d+/, 0);
    const { pid } = at.runtime.sessions.list()[0] ?? {};
    await at[Symbol.asyncDispose]();
    expect(pid).toBeTypeOf('number');
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });
});

describe('the end of a program on a terminal', () => {
  const rows = [
    { says: 'its exit status', command: 'exit 7', want: { kind: 'exited', exitCode: 7 } },
    { says: 'its signal', command: 'kill -TERM $$', want: { kind: 'signalled', signal: 'SIGTERM' } },
  ];
  for (const { says, command, want } of rows) {
    it(`is told with ${says}`, async () => {
      await using at = await bench();
      const opened = await at.runtime.sessions.open({ command, tty: true, until: 'exit' });
      expect(opened.ok && opened.value.kind === 'finished' && opened.value.result).toMatchObject({
        outcome: want,
      });
    });
  }

  it('is a typed failure when there is no such program', async () => {
    await using at = await bench();
    const opened = await at.runtime.sessions.open({
      command: ['/no/such/program'],
      tty: true,
      until: 'exit',
    });
    expect(opened.ok && opened.value.kind === 'finished' && opened.value.result).toMatchObject({
      outcome: { kind: 'spawn-failed', failure: { stage: 'exec', errno: 'ENOENT' } },
    });
  });
});

describe('a program that ends while no call waits', () => {
  const ways = [
    { says: 'pipes, in the sandbox', tty: false, sandbox: 'workspace-write' },
    { says: 'a terminal, in the sandbox', tty: true, sandbox: 'workspace-write' },
    { says: 'pipes, without a sandbox', tty: false, sandbox: 'danger-full-access' },
    { says: 'a terminal, without a sandbox', tty: true, sandbox: 'danger-full-access' },
  ] as const;
  it.each(ways)('leaves its last words and its end to whoever asks next: $says', async ({ tty, sandbox }) => {
    await using at = await bench({ sandbox });
    const closed = new Promise<void>((resolve) => {
      at.runtime.onEvent((event) => {
        if (event.type === 'session.closed') resolve();
      });
    });
    const command = 'until [ -e go ]; do sleep 0.02; done; echo hi; exit 7';
    const opened = await at.runtime.sessions.open({ command, tty, yieldMs: 250 });
    if (!opened.ok || opened.value.kind !== 'running') throw new Error('it should still run');
    writeFileSync(join(at.workspace, 'go'), '');
    await closed;
    const { sessionId } = opened.value;
    expect(at.runtime.sessions.list()).toEqual([]);
    for (let times = 0; times < 2; times += 1) {
      const read = await at.runtime.sessions.write({ sessionId, chars: '' });
      expect(read.ok && read.value).toMatchObject({
        kind: 'finished',
        text: tty ? 'hi\r\n' : 'hi\n',
        result: { kind: 'ran', outcome: { kind: 'exited', exitCode: 7 } },
      });
    }
  });
});

describe('ninety sessions at once', () => {
  it('are 64 programs at most; those that made room ran, and say why they ended', async () => {
    await using at = await bench({ sandbox: 'danger-full-access' });
    const reads = await Promise.all(
      Array.from({ length: 90 }, async () =>
        at.runtime.sessions.open({ command: ['sleep', '600'], yieldMs: 250 }),
      ),
    );
    const seen = await Promise.all(
      reads.map(async (read) => {
        if (!read.ok) return read.error.kind;
        if (read.value.kind === 'finished') return [read.value.result.kind, read.value.warning !== undefined];
        const isLive = at.runtime.sessions.list().some(({ sessionId }) => sessionId === read.value.sessionId);
        if (isLive) return 'running';
        const end = await at.runtime.sessions.write({ sessionId: read.value.sessionId, chars: '' });
        return end.ok && end.value.kind === 'finished'
          ? [end.value.result.kind, end.value.warning !== undefined]
          : 'lost';
      }),
    );
    expect(at.runtime.sessions.list()).toHaveLength(64);
    expect(seen.filter((each) => each === 'running')).toHaveLength(64);
    expect(seen.filter((each) => each !== 'running')).toEqual(
      Array.from({ length: 26 }, () => ['ran', true]),
    );
  });
});
