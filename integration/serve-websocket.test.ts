// `cordon serve --listen ws://…` from outside: who gets in, where it listens, and what a client that was cut off finds when
// it comes back.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CommandApprovalParams } from 'cordon/protocol';
import { type Listening, openSocket, program, serveGround, type Socketed } from './support/serve.ts';

const ground = serveGround('prefix_rule(pattern=["touch"], decision="prompt")\n');
const { workspace } = ground;
const touch = { command: ['touch', 'made'], processId: 'asked' };
const hello = { clientInfo: { name: 'test' } };

let running: Promise<Listening> | undefined;
const shared = async (): Promise<Listening> => await (running ??= ground.listen());
const sockets: Socketed[] = [];

async function connected(
  server: Listening,
  ...rest: Parameters<typeof openSocket> extends [unknown, ...infer Rest] ? Rest : never
): Promise<Socketed> {
  const opened = await openSocket(server, ...rest);
  sockets.push(opened);
  return opened;
}

const cut = async ({ socket }: Socketed): Promise<void> =>
  await new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.terminate();
  });

afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.terminate();
  rmSync(join(workspace, 'made'), { force: true });
});
afterAll(async () => await ground.cleanUp());

describe('the door', () => {
  it.each([
    ['no token', { Authorization: '' }, 401],
    ['a wrong token', { Authorization: 'Bearer wrong' }, 401],
    ['a token in another scheme', { Authorization: 'Basic wrong' }, 401],
    ['a foreign page', { Origin: 'http://evil.example' }, 403],
    ['a page without a place', { Origin: 'null' }, 403],
    ['a page of another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['the same place by https', { Origin: 'https://127.0.0.1' }, 403],
    ['a name that was led here', { Host: 'evil.example' }, 403],
    ['a name that was led here, with the port', { Host: 'evil.example:PORT' }, 403],
    ['the right name with another port', { Host: '127.0.0.1:1' }, 403],
    ['a name that only begins like ours', { Host: 'localhost.evil.example:PORT' }, 403],
  ])('is closed for %s', async (_, headers, status) => {
    const server = await shared();
    const { port } = new URL(server.url);
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', port)]),
    );
    await expect(openSocket(server, undefined, filled)).rejects.toThrow(`refused with ${String(status)}`);
  });

  it('is closed for a token in the address, and for another path', async () => {
    const server = await shared();
    for (const [path, token] of [
      [`?token=${server.token}`, ''],
      [`?token=${server.token}`, server.token],
      ['other', server.token],
    ] as const)
      await expect(openSocket({ url: `${server.url}${path}`, token })).rejects.toThrow(
        /refused with 40[13]/u,
      );
  });

  it.each(['127.0.0.1', 'localhost'])('opens for the name %s and for a page of its own', async (name) => {
    const server = await shared();
    const host = `${name}:${new URL(server.url).port}`;
    const { client } = await connected(server, undefined, { Host: host, Origin: `http://${host}` });
    expect(await client.request('initialize', hello)).toMatchObject({ platformOs: process.platform });
  });

  it('tells a plain request that this is a WebSocket, and nothing without the token', async () => {
    const server = await shared();
    const get = async (headers: Record<string, string>): Promise<number | undefined> =>
      await new Promise((resolve, reject) => {
        httpRequest(server.url.replace('ws:', 'http:'), { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once('error', reject)
          .end();
      });
    expect([await get({}), await get({ Authorization: `Bearer ${server.token}` })]).toEqual([401, 426]);
  });

  it('is on loopback alone', async () => {
    const server = await shared();
    const port = Number(new URL(server.url).port);
    expect(listeners(server.pid)).toEqual([`127.0.0.1:${String(port)}`]);
    const elsewhere = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of elsewhere)
      expect(await answersAt(address, port), `something answers at ${address}`).toBe(false);
  });

  it.each(['ws://0.0.0.0:0', 'ws://example.com:0'])('cannot be put at %s', (address) => {
    const ended = spawnSync(process.execPath, [program, 'serve', '--listen', address], {
      env: ground.env,
      cwd: workspace,
      encoding: 'utf8',
    });
    expect([ended.status, ended.stdout, ended.stderr]).toEqual([2, '', expect.stringContaining('loopback')]);
  });

  it('takes a token from standard input, and says none', async () => {
    const token = 'a-token-that-somebody-else-made-up-0123456789';
    const server = await ground.listen(['-s', 'danger-full-access', '--token-stdin'], `${token}\nmore`);
    expect(server.token).toBe('');
    const { client } = await connected({ ...server, token });
    expect(await client.request('initialize', hello)).toBeDefined();
    await expect(openSocket({ ...server, token: `${token}x` })).rejects.toThrow('refused with 401');
    await expect(ground.listen(['--token-stdin'], 'short\n')).rejects.toThrow('ended at once');
  });

  it('writes its token to no file', async () => {
    const { token, pid } = await shared();
    const root = join(workspace, '..');
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name)).includes(token)).toBe(false);
    for (const name of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${String(pid)}/${name}`).includes(token)).toBe(false);
  });

  it('never loads the helper that ws looks for wherever Node looks', async () => {
    const own = serveGround();
    const planted = join(own.workspace, 'node_modules', 'bufferutil');
    mkdirSync(planted, { recursive: true });
    writeFileSync(
      join(planted, 'index.js'),
      `require('fs').writeFileSync(${JSON.stringify(join(planted, 'ran'))}, '')`,
    );
    own.env['NODE_PATH'] = join(own.workspace, 'node_modules');
    const server = await own.listen();
    const { socket } = await openSocket(server);
    socket.terminate();
    expect(existsSync(join(planted, 'ran'))).toBe(false);
    await own.cleanUp();
  });
});

describe('a client that is cut off', () => {
  it('comes back and reads every byte once', async () => {
    const server = await shared();
    writeFileSync(
      join(workspace, 'text'),
      Array.from({ length: 2_000 }, (_, index) => `${String(index)}\n`).join(''),
    );
    let connection = await connected(server);
    const { sessionId } = await connection.client.request('initialize', hello);
    await connection.client.request('process/start', {
      processId: 'r',
      argv: ['bash', '-c', 'while IFS= read -r line; do echo "$line"; done < text; read end; echo "$end"'],
      pipeStdin: true,
    });
    let text = '';
    let after = 0;
    for (let round = 0; !text.endsWith('\n1999\n'); round += 1) {
      let taken = 0;
      for await (const { seq, chunk } of connection.client.output('r', after)) {
        text += Buffer.from(chunk, 'base64').toString();
        after = seq;
        taken += 1;
        if (taken > round * 20 || text.endsWith('\n1999\n')) break;
      }
      await cut(connection);
      connection = await connected(server);
      expect(await resume(connection, sessionId)).toBe(sessionId);
    }
    const { client } = connection;
    await client.request('process/write', {
      processId: 'r',
      writeId: '1',
      chunk: Buffer.from('end\n').toString('base64'),
    });
    for await (const { chunk } of client.output('r', after)) text += Buffer.from(chunk, 'base64').toString();
    expect(text).toBe(`${readFileSync(join(workspace, 'text'), 'utf8')}end\n`);
    expect(await client.request('command/list', {})).toMatchObject({
      commands: [{ processId: 'r', running: false }],
    });
  });

  /** The server may hear of the cut a moment later than its client. */
  async function resume({ client }: Socketed, sessionId: string): Promise<string> {
    for (;;) {
      const found = await client
        .request('initialize', { ...hello, resumeSessionId: sessionId })
        .catch((error: unknown) => error);
      if (!String(found).includes('another connection')) return (found as { sessionId: string }).sessionId;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('keeps its commands, but not those without a name, and answers nothing while it is away', async () => {
    const server = await shared();
    const first = await connected(server, {
      answers: { 'item/commandExecution/requestApproval': async () => await new Promise(() => undefined) },
    });
    const { sessionId } = await first.client.request('initialize', hello);
    await first.client.request('process/start', { processId: 'stays', argv: ['sleep', '600'] });
    // Told by the file that each of them runs.
    void first.client.request('command/exec', { command: 'echo $$ > pid; sleep 600' }).catch(() => undefined);
    void first.client.request('command/exec', touch).catch(() => undefined);
    await expect.poll(() => existsSync(join(workspace, 'pid')), { timeout: 60_000 }).toBe(true);
    await expect
      .poll(async () => (await first.client.request('command/list', {})).commands.length, { timeout: 60_000 })
      .toBe(2);
    const pid = Number(readFileSync(join(workspace, 'pid'), 'utf8'));
    await cut(first);
    await expect.poll(() => existsSync(`/proc/${String(pid)}`), { timeout: 60_000 }).toBe(false);
    const second = await connected(server);
    await resume(second, sessionId);
    const stays = await second.client.request('process/read', { processId: 'stays' });
    expect(stays).toMatchObject({ closed: false });
    const declined = await second.client.request('command/read', { processId: 'asked', waitMs: 60_000 });
    expect(declined).toMatchObject({ closed: true, result: { refusal: 'denied-by-reviewer' } });
    expect(declined.failure).toContain('went away');
    expect(existsSync(join(workspace, 'made'))).toBe(false);
  });

  it('is resumed by its secret alone, and by one connection at a time', async () => {
    const server = await shared();
    const first = await connected(server);
    const { sessionId, threadId } = await first.client.request('initialize', hello);
    const second = await connected(server);
    const asked = async (id: string): Promise<string> =>
      await second.client.request('initialize', { ...hello, resumeSessionId: id }).then(
        () => 'resumed',
        (error: unknown) => String(error),
      );
    expect(await asked(sessionId)).toContain('another connection');
    expect(await asked(threadId)).toContain('no client');
    // Another client sees nothing of it.
    await first.client.request('process/start', { processId: 'mine', argv: ['sleep', '600'] });
    await second.client.request('initialize', hello);
    await expect(second.client.request('process/read', { processId: 'mine' })).rejects.toThrow('No command');
  });

  it('is over after its time, with everything it started', async () => {
    const server = await ground.listen(['-s', 'danger-full-access', '--resume', '0.2']);
    const first = await connected(server);
    const { sessionId } = await first.client.request('initialize', hello);
    await first.client.request('process/start', {
      processId: 'p',
      argv: ['bash', '-c', 'echo $$; sleep 600'],
    });
    let pid = 0;
    for await (const { chunk } of first.client.output('p')) {
      pid = Number(Buffer.from(chunk, 'base64').toString());
      break;
    }
    await cut(first);
    await expect.poll(() => existsSync(`/proc/${String(pid)}`), { timeout: 60_000 }).toBe(false);
    const second = await connected(server);
    await expect(
      second.client.request('initialize', { ...hello, resumeSessionId: sessionId }),
    ).rejects.toThrow('no client');
  });
});

describe('an answer', () => {
  it('counts once: replayed, guessed and stolen ones change nothing', async () => {
    const server = await shared();
    const asked: CommandApprovalParams[] = [];
    const { client, socket } = await connected(server, {
      answers: {
        'item/commandExecution/requestApproval': (question) => {
          asked.push(question);
          return { decision: asked.length === 1 ? 'accept' : 'decline' };
        },
      },
    });
    const ids: unknown[] = [];
    socket.on('message', (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as { id?: unknown; method?: string };
      if (method === 'item/commandExecution/requestApproval') ids.push(id);
    });
    await client.request('initialize', hello);
    expect(await client.request('command/exec', touch)).toMatchObject({ exitCode: 0 });
    rmSync(join(workspace, 'made'));
    const thief = await connected(server);
    await thief.client.request('initialize', hello);
    const yes = (id: unknown): string =>
      JSON.stringify({ jsonrpc: '2.0', id, result: { decision: 'accept' } });
    for (const id of [...ids, 0, 1, '', 'ask-']) {
      socket.send(yes(id));
      thief.socket.send(yes(id));
    }
    expect(await client.request('command/exec', touch)).toMatchObject({ refusal: 'denied-by-reviewer' });
    expect([asked.length, new Set(ids).size, existsSync(join(workspace, 'made'))]).toEqual([2, 2, false]);
  });

  it('of one client holds for no other', async () => {
    const server = await shared();
    const count = { first: 0, second: 0 };
    const by = async (name: 'first' | 'second'): Promise<Socketed> => {
      const opened = await connected(server, {
        answers: {
          'item/commandExecution/requestApproval': () => {
            count[name] += 1;
            return { decision: name === 'first' ? 'acceptForSession' : 'decline' };
          },
        },
      });
      await opened.client.request('initialize', hello);
      return opened;
    };
    const [first, second] = [await by('first'), await by('second')];
    expect(await first.client.request('command/exec', touch)).toMatchObject({ exitCode: 0 });
    expect(await second.client.request('command/exec', touch)).toMatchObject({
      refusal: 'denied-by-reviewer',
    });
    expect(count).toEqual({ first: 1, second: 1 });
  });
});

describe('a client that does not read', () => {
  it('holds nothing up, and finds what is kept', async () => {
    const server = await shared();
    const slow = await connected(server);
    await slow.client.request('initialize', hello);
    const flooding = slow.client.request('command/exec', {
      processId: 'flood',
      command: 'head -c 60000000 /dev/zero; echo $$ > flooded',
      streamStdoutStderr: true,
      disableTimeout: true,
    });
    slow.socket.pause();
    rmSync(join(workspace, 'flooded'), { force: true });
    await expect.poll(() => existsSync(join(workspace, 'flooded')), { timeout: 100_000 }).toBe(true);
    const other = await connected(server);
    await other.client.request('initialize', hello);
    expect(await other.client.request('command/exec', { command: 'echo fine' })).toMatchObject({
      stdout: 'fine\n',
    });
    // Not the flood: the queue, and what is kept of the output.
    expect(residentMegabytes(server.pid)).toBeLessThan(400);
    slow.socket.resume();
    expect(await flooding).toMatchObject({ exitCode: 0 });
    const { chunks } = await slow.client.request('command/read', { processId: 'flood' });
    expect(chunks[0]?.offset).toBeGreaterThan(50_000_000);
  });
});

describe('the end of the server', () => {
  it('ends what it started, by a signal and with standard input', async () => {
    const server = await ground.listen(['-s', 'danger-full-access']);
    const { client } = await connected(server);
    await client.request('initialize', hello);
    await client.request('process/start', { processId: 'p', argv: ['bash', '-c', 'echo $$; sleep 600'] });
    let pid = 0;
    for await (const { chunk } of client.output('p')) {
      pid = Number(Buffer.from(chunk, 'base64').toString());
      break;
    }
    expect(await server.stop()).toBe(143);
    expect(existsSync(`/proc/${String(pid)}`)).toBe(false);
    const quiet = spawnSync(
      process.execPath,
      [program, 'serve', '--listen', 'ws://127.0.0.1:0', '--exit-on-stdin-close'],
      { env: ground.env, cwd: workspace, input: '', encoding: 'utf8', timeout: 100_000 },
    );
    expect(quiet.status).toBe(0);
  });
});

/** Addresses a process listens on, by what the kernel says. */
function listeners(pid: number): readonly string[] {
  const inodes = new Set(
    readdirSync(`/proc/${String(pid)}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/u.exec(readlinkSync(`/proc/${String(pid)}/fd/${name}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${String(pid)}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/u))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map(([, local = '']) => addressOf(local)),
  );
}

function addressOf(local: string): string {
  const [address = '', port = ''] = local.split(':');
  const bytes = (address.match(/../gu) ?? []).map((pair) => Number.parseInt(pair, 16)).toReversed();
  return `${bytes.join('.')}:${String(Number.parseInt(port, 16))}`;
}

async function answersAt(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const done = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.setTimeout(5_000, () => done(false));
  });
}

function residentMegabytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(found?.[1]) / 1024;
}
