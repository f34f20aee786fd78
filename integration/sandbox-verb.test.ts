// `cordon sandbox` as people use it: the built program, its exit statuses, its streams, its signals.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ensureLauncher } from '../src/sandbox/index.ts';
import { sharedProbes } from './support/probes/build-probes.ts';
import { systemPath } from './support/probes/start-world.ts';
import { requireCapability } from './support/require-capability.ts';

const cordon = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const launcher = process.platform === 'win32' ? undefined : await ensureLauncher();
const usable = requireCapability(
  '`cordon sandbox`',
  launcher?.ok === true
    ? { kind: 'present' }
    : { kind: 'missing', what: 'there is no launcher', hint: 'Run `npm rebuild cordon`' },
  process.platform === 'linux' ? process.env : {},
);

const directories: string[] = [];
afterEach(() => {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

function directory(): string {
  const path = realpathSync(mkdtempSync('/var/tmp/cordon-verb-'));
  directories.push(path);
  return path;
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cordonSandbox(
  words: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly env?: Record<string, string> } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cordon, 'sandbox', ...words], {
    cwd: options.cwd ?? directory(),
    input: options.input ?? '',
    encoding: 'utf8',
    env: { PATH: systemPath, HOME: '/nonexistent', ...options.env },
  });
  return { status, stdout, stderr };
}

describe.skipIf(!usable)('cordon sandbox', () => {
  const statuses: readonly {
    readonly says: string;
    readonly words: readonly string[];
    readonly status: number;
    readonly stderr: RegExp;
  }[] = [
    { says: 'passes success on', words: ['--', 'true'], status: 0, stderr: /^$/ },
    { says: 'passes a status on', words: ['--', 'sh', '-c', 'exit 7'], status: 7, stderr: /^$/ },
    { says: 'reports a death by signal', words: ['--', 'sh', '-c', 'kill -9 $$'], status: 137, stderr: /^$/ },
    {
      says: 'answers 127 for what is not found',
      words: ['--', 'no-such-thing'],
      status: 127,
      stderr: /no-such-thing/,
    },
    {
      says: 'answers 126 for what is not executable',
      words: ['--', '/etc/passwd'],
      status: 126,
      stderr: /Permission denied/,
    },
    { says: 'answers 126 for a directory', words: ['--', '/etc'], status: 126, stderr: /Permission denied/ },
    { says: 'wants `--`', words: ['true'], status: 2, stderr: /put `--` before the command/ },
    { says: 'wants a command', words: ['--'], status: 2, stderr: /no command/ },
    {
      says: 'knows its modes',
      words: ['--mode', 'open', '--', 'true'],
      status: 2,
      stderr: /--sandbox takes /,
    },
    {
      says: 'tells a line for a shell from a program',
      words: ['--', 'echo hi | wc'],
      status: 127,
      stderr: /Cannot execute echo hi \| wc.*\nFor a line for a shell, write: -- bash -c 'echo hi \| wc'\n$/,
    },
    {
      says: 'names the option that was meant',
      words: ['--writeable', 'x', '--', 'true'],
      status: 2,
      stderr: /unknown option '--writeable'; did you mean --writable\?/,
    },
    {
      says: 'knows its options',
      words: ['--frob', '--', 'true'],
      status: 2,
      stderr: /unknown option '--frob'/,
    },
    {
      says: 'answers 125 for a root that is not there',
      words: ['--writable', '/nowhere', '--', 'true'],
      status: 125,
      stderr: /\/nowhere/,
    },
    {
      says: 'answers 125 for a root that is the system',
      words: ['--writable', '/etc', '--', 'true'],
      status: 125,
      stderr: /cannot be a writable root/,
    },
    {
      says: 'answers 125 for a directory that is not there',
      words: ['--cwd', '/nowhere', '--', 'true'],
      status: 125,
      stderr: /no such directory/,
    },
  ];
  for (const { says, words, status, stderr } of statuses)
    it(says, () => {
      const ran = cordonSandbox(words);
      expect([ran.status, ran.stdout]).toEqual([status, '']);
      expect(ran.stderr).toMatch(stderr);
      if (status === 125) expect(ran.stderr.split('\n')[0]).toMatch(/^cordon sandbox: [A-Z].*[^.]$/);
    });

  it('passes bytes through untouched, in and out', async () => {
    const bytes = randomBytes(3_000_000);
    const child = spawn(process.execPath, [cordon, 'sandbox', '--', 'cat'], { cwd: directory() });
    const hash = createHash('sha256');
    child.stdout.on('data', (chunk: Buffer) => hash.update(chunk));
    child.stdin.end(bytes);
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect([status, hash.digest('hex')]).toEqual([0, createHash('sha256').update(bytes).digest('hex')]);
  });

  it('keeps stdout and stderr apart', () => {
    const ran = cordonSandbox(['--', 'sh', '-c', 'echo out; echo err >&2']);
    expect(ran).toEqual({ status: 0, stdout: 'out\n', stderr: 'err\n' });
  });

  it('gives an empty standard input as such', () => {
    expect(cordonSandbox(['--', 'cat'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  const writes: readonly {
    readonly says: string;
    readonly options: (place: { readonly ws: string; readonly other: string }) => readonly string[];
    readonly written: readonly string[];
  }[] = [
    { says: 'writes in the workspace by default', options: () => [], written: ['ws'] },
    { says: 'writes nowhere under read-only', options: () => ['--mode', 'read-only'], written: [] },
    {
      says: 'writes in further roots',
      options: ({ other }) => ['--writable', other],
      written: ['ws', 'other'],
    },
    {
      says: 'starts in --cwd, which is then the workspace',
      options: ({ other }) => ['--cwd', other],
      written: ['other'],
    },
    {
      says: 'writes anywhere under danger-full-access',
      options: () => ['--mode', 'danger-full-access'],
      written: ['ws', 'other'],
    },
  ];
  for (const { says, options, written } of writes)
    it(says, () => {
      const place = { ws: directory(), other: directory() };
      const script = `touch ${place.ws}/made ${place.other}/made 2> /dev/null; exit 0`;
      const ran = cordonSandbox([...options(place), '--', 'sh', '-c', script], { cwd: place.ws });
      expect(ran.status).toBe(0);
      const found = Object.entries(place).flatMap(([name, path]) =>
        existsSync(join(path, 'made')) ? [name] : [],
      );
      expect(found).toEqual(written);
    });

  it('hides what --deny-read names, relative to where it was started', () => {
    const ws = directory();
    writeFileSync(join(ws, '.env'), 'the-key');
    mkdirSync(join(ws, 'keys'));
    writeFileSync(join(ws, 'keys/one'), 'the-key');
    const ran = cordonSandbox(
      ['--deny-read', '.env', '--deny-read', 'keys', '--', 'sh', '-c', 'cat .env keys/one; ls keys'],
      { cwd: ws },
    );
    expect(ran.stdout).not.toContain('the-key');
    expect(ran.stdout).not.toContain('one');
    expect(ran.status).not.toBe(0);
  });

  it('uses the real directory of a workspace that is a link', () => {
    const ws = directory();
    const place = directory();
    symlinkSync(ws, join(place, 'link'));
    const ran = cordonSandbox(['--cwd', join(place, 'link'), '--', 'sh', '-c', 'pwd -P; touch made']);
    expect([ran.stdout.trim(), readdirSync(ws)]).toEqual([ws, ['made']]);
  });

  it('keeps names that look like secrets from the command unless told otherwise', () => {
    const env = { MY_API_KEY: 'hidden', GITHUB_TOKEN: 'hidden', ORDINARY: 'shown' };
    expect(cordonSandbox(['--', 'env'], { env }).stdout).not.toContain('hidden');
    expect(cordonSandbox(['--', 'env'], { env }).stdout).toContain('ORDINARY=shown');
    expect(cordonSandbox(['--keep-env', '--', 'env'], { env }).stdout).toContain('MY_API_KEY=hidden');
  });

  it('says in the environment what holds the command', () => {
    const kind = process.platform === 'darwin' ? 'seatbelt' : 'landlock';
    expect(
      cordonSandbox(['--', 'sh', '-c', 'echo $CORDON_SANDBOX $CORDON_SANDBOX_NETWORK_DISABLED']).stdout,
    ).toBe(`${kind} 1\n`);
    expect(
      cordonSandbox([
        '--mode',
        'danger-full-access',
        '--',
        'sh',
        '-c',
        'echo $CORDON_SANDBOX $CORDON_SANDBOX_NETWORK_DISABLED',
      ]).stdout,
    ).toBe('none\n');
  });

  it('protects the rules of the user even when the home directory is the workspace', () => {
    const home = directory();
    mkdirSync(join(home, '.cordon/rules'), { recursive: true });
    const ran = cordonSandbox(
      ['--', 'sh', '-c', 'echo x > .cordon/rules/mine.rules; echo x > .bashrc; touch fine'],
      { cwd: home, env: { HOME: home } },
    );
    expect(ran.status).toBe(0);
    expect([
      existsSync(join(home, '.cordon/rules/mine.rules')),
      existsSync(join(home, '.bashrc')),
      existsSync(join(home, 'fine')),
    ]).toEqual([false, false, true]);
  });

  for (const { signal, script, status } of [
    { signal: 'SIGINT', script: 'echo up; sleep 300', status: 130 },
    { signal: 'SIGTERM', script: 'echo up; sleep 300', status: 143 },
    { signal: 'SIGTERM', script: 'trap "" TERM; echo up; while :; do sleep 1; done', status: 137 },
    { signal: 'SIGTERM', script: 'trap "exit 9" TERM; echo up; while :; do sleep 0.1; done', status: 9 },
    { signal: 'SIGHUP', script: 'echo up; sleep 300', status: 129 },
    { signal: 'SIGKILL', script: 'echo up; sleep 300', status: undefined },
  ] as const)
    it(`ends the whole tree on ${signal} (${script})`, async () => {
      const ws = directory();
      const mark = `cordon-verb-${String(process.pid)}-${String(status)}`;
      const child = spawn(
        process.execPath,
        [
          cordon,
          'sandbox',
          '--',
          'bash',
          '-c',
          `(exec -a ${mark} setsid sleep 300 > /dev/null 2>&1) & ${script}`,
        ],
        {
          cwd: ws,
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await new Promise((resolve) => child.stdout.once('data', resolve));
      child.kill(signal);
      const ended = await new Promise((resolve) =>
        child.once('exit', (code, by) => {
          resolve(code ?? by);
        }),
      );
      expect(ended).toBe(status ?? signal);
      await until(`${mark} is gone`, () => !isRunning(mark));
      // The launcher outlives its host for a moment: it cleans up.
      await until(`${ws} is clean`, () => readdirSync(ws).length === 0);
    });

  it('has no launcher and cannot build one: nothing runs, and one sentence says so', () => {
    const ws = directory();
    const fake = directory();
    // A copy of the package without its launcher and without a compiler to make one.
    for (const part of ['bin', 'dist', 'package.json', 'node_modules'])
      symlinkSync(fileURLToPath(new URL(`../${part}`, import.meta.url)), join(fake, part));
    mkdirSync(join(fake, 'scripts'));
    writeFileSync(
      join(fake, 'scripts/build-native.mjs'),
      'console.error("Cannot build the launcher: no C compiler was found\\nInstall one"); process.exit(1)',
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--preserve-symlinks',
        '--preserve-symlinks-main',
        join(fake, 'bin/cordon.js'),
        'sandbox',
        '--',
        'touch',
        'made',
      ],
      {
        cwd: ws,
        encoding: 'utf8',
        env: { PATH: systemPath, HOME: fake },
      },
    );
    expect([status, stdout, readdirSync(ws)]).toEqual([125, '', []]);
    expect(stderr).toBe(
      [
        'cordon: building the launcher, once; this takes some seconds',
        'cordon sandbox: Cannot build the launcher: no C compiler was found',
        'Install one\n',
      ].join('\n'),
    );
  });
});

describe.skipIf(!usable || process.platform !== 'linux')('rules about changes', () => {
  const rows = [
    {
      says: 'discard everything when one is forbidden',
      rules: 'change_rule(paths = ["ci/**"], decision = "forbidden", justification = "CI is ours")',
      status: 125,
      stderr: /^cordon sandbox: Nothing was changed: CI is ours \(.*\/ci\/x, by .*a\.rules:1/u,
      left: [],
    },
    {
      says: 'put aside what is to be looked at',
      rules: 'change_rule(paths = ["ci/x"], decision = "prompt")',
      status: 0,
      stderr: /^cordon sandbox: Held back: .*\/ci\/x\./u,
      left: ['b', 'ci'],
    },
    {
      says: 'refuse the run where a file of them cannot be read',
      rules: 'change_rule(paths = ["ci/x"], decision = ',
      status: 125,
      stderr: /Cannot read which changes are allowed: .*a\.rules:2:/u,
      left: [],
    },
  ] as const;
  it.each(rows)('$says', ({ rules, status, stderr, left }) => {
    const home = directory();
    const cwd = directory();
    mkdirSync(join(home, 'rules'));
    writeFileSync(join(home, 'rules/a.rules'), `${rules}\n`);
    const ran = cordonSandbox(
      ['--private-tmp', '--', 'bash', '-c', 'mkdir ci && echo x > ci/x && echo b > b'],
      { cwd, env: { CORDON_HOME: home } },
    );
    expect(ran.stderr).toMatch(stderr);
    expect([ran.status, readdirSync(cwd).sort()]).toEqual([status, left]);
  });
});

describe.skipIf(!usable || process.platform !== 'linux')('in a container that allows no namespaces', () => {
  const probes = sharedProbes();
  afterAll(probes.clean);

  async function inContainer(words: readonly string[]): Promise<Ran & { readonly left: readonly string[] }> {
    const ws = directory();
    const settings = join(directory(), 'settings');
    writeFileSync(settings, 'none=\n');
    const { outer } = await probes.get();
    const argv = [settings, '--no-namespaces', '--', process.execPath, cordon, ...words];
    const { status, stdout, stderr } = spawnSync(outer, argv, {
      cwd: ws,
      encoding: 'utf8',
      env: { PATH: systemPath, HOME: '/nonexistent' },
    });
    return { status, stdout: stdout.replace(/^#.*\n/gm, ''), stderr, left: readdirSync(ws) };
  }

  it('nothing runs, and one sentence says what is missing and how to get it', async () => {
    const ran = await inContainer(['sandbox', '--', 'touch', 'made']);
    expect([ran.status, ran.stdout, ran.left]).toEqual([125, '', []]);
    expect(ran.stderr).toMatch(
      /^cordon sandbox: Cannot [^\n]*namespaces[^\n]*[^.\n]\n[^\n]*seccomp[^\n]*\n$/,
    );
  });

  it('best-effort runs with the rest and says what is missing', async () => {
    const ran = await inContainer([
      'sandbox',
      '--require',
      'best-effort',
      '--',
      'sh',
      '-c',
      'touch made; touch /etc/made',
    ]);
    expect([ran.status, ran.left]).toEqual([1, ['made']]);
    for (const restriction of ['file-metadata', 'protected-paths'])
      expect(ran.stderr).toContain(`cordon sandbox: not enforced here: ${restriction}: `);
  });

  it('the doctor names the cause', async () => {
    const ran = await inContainer(['doctor']);
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(/^missing {2}namespaces +Cannot make namespaces: /m);
    expect(ran.stdout).toMatch(/^workspace-write is refused here by default/m);
  });
});

function isRunning(mark: string): boolean {
  return readdirSync('/proc').some((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').startsWith(mark);
    } catch {
      return false;
    }
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Not within five seconds: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
