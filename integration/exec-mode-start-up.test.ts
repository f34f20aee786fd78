// What `cordon exec` does before any model is asked: every bad input is one clear sentence, a documented status, no
// stack trace, and nothing run.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProxy } from './support/http-proxy.ts';
import {
  call,
  createBench,
  createLab,
  type ExecOptions,
  type Lab,
  runExec,
  say,
} from './support/mock-model-server.ts';

/** A port nobody listens on: taken once, and given back. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

interface Row {
  readonly says: string;
  readonly args?: readonly string[];
  readonly prompt?: string | null;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly arrange?: (lab: Lab) => void;
  readonly options?: Omit<ExecOptions, 'args' | 'prompt'>;
  readonly status: number;
  /** ROOT stands for the lab. */
  readonly stderr: string | RegExp;
}

const noPrompt = 'Pass it as an argument: cordon exec "PROMPT", or on stdin: echo PROMPT | cordon exec -\n';
const usage = 'Usage: cordon exec [OPTION]... [PROMPT|-]\n';

const rows: readonly Row[] = [
  {
    says: 'an empty stdin',
    prompt: null,
    options: { stdin: '' },
    status: 1,
    stderr: `cordon exec: No prompt: stdin is empty\n${noPrompt}`,
  },
  {
    says: 'a stdin of spaces',
    prompt: '-',
    options: { stdin: ' \n' },
    status: 1,
    stderr: `cordon exec: No prompt: stdin is empty\n${noPrompt}`,
  },
  {
    says: 'a stdin that is not text',
    prompt: '-',
    options: { stdin: new Uint8Array([0xff]) },
    status: 1,
    stderr: 'cordon exec: The prompt on stdin is not UTF-8 text\n',
  },
  { says: 'an empty prompt', prompt: ' ', status: 1, stderr: 'cordon exec: The prompt is empty\n' },
  {
    says: 'two prompts',
    args: ['one'],
    prompt: 'two',
    status: 2,
    stderr: `cordon exec: one PROMPT at most, found 2; quote it as one word\n${usage}`,
  },
  {
    says: 'an unknown option',
    args: ['--yolo'],
    status: 2,
    stderr: `cordon exec: unknown option '--yolo'\n${usage}`,
  },
  {
    says: 'an option without its value',
    args: ['--sandbox'],
    prompt: null,
    status: 2,
    stderr: new RegExp(`^cordon exec: option '-s, --sandbox <value>' argument missing\n`),
  },
  {
    says: 'a sandbox that does not exist',
    args: ['-s', 'none'],
    status: 2,
    stderr: `cordon exec: --sandbox takes read-only, workspace-write, danger-full-access, found "none"\n${usage}`,
  },
  {
    says: 'two wishes for a sandbox',
    args: ['-s', 'read-only', '--full-auto'],
    status: 2,
    stderr: `cordon exec: --sandbox and --full-auto contradict each other\n${usage}`,
  },
  {
    says: 'a deadline in words',
    args: ['--timeout', 'soon'],
    status: 2,
    stderr: `cordon exec: --timeout takes seconds above 0 and up to 2147483, found "soon"\n${usage}`,
  },
  {
    says: 'a deadline of nothing',
    args: ['--timeout', '0'],
    status: 2,
    stderr: `cordon exec: --timeout takes seconds above 0 and up to 2147483, found "0"\n${usage}`,
  },
  {
    says: 'no turns at all',
    args: ['--max-turns', '0'],
    status: 2,
    stderr: `cordon exec: --max-turns takes a whole number from 1, found "0"\n${usage}`,
  },
  {
    says: 'a setting without a value',
    args: ['-c', 'model'],
    status: 2,
    stderr: `cordon exec: -c model: expected KEY=VALUE\n${usage}`,
  },
  {
    says: 'a setting that is refused',
    args: ['-c', 'sandbox_mode=open'],
    status: 1,
    stderr:
      'cordon exec: -c sandbox_mode: expected "read-only" or "workspace-write" or "danger-full-access", found "open"\n',
  },
  {
    says: 'invalid TOML, without its values',
    files: { 'home/config.toml': 'model = "a"\ntoken = "hunter2\n' },
    status: 1,
    stderr: /^cordon exec: ROOT\/home\/config\.toml:2:\d+: invalid TOML: [a-z ]+\n$/,
  },
  {
    says: 'a wrong value in the file',
    files: { 'home/config.toml': 'sandbox_mode = "off"' },
    status: 1,
    stderr:
      'cordon exec: ROOT/home/config.toml: sandbox_mode: expected "read-only" or "workspace-write" or "danger-full-access", found "off"\n',
  },
  {
    says: 'a configuration that is not UTF-8',
    files: { 'home/config.toml': new Uint8Array([0xff]) },
    status: 1,
    stderr: 'cordon exec: Cannot read ROOT/home/config.toml: it is not UTF-8 text\n',
  },
  {
    says: 'a provider nobody described',
    args: ['-c', 'model_provider=nobody'],
    status: 1,
    stderr: 'cordon exec: Cannot use model_provider "nobody": there is no [model_providers.nobody] table\n',
  },
  {
    says: 'a home that is relative',
    options: { env: { CORDON_HOME: 'here' } },
    status: 1,
    stderr: 'cordon exec: CORDON_HOME must be an absolute path, and not below /proc or /sys\n',
  },
  {
    says: 'a directory that is not there',
    args: ['-C', 'gone'],
    status: 1,
    stderr: 'cordon exec: Cannot start in ROOT/workspace/gone: there is no such directory\n',
  },
  {
    says: 'a directory that is a file',
    args: ['-C', 'note'],
    files: { 'workspace/note': '' },
    status: 1,
    stderr: 'cordon exec: Cannot start in ROOT/workspace/note: it is not a directory\n',
  },
  {
    says: 'an added directory that is not there',
    args: ['--add-dir', 'gone'],
    status: 1,
    stderr: 'cordon exec: Cannot use --add-dir ROOT/workspace/gone: there is no such directory\n',
  },
  {
    says: 'a message file in a directory that is not there',
    args: ['-o', 'gone/last'],
    status: 1,
    stderr: 'cordon exec: Cannot write the last message to ROOT/workspace/gone/last: ENOENT\n',
  },
  {
    says: 'a message file that is a directory',
    args: ['-o', '.git'],
    status: 1,
    stderr: 'cordon exec: Cannot write the last message to ROOT/workspace/.git: it is a directory\n',
  },
  {
    says: 'a place outside any repository',
    arrange: (lab) => rmSync(join(lab.workspace, '.git'), { recursive: true }),
    status: 1,
    stderr:
      'cordon exec: Cannot start in ROOT/workspace: it is not inside a git repository, so changes could not be undone\nPass --skip-git-repo-check to start anyway.\n',
  },
  {
    says: 'a rule file with a mistake, with its line',
    files: { 'home/rules/broken.rules': '# fine\nprefix_rule(pattern=["ls"], decision="maybe")\n' },
    status: 1,
    stderr: /^cordon exec: ROOT\/home\/rules\/broken\.rules:2:\d+: .*maybe.*\n/,
  },
  {
    says: 'every mistake of every rule file',
    files: { 'home/rules/a.rules': 'prefix_rule(\n', 'home/rules/b.rules': 'nonsense()\n' },
    status: 1,
    stderr: /ROOT\/home\/rules\/a\.rules:\d+[^]*ROOT\/home\/rules\/b\.rules:1/,
  },
  {
    says: 'a rule file that is not UTF-8',
    files: { 'home/rules/bad.rules': new Uint8Array([0x23, 0xff, 0xfe, 0x0a]) },
    status: 1,
    stderr: /^cordon exec: ROOT\/home\/rules\/bad\.rules(:\d+)*: .*UTF-8.*\n/,
  },
  {
    says: 'a rule file that is a directory',
    arrange: (lab) => mkdirSync(join(lab.home, 'rules', 'dir.rules'), { recursive: true }),
    status: 1,
    stderr: /^cordon exec: ROOT\/home\/rules\/dir\.rules: .+\n/,
  },
];

describe.concurrent('cordon exec refuses', () => {
  for (const { says, args = [], prompt = 'go', files = {}, arrange, options, status, stderr } of rows)
    it(says, async () => {
      await using bench = await createBench([{ items: [say('this must not be asked for')] }], files);
      arrange?.(bench.lab);
      const run = await bench.run({ args, prompt, ...options });
      const told = run.stderr.replaceAll(bench.lab.root, 'ROOT');
      expect([run.status, run.stdout, bench.server.requests.length]).toEqual([status, '', 0]);
      if (typeof stderr === 'string') expect(told).toBe(stderr);
      else expect(told).toMatch(stderr);
      expect(told).not.toMatch(/\n {4}at |hunter2/);
    });

  it.skipIf(process.getuid?.() === 0)('a rule file it may not read', async () => {
    await using bench = await createBench([], { 'home/rules/secret.rules': '' });
    chmodSync(join(bench.lab.home, 'rules/secret.rules'), 0);
    const run = await bench.run();
    expect([run.status, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/secret\.rules: .*EACCES|permission/i);
  });

  it('a working directory that is gone', async () => {
    await using bench = await createBench([]);
    const gone = join(bench.lab.root, 'gone');
    mkdirSync(gone);
    // The shell stands in the directory while it disappears.
    const program = new URL('../bin/cordon.js', import.meta.url).pathname;
    const shell = spawn('bash', ['-c', 'rmdir "$PWD" && exec "$0" "$1" exec go', process.execPath, program], {
      cwd: gone,
      env: { PATH: process.env['PATH'] ?? '', HOME: bench.lab.home, CORDON_HOME: bench.lab.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const status = await new Promise((resolve) => shell.once('close', resolve));
    expect([status, told]).toEqual([
      1,
      'cordon exec: The working directory no longer exists\nChange to one that does, or pass -C with an absolute path.\n',
    ]);
  });

  it('a provider that refuses the connection, as a failed turn', async () => {
    const lab = createLab();
    const address = `http://127.0.0.1:${await closedPort()}/v1`;
    const provider = `model_providers.mock={ base_url = "${address}", request_max_retries = 1 }`;
    const run = await runExec(['--json', '-c', 'model_provider=mock', '-c', provider, 'go'], lab);
    lab.remove();
    expect(run.status).toBe(1);
    expect(run.events().map(({ type }) => type)).toEqual([
      'thread.started',
      'turn.started',
      'model.retry',
      'turn.failed',
    ]);
    expect(run.events().at(-1)).toMatchObject({
      error: {
        kind: 'model',
        message: expect.stringMatching(
          /^no connection to http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED .*\(gave up after 2 attempts\)$/,
        ),
      },
    });
    expect(run.stderr).not.toMatch(/\n {4}at /);
  });

  it('to run without the key its provider needs, as a failed turn', async () => {
    await using bench = await createBench([]);
    const run = await bench.run({ args: ['-c', 'model_providers.mock.env_key=MODEL_PASS'] });
    expect([run.status, run.events().at(-1), bench.server.requests.length]).toEqual([
      1,
      {
        type: 'turn.failed',
        error: {
          kind: 'model',
          message: 'the environment variable MODEL_PASS with the API key for mock is not set',
        },
      },
      0,
    ]);
  });
});

describe.concurrent('cordon exec', () => {
  it('reads the prompt from stdin when none is given', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    const run = await bench.run({ prompt: null, stdin: 'from stdin\n' });
    expect([run.status, bench.server.requests[0]?.body.input.at(-1)?.content?.[0]?.text]).toEqual([
      0,
      'from stdin\n',
    ]);
  });

  it('never waits for stdin when there is a prompt', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    // stdin stays open and silent for the whole run.
    expect((await bench.run({ prompt: 'here' })).status).toBe(0);
  });

  it('warns about keys nobody knows, and goes on', async () => {
    await using bench = await createBench([{ items: [say('ok')] }], {
      'home/config.toml': 'sanbox_mode = "read-only"\n',
    });
    const run = await bench.run({ args: ['-c', 'approval_policy=on-request', '--add-dir', '.'] });
    expect([run.status, run.stderr.replaceAll(bench.lab.root, 'ROOT')]).toEqual([
      0,
      'cordon exec: ROOT/home/config.toml: sanbox_mode: unknown key, did you mean sandbox_mode?\n' +
        'cordon exec: approval_policy is never or allowlist here: there is nobody to ask\n' +
        'cordon exec: --add-dir has no effect under read-only\n',
    ]);
  });

  it('starts outside a repository when told to, and takes the older name of --json', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    rmSync(join(bench.lab.workspace, '.git'), { recursive: true });
    const run = await bench.run({ json: false, args: ['--skip-git-repo-check', '--experimental-json'] });
    expect([run.status, run.events().map(({ type }) => type)]).toEqual([
      0,
      ['thread.started', 'turn.started', 'item.completed', 'turn.completed'],
    ]);
  });

  it('appends what is piped in beside the prompt', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    const run = await bench.run({ stdin: 'one\ntwo\n' });
    const prompt = bench.server.requests[0]?.body.input.at(-1)?.content?.[0]?.text;
    expect([run.status, prompt]).toEqual([0, 'go\n\n<stdin>\none\ntwo\n</stdin>']);
  });

  it('does not wait for an open pipe that sends nothing, and says so', async () => {
    await using bench = await createBench([{ items: [say('ok')] }]);
    const run = await bench.run({ stdinStaysOpen: true });
    expect([run.status, run.stderr, bench.server.requests[0]?.body.input.at(-1)?.content?.[0]?.text]).toEqual(
      [0, 'cordon exec: stdin is open and sent nothing for 1 s: going on without it\n', 'go'],
    );
  });

  it('asks the model through the proxy of the environment, but not for what NO_PROXY names', async () => {
    await using proxy = await startProxy();
    await using bench = await createBench([{ items: [say('ok')] }, { items: [say('ok')] }]);
    const through = await bench.run({ env: { HTTP_PROXY: proxy.address } });
    const seen = proxy.targets.slice();
    const around = await bench.run({ env: { HTTP_PROXY: proxy.address, NO_PROXY: '127.0.0.1' } });
    const host = new URL(bench.server.baseUrl).host;
    expect([through.status, around.status, seen, proxy.targets]).toEqual([0, 0, [host], [host]]);
  });

  it('refuses a proxy it cannot use, without repeating its password', async () => {
    await using bench = await createBench([]);
    const run = await bench.run({ env: { http_proxy: 'socks5://me:hunter2@proxy:1' } });
    expect([run.status, run.stdout, run.stderr]).toEqual([
      1,
      '',
      'cordon exec: Cannot use the proxy in http_proxy: it is not an http:// or https:// address\n',
    ]);
  });

  it('writes the last message to the file of -o', async () => {
    await using bench = await createBench([
      { items: [say('first'), call('c1', 'made_up', {})] },
      { items: [say('last')] },
    ]);
    const run = await bench.run({ args: ['-o', '../last.txt'] });
    expect([run.status, readFileSync(join(bench.lab.root, 'last.txt'), 'utf8')]).toEqual([0, 'last']);
  });

  it('writes an empty file, and says so, when the model said nothing', async () => {
    await using bench = await createBench([{ items: [] }]);
    const run = await bench.run({ args: ['-o', '../last.txt'] });
    const file = join(bench.lab.root, 'last.txt');
    expect([run.status, run.stderr, readFileSync(file, 'utf8')]).toEqual([
      0,
      `cordon exec: the model said nothing, so ${file} is empty\n`,
      '',
    ]);
  });

  it('leaves the file of -o alone when the turn fails', async () => {
    await using bench = await createBench([{ status: 400 }]);
    const run = await bench.run({ args: ['-o', '../last.txt'] });
    expect([run.status, existsSync(join(bench.lab.root, 'last.txt'))]).toEqual([1, false]);
  });

  it('keeps rules of a project out unless the user trusts that project', async () => {
    const rule = {
      'workspace/.cordon/rules/own.rules': 'prefix_rule(pattern=["true"], decision="forbidden")\n',
    };
    const steps = [{ items: [call('c1', 'shell', { command: ['true'] })] }, { items: [say('ok')] }];
    await using stranger = await createBench(steps, rule);
    const untrusted = await stranger.run({ args: ['-s', 'danger-full-access'] });
    await using friend = await createBench(steps, rule);
    const trust = `projects."${friend.lab.workspace}".trust_level=trusted`;
    const trusted = await friend.run({ args: ['-s', 'danger-full-access', '-c', trust] });
    expect([untrusted.commands()[0]?.status, trusted.commands()[0]?.status]).toEqual([
      'completed',
      'declined',
    ]);
  });
});
