// The adapters for LangChain, the Agent Client Protocol and the Claude Agent SDK, under their makers' own classes.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createShellRuntime, type ShellRuntime } from 'cordon';
import { permissionReviewer, terminals } from 'cordon/acp';
import { shellServer } from 'cordon/claude-agent';
import { command, frameworkApprovals } from 'cordon/langchain';
import { hasFrameworks, load } from './support/framework-clients.ts';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-adapters-'));
const workspace = join(root, 'workspace');
const approvals = frameworkApprovals();
const opened: { runtime?: ShellRuntime } = {};
const runtime = (): ShellRuntime => {
  if (opened.runtime === undefined) throw new Error('no runtime');
  return opened.runtime;
};
const isThere = (name: string): boolean => existsSync(join(workspace, name));
const options = {
  workspace,
  sandbox: 'danger-full-access',
  rules: { home: join(root, 'home') },
  baseEnv: { PATH: '/usr/bin:/bin', HOME: root },
  defaultTimeoutMs: 'none',
} as const;

beforeAll(async () => {
  for (const path of [workspace, join(root, 'home', 'rules')]) mkdirSync(path, { recursive: true });
  writeFileSync(
    join(root, 'home', 'rules', 'a.rules'),
    'prefix_rule(pattern=["touch"], decision="prompt")\nprefix_rule(pattern=["ln"], decision="forbidden")\n',
  );
  opened.runtime = await createShellRuntime({ ...options, reviewer: approvals });
});
afterAll(async () => {
  await opened.runtime?.close();
  rmSync(root, { recursive: true, force: true });
});

describe.skipIf(!hasFrameworks)('LangChain', () => {
  interface Tool {
    readonly name: string;
    invoke(input: object, config?: { readonly signal?: AbortSignal }): Promise<unknown>;
  }
  const toolOf = async (parts: readonly unknown[]): Promise<Tool> => {
    const { tool } = await load<{ tool: (...parts: readonly unknown[]) => Tool }>('@langchain/core/tools');
    return tool(...parts);
  };

  it('runs a command as a tool, checks its input, and tells what is forbidden', async () => {
    const shell = await toolOf(command(runtime()));
    expect(shell.name).toBe('shell');
    const call = { type: 'tool_call', id: 'c1', name: 'shell', args: { command: 'echo hi' } };
    expect(await shell.invoke(call)).toMatchObject({
      content: expect.stringMatching(/^Exit code: 0\n.*Output:\nhi\n$/s) as string,
      tool_call_id: 'c1',
    });
    expect(await shell.invoke({ command: 'ln -s a b' })).toContain('a.rules:2');
    await expect(shell.invoke({ commands: 'echo' })).rejects.toThrow('schema');
  });

  it('asks through the graph: an interrupt goes through, yes runs, anything else does not', async () => {
    const answers: unknown[] = [new Error('GraphInterrupt'), 'approve', true];
    const asked: unknown[] = [];
    const ask = (question: unknown): unknown => {
      asked.push(question);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const shell = await toolOf(command(runtime(), { approvals, ask }));
    const input = { command: 'touch langchain' };
    await expect(shell.invoke(input)).rejects.toThrow('GraphInterrupt');
    expect([await shell.invoke(input), isThere('langchain')]).toEqual([
      'The user declined to run this command.',
      false,
    ]);
    expect(await shell.invoke(input)).toContain('Exit code: 0');
    expect([isThere('langchain'), asked]).toEqual([true, Array(3).fill(input)]);
  });

  it('ends a command that is interrupted', async () => {
    const stop = new AbortController();
    const shell = await toolOf(command(runtime()));
    const ended = nextEnd();
    const off = runtime().onEvent(({ type }) => {
      if (type === 'output.chunk') stop.abort();
    });
    const invoked = shell.invoke({ command: 'echo up; sleep 600' }, { signal: stop.signal }).catch(String);
    expect(await ended).toMatchObject({ outcome: { kind: 'cancelled' } });
    off();
    await invoked;
  });
});

/** How the next command ends. */
async function nextEnd(): Promise<unknown> {
  return await new Promise((resolve) => {
    const off = runtime().onEvent((event) => {
      if (event.type !== 'exec.finished') return;
      off();
      resolve(event.result);
    });
  });
}

describe.skipIf(!hasFrameworks)('the Agent Client Protocol', () => {
  interface TerminalHandle {
    readonly id: string;
    currentOutput(): Promise<{ output: string; truncated: boolean; exitStatus?: unknown }>;
    waitForExit(): Promise<unknown>;
    kill(): Promise<unknown>;
    release(): Promise<unknown>;
  }
  interface Editor {
    createTerminal(request: object): Promise<TerminalHandle>;
    request(method: string, params: object): Promise<unknown>;
  }
  interface App {
    onRequest(method: string, handler: (context: { params: never }) => unknown): App;
  }
  interface Acp {
    readonly client: (options: object) => App;
    readonly agent: (options: object) => {
      connectWith<T>(editor: App, run: (editor: Editor) => Promise<T>): Promise<T>;
    };
  }
  async function withEditor<T>(
    run: (editor: Editor) => Promise<T>,
    prepare = (app: App): App => app,
  ): Promise<T> {
    const acp = await load<Acp>('@agentclientprotocol/sdk');
    await using shells = terminals(runtime());
    const app = prepare(shells.register(acp.client({ name: 'editor' })));
    return await acp.agent({ name: 'agent' }).connectWith(app, run);
  }
  const sessionId = 's1';
  const lost = { data: { details: expect.stringContaining('Cannot find the terminal') as string } };

  it('runs a program in a terminal that outlives it, until it is released', async () => {
    await withEditor(async (editor) => {
      const evaluated: unknown[] = [];
      const off = runtime().onEvent((event) => {
        if (event.type === 'exec.evaluated') evaluated.push(event.evaluation.parsed);
      });
      const env = [{ name: 'WHO', value: 'me' }];
      const terminal = await editor.createTerminal({
        sessionId,
        command: 'bash',
        args: ['-c', 'echo $WHO; exit 3'],
        env,
      });
      expect(await terminal.waitForExit()).toMatchObject({ exitCode: 3 });
      // A variable that the agent sets is seen by rules and questions.
      expect(JSON.stringify(evaluated)).toContain('WHO=me');
      off();
      expect(await terminal.currentOutput()).toMatchObject({
        output: 'me\n',
        truncated: false,
        exitStatus: { exitCode: 3 },
      });
      await terminal.release();
      await expect(terminal.currentOutput()).rejects.toMatchObject(lost);
    });
  });

  it('takes a line without arguments for bash, and keeps the end of a long output whole', async () => {
    await withEditor(async (editor) => {
      const line = "printf 'a%.0s' $(seq 100); printf 'äöü'";
      const terminal = await editor.createTerminal({ sessionId, command: line, outputByteLimit: 5 });
      await terminal.waitForExit();
      expect(await terminal.currentOutput()).toMatchObject({ output: 'öü', truncated: true });
    });
  });

  it('kills, and shows what a command may not do, as an exit of 126', async () => {
    await withEditor(async (editor) => {
      const running = await editor.createTerminal({ sessionId, command: 'sleep 600' });
      await running.kill();
      expect(await running.waitForExit()).toMatchObject({ signal: 'SIGKILL' });
      const refused = await editor.createTerminal({ sessionId, command: 'ln', args: ['-s', 'a', 'b'] });
      expect(await refused.waitForExit()).toMatchObject({ exitCode: 126 });
      expect((await refused.currentOutput()).output).toContain('a.rules:2');
    });
  });

  it('shows the terminals of a session to nobody else', async () => {
    await withEditor(async (editor) => {
      const { id } = await editor.createTerminal({ sessionId, command: 'echo secret' });
      await expect(
        editor.request('terminal/output', { sessionId: 's2', terminalId: id }),
      ).rejects.toMatchObject(lost);
    });
  });

  it('ends what still runs when the editor closes its terminals', async () => {
    const ended = nextEnd();
    await withEditor(async (editor) => {
      await editor.createTerminal({ sessionId, command: 'sleep 600' });
    });
    expect(await ended).toMatchObject({ outcome: { kind: 'cancelled' } });
  });

  it.each([
    { says: 'a yes', optionId: 'approved', ran: true },
    { says: 'a no', optionId: 'denied', ran: false },
    { says: 'an answer that was not on offer', optionId: 'approved-unsandboxed', ran: false },
  ])('an agent has its editor asked, and $says counts', async ({ optionId, ran }) => {
    const shown: unknown[] = [];
    const answering = (app: App): App =>
      app.onRequest('session/request_permission', ({ params }) => {
        const { options: offered } = params as { options: { optionId: string; kind: string }[] };
        shown.push(...offered.map((option) => [option.optionId, option.kind]));
        return { outcome: { outcome: 'selected', optionId } };
      });
    await withEditor(async (editor) => {
      const reviewer = permissionReviewer(editor, sessionId);
      await using agentRuntime = await createShellRuntime({ ...options, reviewer });
      const result = await agentRuntime.exec({ command: `touch acp-${optionId}` });
      expect(result.kind === 'ran').toBe(ran);
    }, answering);
    expect(isThere(`acp-${optionId}`)).toBe(ran);
    expect(shown).toEqual([
      ['approved', 'allow_once'],
      ['approved-for-session', 'allow_always'],
      ['denied', 'reject_once'],
    ]);
  });
});

describe.skipIf(!hasFrameworks)('the Claude Agent SDK', () => {
  interface Sdk {
    createSdkMcpServer(options: object): {
      readonly instance: { connect(transport: Transport): Promise<void> };
    };
  }
  async function connect(tools: readonly object[]): Promise<Client> {
    const sdk = await load<Sdk>('@anthropic-ai/claude-agent-sdk');
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await sdk.createSdkMcpServer({ name: 'cordon', tools }).instance.connect(theirs);
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(ours);
    return client;
  }
  const name = 'mcp__cordon__shell';
  const textOf = (answer: unknown): string => JSON.stringify((answer as { content: unknown }).content);

  it('serves its tool in process, asks only about what needs it, and never twice', async () => {
    const { tools, canUseTool } = shellServer(runtime(), { approvals });
    const client = await connect(tools);
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['shell']);
    const asked: unknown[] = [];
    const ask = canUseTool(async (_name, input) => {
      asked.push(input['command']);
      return await Promise.resolve(
        input['command'] === 'touch claude-no'
          ? ({ behavior: 'deny', message: 'no' } as const)
          : ({ behavior: 'allow' } as const),
      );
    });
    const call = async (commandLine: string): Promise<string> =>
      textOf(await client.callTool({ name: 'shell', arguments: { command: commandLine } }));
    for (const line of ['echo hi', 'touch claude-yes', 'touch claude-no'])
      await ask(name, { command: line }, {});
    expect(asked).toEqual(['touch claude-yes', 'touch claude-no']);
    expect(await call('echo hi')).toContain('hi');
    expect(await call('touch claude-yes')).toContain('Exit code: 0');
    expect(await call('touch claude-no')).toContain('nobody was asked by the agent framework');
    // One yes is one run.
    rmSync(join(workspace, 'claude-yes'));
    expect(await call('touch claude-yes')).toContain('nobody was asked by the agent framework');
    expect([isThere('claude-yes'), isThere('claude-no')]).toEqual([false, false]);
    await client.close();
  });

  it('leaves the tools of others to whoever is asked about them', async () => {
    const { canUseTool } = shellServer(runtime(), { approvals });
    const ask = canUseTool(async () => await Promise.resolve('asked'));
    expect(await ask('Bash', { command: 'echo hi' }, {})).toBe('asked');
    expect(await ask(name, { command: 'echo hi' }, {})).toEqual({
      behavior: 'allow',
      updatedInput: { command: 'echo hi' },
    });
  });
});
