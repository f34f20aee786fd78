// The adapters under the real frameworks: a command that is approved, one that is declined, one that is interrupted, and
// what a framework's yes must never mean. The model is a script; the frameworks are their makers'.
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
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createShellRuntime, type ShellRuntime } from 'cordon';
import * as agents from 'cordon/openai-agents';
import * as ai from 'cordon/ai-sdk';
import { hasFrameworks, load } from './support/framework-clients.ts';
import { called, patchCalled, said, scriptResponses, shellCalled } from './support/scripted-responses.ts';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-adapters-'));
const workspace = join(root, 'workspace');
const approvals = agents.frameworkApprovals();
const opened: { runtime?: ShellRuntime } = {};
const runtime = (): ShellRuntime => {
  if (opened.runtime === undefined) throw new Error('no runtime');
  return opened.runtime;
};
const inWorkspace = (name: string): string => join(workspace, name);

beforeAll(async () => {
  for (const path of [workspace, join(root, 'home', 'rules')]) mkdirSync(path, { recursive: true });
  writeFileSync(
    join(root, 'home', 'rules', 'a.rules'),
    'prefix_rule(pattern=["touch"], decision="prompt")\nprefix_rule(pattern=["ln"], decision="forbidden")\nprefix_rule(pattern=["apply_patch"], decision="prompt")\n',
  );
  opened.runtime = await createShellRuntime({
    workspace,
    sandbox: 'danger-full-access',
    rules: { home: join(root, 'home') },
    baseEnv: { PATH: '/usr/bin:/bin', HOME: root },
    defaultTimeoutMs: 'none',
    reviewer: approvals,
  });
});
afterAll(async () => {
  await opened.runtime?.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => mkdirSync(workspace, { recursive: true }));
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

interface Interruption {
  readonly rawItem: { readonly action?: { readonly commands: readonly string[] } };
}
interface RunState {
  approve(item: Interruption, options?: { readonly alwaysApprove?: boolean }): void;
  reject(item: Interruption): void;
  toString(): string;
}
interface RunResult {
  readonly finalOutput?: string;
  readonly interruptions: readonly Interruption[];
  readonly state: RunState;
}
interface AgentsSdk {
  readonly Agent: new (options: object) => object;
  readonly Runner: new (options: object) => {
    run(agent: object, input: unknown, options?: object): Promise<RunResult>;
  };
  readonly OpenAIProvider: new (options: object) => object;
  readonly RunState: { fromString(agent: object, text: string): Promise<RunState> };
  readonly shellTool: (parts: object) => object;
  readonly applyPatchTool: (parts: object) => object;
  readonly applyDiff: (input: string, diff: string, mode?: 'default' | 'create') => string;
}

describe.skipIf(!hasFrameworks)('the OpenAI Agents SDK', () => {
  async function start(answers: readonly (readonly object[])[], options: Partial<agents.ShellOptions> = {}) {
    const sdk = await load<AgentsSdk>('@openai/agents');
    const model = await scriptResponses(answers);
    const provider = new sdk.OpenAIProvider({ apiKey: 'k', baseURL: model.baseUrl, useResponses: true });
    const runner = new sdk.Runner({ modelProvider: provider, tracingDisabled: true });
    const newAgent = (more: Partial<agents.ShellOptions> = {}): object =>
      new sdk.Agent({
        name: 'Coder',
        model: 'gpt-test',
        tools: [
          sdk.shellTool(agents.shell(runtime(), { approvals, ...options, ...more })),
          sdk.applyPatchTool(agents.editor(runtime(), { approvals, applyDiff: sdk.applyDiff })),
        ],
      });
    return { sdk, model, runner, newAgent, [Symbol.asyncDispose]: model[Symbol.asyncDispose] };
  }
  const outputs = (input: readonly Record<string, unknown>[] | undefined): unknown[] =>
    (input ?? []).filter(({ type }) => type === 'shell_call_output').flatMap(({ output }) => output);
  const exited = (exit_code: number | null, stdout = ''): object => ({
    stdout,
    outcome: { type: 'exit', ...(exit_code === null ? {} : { exit_code }) },
  });

  it('runs commands in their order, and asks nobody about what nobody has to be asked about', async () => {
    await using bench = await start([[shellCalled('c1', 'echo one', 'exit 3', 'ln -s a b')], [said('done')]]);
    const result = await bench.runner.run(bench.newAgent(), 'go');
    expect([result.finalOutput, result.interruptions]).toEqual(['done', []]);
    expect(outputs(bench.model.inputs[1])).toMatchObject([
      exited(0, 'one\n'),
      exited(3),
      { stderr: expect.stringContaining('a.rules:2') as string },
    ]);
  });

  it('is asked once: yes runs it, and no is told to the model', async () => {
    await using bench = await start([
      [shellCalled('c1', 'touch yes'), shellCalled('c2', 'touch no')],
      [said('done')],
    ]);
    const agent = bench.newAgent();
    const asked = await bench.runner.run(agent, 'go');
    expect(asked.interruptions.map(({ rawItem }) => rawItem.action?.commands)).toEqual([
      ['touch yes'],
      ['touch no'],
    ]);
    expect(existsSync(inWorkspace('yes'))).toBe(false);
    const [yes, no] = asked.interruptions;
    if (yes === undefined || no === undefined) throw new Error('it was not asked');
    asked.state.approve(yes);
    asked.state.reject(no);
    expect((await bench.runner.run(agent, asked.state)).finalOutput).toBe('done');
    expect([existsSync(inWorkspace('yes')), existsSync(inWorkspace('no'))]).toEqual([true, false]);
    expect(outputs(bench.model.inputs[1])).toHaveLength(2);
  });

  it.each([
    { resumed: true, ran: true, says: 'goes on in another process that says so' },
    { resumed: false, ran: false, says: 'is refused where nothing shows that approvals are in use' },
  ])('an approved run $says', async ({ resumed, ran }) => {
    await using bench = await start([[shellCalled('c1', 'touch later')], [said('done')]]);
    const asked = await bench.runner.run(bench.newAgent(), 'go');
    const another = bench.newAgent({ resumed });
    const state = await bench.sdk.RunState.fromString(another, asked.state.toString());
    const [item] = (state as unknown as { getInterruptions(): Interruption[] }).getInterruptions();
    if (item === undefined) throw new Error('it was not asked');
    state.approve(item);
    expect((await bench.runner.run(another, state)).finalOutput).toBe('done');
    expect(existsSync(inWorkspace('later'))).toBe(ran);
  });

  it('a yes for always is one for the next command, too', async () => {
    await using bench = await start([
      [shellCalled('c1', 'touch first')],
      [shellCalled('c2', 'touch second', 'ln -s a b')],
      [said('done')],
    ]);
    const agent = bench.newAgent();
    const asked = await bench.runner.run(agent, 'go');
    const [item] = asked.interruptions;
    if (item === undefined) throw new Error('it was not asked');
    asked.state.approve(item, { alwaysApprove: true });
    expect((await bench.runner.run(agent, asked.state)).interruptions).toEqual([]);
    expect([existsSync(inWorkspace('second')), existsSync(inWorkspace('b'))]).toEqual([true, false]);
  });

  it('a shell whose approvals were left out runs nothing that needs one', async () => {
    await using bench = await start([[shellCalled('c1', 'touch x')], [said('done')]]);
    const { shell } = agents.shell(runtime(), { approvals });
    const tools = [bench.sdk.shellTool({ shell })];
    const agent = new bench.sdk.Agent({ name: 'Coder', model: 'gpt-test', tools });
    await bench.runner.run(agent, 'go');
    expect(outputs(bench.model.inputs[1])).toMatchObject([
      { stderr: expect.stringContaining('nobody was asked by the agent framework') as string },
    ]);
    expect(existsSync(inWorkspace('x'))).toBe(false);
  });

  it('ends a command that is interrupted', async () => {
    const stop = new AbortController();
    await using bench = await start([[shellCalled('c1', 'echo up; sleep 600')], [said('done')]], {
      signal: stop.signal,
    });
    const off = runtime().onEvent(({ type }) => {
      if (type === 'output.chunk') stop.abort();
    });
    await bench.runner.run(bench.newAgent(), 'go');
    off();
    expect(outputs(bench.model.inputs[1])).toMatchObject([
      { stdout: 'up\n', stderr: expect.stringContaining('cancelled') as string },
    ]);
  });

  it('edits files once somebody said yes, and tells what does not fit', async () => {
    await using bench = await start([
      [patchCalled('c1', { type: 'create_file', path: 'new.txt', diff: '+one\n+two\n' })],
      [patchCalled('c2', { type: 'update_file', path: 'new.txt', diff: '@@\n one\n-two\n+three\n' })],
      [patchCalled('c3', { type: 'update_file', path: '/etc/hosts-of-nobody', diff: '@@\n-x\n+y\n' })],
      [said('done')],
    ]);
    const agent = bench.newAgent();
    let result = await bench.runner.run(agent, 'go');
    for (const text of [undefined, 'one\ntwo']) {
      expect(
        existsSync(inWorkspace('new.txt')) ? readFileSync(inWorkspace('new.txt'), 'utf8') : undefined,
      ).toBe(text);
      const [item] = result.interruptions;
      if (item === undefined) throw new Error('it was not asked');
      result.state.approve(item);
      result = await bench.runner.run(agent, result.state);
    }
    expect(result.finalOutput).toBe('done');
    expect(readFileSync(inWorkspace('new.txt'), 'utf8').trimEnd()).toBe('one\nthree');
    expect(bench.model.inputs.at(-1)?.filter(({ type }) => type === 'apply_patch_call_output')).toMatchObject(
      [
        { status: 'completed' },
        { status: 'completed' },
        { status: 'failed', output: expect.stringContaining('/etc/hosts-of-nobody') as string },
      ],
    );
  });

  it('has a sandbox for its sandbox agents, whose files and sessions are the runtime’s', async () => {
    interface SandboxSdk {
      readonly SandboxAgent: new (options: object) => object;
      readonly Manifest: new (options: { root: string }) => { readonly root: string };
      readonly shell: () => object;
      readonly filesystem: () => object;
    }
    const sandbox = await load<SandboxSdk>('@openai/agents/sandbox');
    await using bench = await start([
      [called('c1', 'exec_command', { cmd: 'pwd; cat', tty: true, yield_time_ms: 300 })],
      [called('c2', 'exec_command', { cmd: 'ln -s a b' })],
      [said('done')],
    ]);
    const manifest = new sandbox.Manifest({ root: workspace });
    const client = agents.sandboxClient(runtime(), { manifest, applyDiff: bench.sdk.applyDiff });
    const capabilities = [sandbox.shell(), sandbox.filesystem()];
    const agent = new sandbox.SandboxAgent({ name: 'Coder', model: 'gpt-test', capabilities });
    expect((await bench.runner.run(agent, 'go', { sandbox: { client } })).finalOutput).toBe('done');
    const told = bench.model.inputs.at(-1)?.filter(({ type }) => type === 'function_call_output');
    expect(told).toMatchObject([
      { output: expect.stringContaining(workspace) as string },
      { output: expect.stringContaining('a.rules:2') as string },
    ]);
    expect(runtime().sessions.list()).toEqual([]);
  });
});

interface Part {
  readonly type: string;
  readonly [key: string]: unknown;
}
interface Generated {
  readonly text: string;
  readonly content: readonly Part[];
  readonly response: { readonly messages: readonly object[] };
}
interface AiSdk {
  readonly generateText: (options: object) => Promise<Generated>;
  readonly tool: (parts: object) => object;
  readonly stepCountIs: (count: number) => unknown;
}
interface OpenAiProvider {
  readonly createOpenAI: (options: object) => {
    responses(model: string): object;
    readonly tools: { shell(parts: object): object; localShell(parts: object): object };
  };
}

describe.skipIf(!hasFrameworks)('the AI SDK', () => {
  async function start(answers: readonly (readonly object[])[]) {
    const sdk = await load<AiSdk>('ai');
    const { createOpenAI } = await load<OpenAiProvider>('@ai-sdk/openai');
    const server = await scriptResponses(answers);
    const openai = createOpenAI({ apiKey: 'k', baseURL: server.baseUrl });
    const generate = async (
      messages: readonly object[],
      tools: object,
      more: object = {},
    ): Promise<Generated> =>
      await sdk.generateText({
        model: openai.responses('gpt-test'),
        messages,
        tools,
        stopWhen: sdk.stepCountIs(5),
        maxRetries: 0,
        ...more,
      });
    return { sdk, openai, server, generate, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
  }
  const go = { role: 'user', content: 'go' };
  const outputOf = (input: readonly Record<string, unknown>[] | undefined): unknown =>
    input?.find(({ type }) => String(type).endsWith('_call_output'))?.['output'];
  const answerTo = (content: readonly Part[], approved: boolean): object => ({
    role: 'tool',
    content: content
      .filter(({ type }) => type === 'tool-approval-request')
      .map(({ approvalId }) => ({ type: 'tool-approval-response', approvalId, approved })),
  });

  it.each([
    { approved: true, says: 'runs on a yes', exists: true },
    { approved: false, says: 'does not on a no', exists: false },
  ])('asks once, and $says', async ({ approved, exists }) => {
    await using bench = await start([[called('c1', 'shell', { command: 'touch file' })], [said('done')]]);
    const tools = { shell: bench.sdk.tool(ai.command(runtime(), { approvals })) };
    const asked = await bench.generate([go], tools);
    const messages = [go, ...asked.response.messages, answerTo(asked.content, approved)];
    expect([existsSync(inWorkspace('file')), (await bench.generate(messages, tools)).text]).toEqual([
      false,
      'done',
    ]);
    expect(existsSync(inWorkspace('file'))).toBe(exists);
  });

  it('an old yes does not cover another command under its id', async () => {
    const { execute } = ai.command(runtime(), { approvals });
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', toolCallId: 'c1', toolName: 'shell', input: { command: 'touch one' } },
          { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
        ],
      },
      { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'a1', approved: true }] },
    ];
    const call = { toolCallId: 'c1', messages };
    expect(await execute({ command: 'touch two' }, call)).toContain(
      'nobody was asked by the agent framework',
    );
    expect(await execute({ command: 'touch one' }, call)).toContain('Exit code: 0');
    expect([existsSync(inWorkspace('two')), existsSync(inWorkspace('one'))]).toEqual([false, true]);
  });

  it("answers the provider's own shell, in its shape", async () => {
    await using bench = await start([
      [shellCalled('c1', 'echo hi >&2; exit 4', 'ln -s a b')],
      [said('done')],
    ]);
    const tools = { shell: bench.openai.tools.shell(ai.shell(runtime(), { approvals })) };
    expect((await bench.generate([go], tools)).text).toBe('done');
    expect(outputOf(bench.server.inputs[1])).toMatchObject([
      { stdout: '', stderr: 'hi\n', outcome: { type: 'exit', exit_code: 4 } },
      { stderr: expect.stringContaining('a.rules:2') as string, outcome: { type: 'exit', exit_code: 126 } },
    ]);
  });

  it('answers the local shell of older models', async () => {
    const item = (action: object): object => ({
      type: 'local_shell_call',
      id: 'l1',
      call_id: 'c1',
      status: 'completed',
      action: { type: 'exec', ...action },
    });
    await using bench = await start([[item({ command: ['echo', 'a b'], env: {} })], [said('done')]]);
    const parts = ai.localShell(runtime(), { approvals });
    const tools = { local_shell: bench.openai.tools.localShell(parts) };
    expect((await bench.generate([go], tools)).text).toBe('done');
    expect(outputOf(bench.server.inputs[1])).toContain('a b\n');
    const call = { toolCallId: 'c', messages: [] };
    const action = { type: 'exec' as const, command: ['id'], user: 'root' };
    expect(await parts.execute({ action }, call)).toEqual({ output: 'user is not supported' });
  });

  it('ends a command that is interrupted', async () => {
    await using bench = await start([
      [called('c1', 'shell', { command: 'echo up; sleep 600' })],
      [said('done')],
    ]);
    const stop = new AbortController();
    const tools = { shell: bench.sdk.tool(ai.command(runtime(), { approvals })) };
    const ended = new Promise((resolve) => {
      const off = runtime().onEvent((event) => {
        if (event.type === 'output.chunk') stop.abort();
        if (event.type !== 'exec.finished') return;
        off();
        resolve(event.result);
      });
    });
    const generated = bench.generate([go], tools, { abortSignal: stop.signal }).catch(() => undefined);
    expect(await ended).toMatchObject({ outcome: { kind: 'cancelled' } });
    await generated;
  });
});
