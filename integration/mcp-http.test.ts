// `cordon mcp --http` from outside: who gets in, and several clients of the MCP SDK that know nothing of each other.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-mcp-http-'));
const workspace = join(root, 'workspace');
const program = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const clients: Client[] = [];

interface Listening {
  readonly url: URL;
  readonly token: string;
  stop(): Promise<number | null>;
}
let server: Listening;

beforeAll(async () => {
  for (const path of [workspace, join(root, 'home', 'rules')]) mkdirSync(path, { recursive: true });
  writeFileSync(
    join(root, 'home', 'rules', 'a.rules'),
    'prefix_rule(pattern=["touch"], decision="prompt")\n',
  );
  const options = ['--http', '--resume', '1', '--cwd', workspace, '--sandbox', 'danger-full-access'];
  const child = spawn(process.execPath, [program, 'mcp', ...options], {
    env: { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: join(root, 'home') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await new Promise<string[]>((resolve) => {
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text]));
  });
  const { url, token } = JSON.parse(line ?? '') as { url: string; token: string };
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  server = {
    url: new URL(url),
    token,
    stop: async () => {
      child.kill('SIGTERM');
      return await exit;
    },
  };
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

async function connect(
  answer?: () => ElicitResult,
): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> {
  const capabilities = answer === undefined ? {} : { elicitation: {} };
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  if (answer !== undefined) client.setRequestHandler(ElicitRequestSchema, () => answer());
  const headers = { Authorization: `Bearer ${server.token}` };
  const transport = new StreamableHTTPClientTransport(server.url, { requestInit: { headers } });
  await client.connect(transport);
  clients.push(client);
  return { client, transport };
}

const run = async (client: Client, command: string): Promise<unknown> =>
  (await client.callTool({ name: 'shell', arguments: { command } })).structuredContent;
const start = async (client: Client, cmd: string): Promise<unknown> =>
  (await client.callTool({ name: 'exec_command', arguments: { cmd, yield_time_ms: 300 } })).structuredContent;
const sessions = async (client: Client): Promise<unknown> =>
  (await client.callTool({ name: 'list_sessions' })).structuredContent;

async function ask(
  method: string,
  headers: Record<string, string> = {},
  path = server.url.pathname,
): Promise<number> {
  const { port } = server.url;
  return await new Promise((resolve, reject) => {
    const all = {
      Authorization: `Bearer ${server.token}`,
      Accept: 'application/json, text/event-stream',
      ...headers,
    };
    const filled = Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, value.replace('PORT', port)]),
    );
    const asked = httpRequest({ host: '127.0.0.1', port, path, method, headers: filled }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', reject);
    asked.end(method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' : undefined);
  });
}

describe('the door', () => {
  it.each([
    ['no token', { Authorization: '' }, 401],
    ['a wrong token', { Authorization: 'Bearer wrong' }, 401],
    ['a foreign page', { Origin: 'http://evil.example' }, 403],
    ['a page without a place', { Origin: 'null' }, 403],
    ['a page of another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['a name that was led here', { Host: 'evil.example:PORT' }, 403],
    ['a session that nobody opened', { 'Mcp-Session-Id': 'guessed' }, 404],
    ['a first message that is no hello', { 'Content-Type': 'application/json' }, 400],
  ])('is closed for %s', async (_, headers, status) => {
    expect(await ask('POST', headers)).toBe(status);
  });

  it('is closed for a stream or a goodbye without a session, and for another path', async () => {
    expect([await ask('GET'), await ask('DELETE'), await ask('POST', {}, '/')]).toEqual([400, 400, 404]);
  });
});

describe('a request with two names', () => {
  it.each([
    ['the right one first', (own: string) => [own, 'evil.example']],
    ['the right one last', (own: string) => ['evil.example', own]],
    ['the right one twice', (own: string) => [own, own]],
  ])('is refused: %s', async (_, hosts) => {
    const { port, pathname, host } = server.url;
    const head = [
      `POST ${pathname} HTTP/1.1`,
      ...hosts(host).map((name) => `Host: ${name}`),
      `Authorization: Bearer ${server.token}`,
      'Content-Length: 2',
      'Connection: close',
    ];
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connectTcp(Number(port), '127.0.0.1', () =>
        socket.write(`${head.join('\r\n')}\r\n\r\n{}`),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.once('error', reject).once('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /u);
  });
});

describe('clients over HTTP', () => {
  it('run commands, are each asked about their own, and see their own sessions', async () => {
    const yes = await connect(() => ({ action: 'accept', content: { decision: 'approved-for-session' } }));
    const no = await connect(() => ({ action: 'decline' }));
    const mute = await connect();
    expect(yes.transport.sessionId).not.toBe(no.transport.sessionId);
    expect(await run(yes.client, 'touch made')).toMatchObject({ status: 'exited', exit_code: 0 });
    // What one approved for its session is no other's.
    expect(await run(no.client, 'touch made')).toMatchObject({
      status: 'not-run',
      refusal: 'denied-by-reviewer',
    });
    expect(await run(mute.client, 'touch made')).toMatchObject({ status: 'not-run' });
    expect(existsSync(join(workspace, 'made'))).toBe(true);
    expect(await start(yes.client, 'sleep 600')).toMatchObject({ status: 'running' });
    expect([await sessions(yes.client), await sessions(no.client)]).toMatchObject([
      { sessions: [{ command: 'sleep 600' }] },
      { sessions: [] },
    ]);
  });

  it.each([
    { how: 'says goodbye', away: true },
    { how: 'goes away without a word', away: false },
  ])('one that $how takes its commands with it, and its session', async ({ away }) => {
    const { client, transport } = await connect();
    const answer = await start(client, 'echo $$; exec sleep 600');
    const pid = Number((answer as { output: string }).output.trim());
    expect(process.kill(pid, 0)).toBe(true);
    const id = transport.sessionId ?? '';
    if (away) await transport.terminateSession();
    await client.close();
    while (isRunning(pid)) await wait(50);
    expect(await ask('POST', { 'Mcp-Session-Id': id })).toBe(404);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
