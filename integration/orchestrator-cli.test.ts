// `cordon run` as a program: what it prints where, and the numbers it ends with.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecEvent } from '../src/index.ts';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
let root: string;
const work = (name = ''): string => join(root, 'work', name);

beforeEach(() => {
  root = realpathSync(mkdtempSync('/var/tmp/cordon-run-'));
  mkdirSync(work());
  mkdirSync(join(root, 'home', 'rules'), { recursive: true });
  writeFileSync(
    join(root, 'home', 'rules', 'a.rules'),
    'prefix_rule(pattern=["ln"], decision="forbidden", justification="no links")\n',
  );
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

async function cordon(
  args: readonly string[],
  over: { readonly input?: string; readonly killWith?: NodeJS.Signals } = {},
): Promise<Ended> {
  const env = { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: join(root, 'home') };
  const child = spawn(process.execPath, [bin, 'run', ...args], { cwd: work(), env, stdio: 'pipe' });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    if (over.killWith !== undefined) child.kill(over.killWith);
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.end(over.input ?? '');
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

const open = ['--sandbox', 'danger-full-access'];

const rows: readonly { says: string; args: readonly string[]; status: number; stderr?: string | RegExp }[] = [
  { says: 'success', args: [...open, '--', 'true'], status: 0, stderr: '' },
  {
    says: 'the own status of the command',
    args: [...open, '--', 'bash', '-c', 'exit 42'],
    status: 42,
    stderr: '',
  },
  { says: 'a signal', args: [...open, '--', 'bash', '-c', 'kill -TERM $$'], status: 143 },
  {
    says: 'a deadline',
    args: [...open, '--timeout', '0.3', '--', 'sleep', '30'],
    status: 124,
    stderr: 'cordon run: Stopped after 0.3 s\n',
  },
  {
    says: 'a program that does not exist',
    args: [...open, '--', 'nonesuch'],
    status: 127,
    stderr: /nonesuch/u,
  },
  {
    says: 'a program that may not be executed',
    args: [...open, '--', '/etc/passwd'],
    status: 126,
    stderr: /passwd/u,
  },
  {
    says: 'a forbidden command',
    args: [...open, '--', 'ln', '-s', 'a', 'made'],
    status: 126,
    stderr:
      /^cordon run: Not run: `ln -s a made` is forbidden by the rule for `ln` at .*\/rules\/a\.rules:1 \(no links\)\n$/u,
  },
  {
    says: 'a line for a shell',
    args: [...open, '--', 'true && true'],
    status: 127,
    stderr:
      /^cordon run: Cannot execute true && true: [^\n]*\ncordon run: For a line for a shell, write: -- bash -c 'true && true'\n$/u,
  },
  {
    says: 'a question without a terminal',
    args: [...open, '-a', 'untrusted', '--', 'touch', 'made'],
    status: 126,
    stderr: /nobody can be asked.*\nRun it where standard input|cordon run: Run it where/u,
  },
  {
    says: 'a question under never',
    args: [...open, '-a', 'never', '--', 'rm', '-rf', 'x'],
    status: 126,
    stderr: /`never`/u,
  },
  { says: 'no command', args: ['--'], status: 2, stderr: /no command after `--`\nUsage: cordon run/u },
  {
    says: 'an unknown option',
    args: ['--sandbox=none', '--', 'true'],
    status: 2,
    stderr: /--sandbox takes /u,
  },
  {
    says: 'a directory that is gone',
    args: ['-C', '/nonexistent', '--', 'true'],
    status: 1,
    stderr: /does not exist/u,
  },
  {
    says: 'a rule file that is not there',
    args: ['--rules', 'nope.rules', '--', 'touch', 'made'],
    status: 1,
    stderr: /nope\.rules/u,
  },
];

describe('cordon run ends with', () => {
  it.each(rows)('$status for $says', async ({ args, status, stderr }) => {
    const ended = await cordon(args);
    expect(ended.status).toBe(status);
    if (typeof stderr === 'string') expect(ended.stderr).toBe(stderr);
    else if (stderr !== undefined) expect(ended.stderr).toMatch(stderr);
    expect(ended.stderr).not.toMatch(/^\s+at /mu);
    expect(existsSync(work('made'))).toBe(false);
  });

  it('124 after the deadline of the configuration, which --timeout overrides', async () => {
    writeFileSync(join(root, 'home', 'config.toml'), 'command_timeout_ms = 300\n');
    const ended = await cordon([...open, '--', 'sleep', '30']);
    expect([ended.status, ended.stderr]).toEqual([124, 'cordon run: Stopped after 0.3 s\n']);
    const other = await cordon([...open, '--timeout', '0.4', '--', 'sleep', '30']);
    expect([other.status, other.stderr]).toEqual([124, 'cordon run: Stopped after 0.4 s\n']);
  });

  it('143 when it is ended itself, with its command', async () => {
    const ended = await cordon([...open, '--', 'bash', '-c', 'echo started; sleep 300'], {
      killWith: 'SIGTERM',
    });
    expect(ended.status).toBe(143);
    expect(ended.stdout.toString()).toBe('started\n');
  });
});

describe('cordon run', () => {
  it('refuses to start with a broken rule file, naming its place', async () => {
    writeFileSync(join(root, 'home', 'rules', 'b.rules'), '\nprefix_rule(pattern=[])\n');
    const ended = await cordon([...open, '--', 'touch', 'made']);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/home\/rules\/b\.rules:2:/u);
    expect(existsSync(work('made'))).toBe(false);
  });

  it('passes output on untouched, each stream to its own', async () => {
    const script = String.raw`printf '\000\377\033[1m'; printf 'err\r' >&2`;
    const ended = await cordon([...open, '--', 'bash', '-c', script]);
    expect([...ended.stdout]).toEqual([0, 255, 27, 91, 49, 109]);
    expect(ended.stderr).toBe('err\r');
  });

  it('takes shell syntax for what it is: words', async () => {
    const ended = await cordon([...open, '--', 'echo', 'a | b > made']);
    expect(ended.stdout.toString()).toBe('a | b > made\n');
    expect(existsSync(work('made'))).toBe(false);
  });

  it('gives the command nothing to read, or with --stdin what it was given', async () => {
    const input = 'hello\n';
    expect((await cordon([...open, '--', 'cat'], { input })).stdout.toString()).toBe('');
    expect((await cordon([...open, '--stdin', '--', 'cat'], { input })).stdout.toString()).toBe('hello\n');
  });

  it('prints nothing but events with --json, bytes in base64', async () => {
    const ended = await cordon([...open, '--json', '--', 'printf', '\\377']);
    const events = ended.stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ExecEvent);
    expect(events.map(({ type }) => type)).toEqual([
      'exec.evaluated',
      'attempt.started',
      'output.chunk',
      'attempt.finished',
      'exec.finished',
    ]);
    expect(events[2]).toMatchObject({ stream: 'stdout', bytes: '/w==' });
    expect(ended.stderr).toBe('');
  });

  it('reads approvals and rules from the configuration, and lets the command line have the last word', async () => {
    writeFileSync(
      join(root, 'home', 'config.toml'),
      'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"\n',
    );
    expect((await cordon(['--', 'touch', 'made'])).status).toBe(126);
    expect((await cordon(['-a', 'on-request', '--', 'touch', 'made'])).status).toBe(0);
    expect(existsSync(work('made'))).toBe(true);
  });

  it('knows a trusted project by its place, whatever link led there', async () => {
    mkdirSync(work('.cordon/rules'), { recursive: true });
    writeFileSync(work('.cordon/rules/a.rules'), 'prefix_rule(pattern=["touch"], decision="forbidden")\n');
    writeFileSync(join(root, 'home', 'config.toml'), `[projects."${work()}"]\ntrust_level = "trusted"\n`);
    symlinkSync(work(), join(root, 'link'));
    const ended = await cordon([...open, '--cwd', join(root, 'link'), '--', 'touch', 'made']);
    expect([ended.status, existsSync(work('made'))]).toEqual([126, false]);
    writeFileSync(
      join(root, 'home', 'config.toml'),
      `[projects."${join(root, 'link')}"]\ntrust_level = "trusted"\n`,
    );
    expect((await cordon([...open, '--', 'touch', 'made'])).status).toBe(126);
  });

  it('keeps commands from the file that switched the rules off, wherever it lies', async () => {
    const config = join(root, 'home', 'config.toml');
    writeFileSync(config, '[features]\nexec_policy = false\n');
    const attack = `echo 'sandbox_mode = "danger-full-access"' > ${config}; touch ${root}/written`;
    const ended = await cordon([
      '--best-effort',
      '-a',
      'never',
      '--writable',
      root,
      '--',
      'bash',
      '-c',
      attack,
    ]);
    expect(ended.status).toBe(0);
    expect(existsSync(join(root, 'written'))).toBe(true);
    expect(readFileSync(config, 'utf8')).toBe('[features]\nexec_policy = false\n');
  });
});
