// `cordon serve` in a private place: a workspace, a home, and clients that are closed with it. Every message the server
// says is held against the published schema.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Validator } from '@cfworker/json-schema';
import { WebSocket } from 'ws';
import { type Handlers, ServeClient, type Started, startServer } from '../../examples/serve-client.ts';

export const program: string = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));

export interface ServeGround {
  readonly workspace: string;
  readonly home: string;
  readonly env: Record<string, string>;
  /** A server on standard input and output, initialized. */
  connect(handlers?: Handlers, options?: readonly string[], capabilities?: object): Promise<ServeClient>;
  /** A server on a WebSocket. */
  listen(options?: readonly string[], stdin?: string): Promise<Listening>;
  cleanUp(): Promise<void>;
}

export interface Listening {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** With `--web`: the address of the page, token included. */
  readonly page: string;
  /** Ends it by SIGTERM; its exit status. */
  stop(): Promise<number | null>;
}

export const unsandboxed: readonly string[] = ['--sandbox', 'danger-full-access'];

export function serveGround(rules = ''): ServeGround {
  const root = realpathSync(mkdtempSync('/var/tmp/cordon-serve-'));
  const workspace = join(root, 'workspace');
  const home = join(root, 'home');
  for (const path of [workspace, join(home, 'rules')]) mkdirSync(path, { recursive: true });
  writeFileSync(join(home, 'rules', 'a.rules'), rules);
  const env = { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: home };
  const open: (Started | Listening)[] = [];
  return {
    workspace,
    home,
    env,
    connect: async (handlers = { answers: {} }, options = unsandboxed, capabilities = {}) => {
      const started = startServer(
        [process.execPath, program, 'serve', '--cwd', workspace, ...options],
        handlers,
        env,
      );
      open.push(started);
      checkAnswers(started.client);
      await started.client.request('initialize', { clientInfo: { name: 'test' }, capabilities });
      return started.client;
    },
    listen: async (options = unsandboxed, stdin) => {
      const server = spawn(
        process.execPath,
        [program, 'serve', '--listen', 'ws://127.0.0.1:0', '--cwd', workspace, ...options],
        { env, stdio: ['pipe', 'pipe', 'pipe'] },
      );
      let page = '';
      server.stderr.on('data', (chunk: Buffer) => {
        const said = chunk.toString('utf8');
        page ||= /http:\/\/\S+#\S+/u.exec(said)?.[0] ?? '';
        if (page === '') process.stderr.write(said);
      });
      const closed = new Promise<number | null>((resolve) => server.once('close', resolve));
      if (stdin !== undefined) server.stdin.write(stdin);
      const [line] = await Promise.race([
        new Promise<[string]>((resolve) =>
          createInterface({ input: server.stdout }).once('line', (text) => resolve([text])),
        ),
        closed.then(() => [undefined]),
      ]);
      if (line === undefined) throw new Error('the server ended at once');
      const { url, token = '' } = JSON.parse(line) as { url: string; token?: string };
      const listening: Listening = {
        url,
        token,
        pid: server.pid ?? 0,
        page,
        stop: async () => {
          server.kill('SIGTERM');
          return await closed;
        },
      };
      open.push(listening);
      return listening;
    },
    cleanUp: async () => {
      await Promise.all(open.map(async (each) => await ('close' in each ? each.close() : each.stop())));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export interface Socketed {
  readonly client: ServeClient;
  readonly socket: WebSocket;
}

/** Rejects with the status of the answer when the server refuses the upgrade. */
export async function openSocket(
  { url, token }: Pick<Listening, 'url' | 'token'>,
  handlers: Handlers = { answers: {} },
  headers: Record<string, string> = {},
): Promise<Socketed> {
  const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}`, ...headers } });
  const client = new ServeClient((line) => socket.send(line), handlers);
  checkAnswers(client);
  socket.on('message', (data: Buffer) => client.receive(data.toString('utf8')));
  socket.on('close', () => client.end());
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(`refused with ${String(response.statusCode)}`));
    });
    socket.once('error', reject);
  });
  return { client, socket };
}

type Schema = ConstructorParameters<typeof Validator>[0];

const published = JSON.parse(
  readFileSync(new URL('../../docs/serve.schema.json', import.meta.url), 'utf8'),
) as {
  readonly requests: Readonly<Record<string, { readonly result: Schema }>>;
  readonly serverRequests: Readonly<Record<string, { readonly params: Schema }>>;
  readonly notifications: Readonly<Record<string, Schema>>;
};

/** What the server says to this client is held against the published schema: what is not in it fails the test. */
function checkAnswers(client: ServeClient): void {
  const request = client.request.bind(client);
  const receive = client.receive.bind(client);
  client.request = async (method, params) => {
    const result = await request(method, params);
    holdAgainst(published.requests[method]?.result, result, method);
    return result;
  };
  client.receive = (line) => {
    const { method, params } = JSON.parse(line) as { method?: string; params?: unknown };
    if (method !== undefined)
      holdAgainst(
        published.serverRequests[method]?.params ?? published.notifications[method],
        params,
        method,
      );
    receive(line);
  };
}

function holdAgainst(schema: Schema | undefined, value: unknown, method: string): void {
  if (schema === undefined) throw new Error(`the published schema does not know ${method}`);
  const { valid, errors } = new Validator(schema, '2020-12').validate(value);
  if (!valid) throw new Error(`${method}: ${JSON.stringify(errors)} in ${JSON.stringify(value)}`);
}
