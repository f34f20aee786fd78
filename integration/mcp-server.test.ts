// `cordon mcp` from outside: the built program, driven by the client of the MCP SDK, and by nonsense.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-mcp-'));
const workspace = join(root, 'workspace');
const home = join(root, 'home');
const program = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const env = { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: home };
const clients: Client[] = [];
const hasSandbox = await hasRuntimeSandbox('an MCP client that is asked about leaving the sandbox');

beforeAll(() => {
  for (const path of [workspace, join(home, 'rules')]) mkdirSync(path, { recursive: true });
  writeFileSync(
    join(home, 'rules', 'a.rules'),
    'prefix_rule(pattern=["touch"], decision="prompt")\nprefix_rule(pattern=["ln"], decision="forbidden")\n',
  );
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Elicited = ElicitRequest['params'];

async function connect(
  answer?: (question: Elicited) => ElicitResult | Promise<ElicitResult>,
  options: readonly string[] = ['--sandbox', 'danger-full-access'],
): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: answer === undefined ? {} : { elicitation: {} } },
  );
  if (answer !== undefined)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => await answer(params));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, 'mcp', '--cwd', workspace, ...options],
      env,
      stderr: 'ignore',
    }),
  );
  clients.push(client);
  return client;
}

const call = async (client: Client, name: string, args: Record<string, unknown>) =>
  await client.callTool({ name, arguments: args });

describe('the MCP server', () => {
  it('lists its tools with schemas and annotations, and none has a field for the sandbox', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'shell',
      'exec_command',
      'write_stdin',
      'list_sessions',
      'terminate_session',
    ]);
    for (const { inputSchema, outputSchema, annotations } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
      expect(annotations).toBeDefined();
      expect(Object.keys(inputSchema.properties ?? {})).not.toContain('sandbox');
    }
  });

  it('runs a command and answers with text and structured output', async () => {
    const client = await connect();
    expect(await call(client, 'shell', { command: 'echo hi; exit 3' })).toMatchObject({
      content: [{ type: 'text', text: 'hi\n\n[exit code 3]' }],
      structuredContent: {
        status: 'exited',
        succeeded: false,
        exit_code: 3,
        output: 'hi\n',
        sandbox: 'none',
      },
      isError: false,
    });
    const echoed = await call(client, 'shell', { command: ['cat'], stdin: 'given' });
    expect(echoed.structuredContent).toMatchObject({ output: 'given', succeeded: true });
    const late = await call(client, 'shell', { command: 'sleep 60', timeout_ms: 200 });
    expect(late.structuredContent).toMatchObject({ status: 'timed-out', exit_code: null });
  });

  it('keeps a session until it is typed to, listed and ended', async () => {
    const client = await connect();
    const opened = await call(client, 'exec_command', {
      cmd: 'read a; echo "got $a"; cat',
      yield_time_ms: 250,
    });
    expect(opened.structuredContent).toMatchObject({ status: 'running' });
    const { session_id } = opened.structuredContent as { session_id: number };
    const typed = await call(client, 'write_stdin', { session_id, chars: 'it\n', yield_time_ms: 1000 });
    expect(typed.structuredContent).toMatchObject({ status: 'running', output: 'got it\n' });
    const listed = await call(client, 'list_sessions', {});
    expect(listed.structuredContent).toMatchObject({ sessions: [{ session_id, cwd: workspace }] });
    const ended = await call(client, 'terminate_session', { session_id });
    expect(ended).toMatchObject({ structuredContent: { status: 'cancelled' }, isError: false });
    expect(await call(client, 'write_stdin', { session_id: 1 })).toMatchObject({
      isError: true,
      structuredContent: { refusal: 'unknown-session' },
    });
  });

  it('refuses what a rule forbids, and fields that are misspelled, as answers a model can read', async () => {
    const client = await connect();
    expect(await call(client, 'shell', { command: 'ln -s a b' })).toMatchObject({
      isError: true,
      structuredContent: { status: 'not-run', refusal: 'forbidden-by-policy' },
    });
    const misspelled = await call(client, 'shell', { command: 'true', timeout: 5 });
    expect([misspelled.isError, JSON.stringify(misspelled.content)]).toEqual([
      true,
      expect.stringContaining('timeout'),
    ]);
  });

  it('ends a command whose call was cancelled, and tells the progress of one that writes', async () => {
    const client = await connect();
    const stop = new AbortController();
    const seen: number[] = [];
    const running = client.callTool(
      { name: 'shell', arguments: { command: 'echo $$ > pid; while :; do echo x; sleep 0.1; done' } },
      undefined,
      {
        signal: stop.signal,
        onprogress: ({ progress }) => {
          if (seen.push(progress) > 1) stop.abort();
        },
      },
    );
    await expect(running).rejects.toThrow();
    expect(seen.length).toBeGreaterThan(1);
    const pid = Number(readFileSync(join(workspace, 'pid'), 'utf8'));
    await expect.poll(() => existsSync(`/proc/${String(pid)}`), { timeout: 20_000 }).toBe(false);
  });
});

describe('a question', () => {
  const command = 'touch made';
  const shown: Elicited[] = [];
  const rows = [
    { says: 'accepted by a client that knows no more', answer: { action: 'accept', content: {} }, ran: true },
    { says: 'declined', answer: { action: 'decline' }, ran: false, refusal: 'denied-by-reviewer' },
    { says: 'dismissed', answer: { action: 'cancel' }, ran: false, refusal: 'aborted' },
    {
      says: 'answered with no among the choices',
      answer: { action: 'accept', content: { decision: 'denied' } },
      ran: false,
      refusal: 'denied-by-reviewer',
    },
  ] as const;

  it.each(rows)('is $says', async (row) => {
    rmSync(join(workspace, 'made'), { force: true });
    const client = await connect((question) => {
      shown.push(question);
      return row.answer;
    });
    const { structuredContent } = await call(client, 'shell', { command });
    expect(structuredContent).toMatchObject(
      row.ran ? { status: 'exited', succeeded: true } : { status: 'not-run', refusal: row.refusal },
    );
    expect(existsSync(join(workspace, 'made'))).toBe(row.ran);
    expect(shown.at(-1)?.message).toContain('Command: "touch made"');
  });

  it('is asked once when the client chooses the session', async () => {
    let asked = 0;
    const client = await connect(() => {
      asked += 1;
      return { action: 'accept', content: { decision: 'approved-for-session' } };
    });
    for (let index = 0; index < 2; index += 1)
      expect((await call(client, 'shell', { command })).structuredContent).toMatchObject({ succeeded: true });
    expect(asked).toBe(1);
  });

  it('is a refusal that says why, where the client cannot be asked', async () => {
    const client = await connect();
    const refused = await call(client, 'shell', { command });
    expect(refused).toMatchObject({ isError: true, structuredContent: { status: 'not-run' } });
    expect(JSON.stringify(refused.content)).toContain('does not offer elicitation');
  });

  it.runIf(hasSandbox).each([
    { content: { decision: 'keep' }, kept: true },
    { content: {}, kept: false },
    { content: { decision: 'approved' }, kept: false },
  ])('about what was held back keeps it only by its name: $content', async ({ content, kept }) => {
    const shown: Elicited[] = [];
    const client = await connect(
      (question) => {
        shown.push(question);
        return { action: 'accept', content };
      },
      ['--ask-for-approval', 'on-request'],
    );
    rmSync(join(workspace, '.envrc'), { force: true });
    await call(client, 'shell', { command: 'echo x > .envrc' });
    expect([existsSync(join(workspace, '.envrc')), shown.length]).toEqual([kept, 1]);
    expect(shown[0]?.message).toContain('| "+x"');
    rmSync(join(workspace, '.envrc'), { force: true });
  });

  it.runIf(hasSandbox)('about leaving the sandbox takes more than a bare yes', async () => {
    const args = { command: 'echo out', sandbox_permissions: 'require_escalated', justification: 'please' };
    const bare = await connect(() => ({ action: 'accept', content: {} }), []);
    expect((await call(bare, 'shell', args)).structuredContent).toMatchObject({
      status: 'not-run',
      refusal: 'denied-by-reviewer',
    });
    const chosen = await connect(
      () => ({ action: 'accept', content: { decision: 'approved-unsandboxed' } }),
      [],
    );
    expect((await call(chosen, 'shell', args)).structuredContent).toMatchObject({
      output: 'out\n',
      sandbox: 'none',
    });
  });
});

/** 2,000 by default; `CORDON_FUZZ_MESSAGES=100000` for the long run. */
const messages = Number(process.env['CORDON_FUZZ_MESSAGES'] ?? 2_000);

describe('hostile input', () => {
  it('never ends the server: it still answers afterwards', { timeout: 600_000 }, async () => {
    const child = spawn(process.execPath, [program, 'mcp', '--cwd', workspace, '-s', 'danger-full-access'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      const answers = createInterface({ input: child.stdout });
      const answered = new Promise<unknown>((resolve) => {
        answers.on('line', (line) => {
          const said = JSON.parse(line) as { id?: unknown };
          if (said.id === 'last') resolve(said);
        });
      });
      const random = generator(42);
      for (let index = 0; index < messages; index += 1) {
        if (!child.stdin.write(hostileLine(random)))
          await new Promise((resolve) => child.stdin.once('drain', resolve));
      }
      const hello = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'x', version: '1' },
      };
      for (const [id, method, params] of [
        ['hello', 'initialize', hello],
        ['last', 'tools/list', {}],
      ] as const)
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      expect(await answered).toMatchObject({
        jsonrpc: '2.0',
        id: 'last',
        result: { tools: [{ name: 'shell' }, {}, {}, {}, {}] },
      });
      child.stdin.end();
      expect(await new Promise((resolve) => child.once('close', (status) => resolve(status)))).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const names = [
  'shell',
  'exec_command',
  'write_stdin',
  'list_sessions',
  'terminate_session',
  'nonesuch',
  '',
  '__proto__',
];
const methods = [
  'tools/call',
  'tools/list',
  'initialize',
  'ping',
  'nonesuch',
  'notifications/cancelled',
  'constructor',
];
const odd: readonly unknown[] = [
  ...[null, 0, -1, 1e300, '', 'x\0y', [], {}, true, '\ud800', 'é'.repeat(300)],
  ...[
    { command: 5 },
    { command: [] },
    { command: 'ln a b' },
    { session_id: 7 },
    { cmd: 'ln a b' },
    { __proto__: 1 },
  ],
];

function hostileLine(random: (below: number) => number): Buffer | string {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  switch (random(6)) {
    case 0:
      return Buffer.from([...Array.from({ length: random(40) }, () => random(256)), 10]);
    case 1:
      return `${'['.repeat(random(2_000))}\n`;
    case 2:
      return `${JSON.stringify({ jsonrpc: pick(['2.0', '1.0', 2]), id: pick(odd), method: pick(methods), params: pick(odd) })}\n`;
    case 3:
      return `${JSON.stringify(pick(odd))}\n`;
    case 4:
      return `${JSON.stringify({ jsonrpc: '2.0', id: random(9), result: pick(odd) })}\n`;
    default: {
      const params = { name: pick(names), arguments: pick(odd), _meta: pick(odd) };
      return `${JSON.stringify({ jsonrpc: '2.0', id: random(1e6), method: 'tools/call', params })}\n`;
    }
  }
}
