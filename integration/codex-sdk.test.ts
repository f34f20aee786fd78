// The agent SDK of somebody else drives `cordon exec` unchanged, as it drives the program it was written for: where that is
// installed (CORDON_BENCH_CODEX names it), the same rows run with it as well.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { call, createBench, type ExecBench, say } from './support/mock-model-server.ts';
import { createSdk, hasSdk, type Sdk, type SdkThread } from './support/sdk-client.ts';

const own = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const reference = process.env['CORDON_BENCH_CODEX'];
const programs = [
  { name: 'cordon', program: own },
  ...(reference === undefined ? [] : [{ name: 'the program it was written for', program: reference }]),
];

async function sdkFor(bench: ExecBench, program: string): Promise<Sdk> {
  return await createSdk({
    codexPathOverride: program,
    baseUrl: bench.server.baseUrl,
    apiKey: 'sdk-key',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: bench.lab.home,
      CORDON_HOME: bench.lab.home,
      // The reference keeps nothing in a home below a temporary directory.
      CODEX_HOME: bench.lab.home,
      TMPDIR: bench.lab.outside,
      OPENAI_API_KEY: 'not-for-this-server',
    },
  });
}

const threadIn = (bench: ExecBench, sdk: Sdk, options: object = {}): SdkThread =>
  sdk.startThread({
    workingDirectory: bench.lab.workspace,
    sandboxMode: 'danger-full-access',
    skipGitRepoCheck: true,
    ...options,
  });
/** The reference tells that it does not know a model, and that no WebSocket is there, as errors of a turn that goes well. */
const withoutErrors = <T extends { readonly type: string }>(told: readonly T[]): T[] =>
  told.filter(({ type }) => type !== 'error');
const inputOf = (bench: ExecBench, request: number): string =>
  JSON.stringify(bench.server.requests[request]?.body.input);

describe.skipIf(!hasSdk).concurrent.each(programs)('the agent SDK with $name', ({ program }) => {
  it('runs a turn and reads its items, its message and its usage, with the key it was given', async () => {
    await using bench = await createBench([
      { items: [call('c1', 'exec_command', { cmd: 'echo hi' })] },
      { items: [say('done')] },
    ]);
    const turn = await threadIn(bench, await sdkFor(bench, program)).run('go');
    expect([turn.finalResponse, withoutErrors(turn.items).map(({ type, status }) => [type, status])]).toEqual(
      [
        'done',
        [
          ['command_execution', 'completed'],
          ['agent_message', undefined],
        ],
      ],
    );
    expect(Object.keys(turn.usage ?? {}).toSorted()).toEqual([
      'cache_write_input_tokens',
      'cached_input_tokens',
      'input_tokens',
      'output_tokens',
      'reasoning_output_tokens',
    ]);
    expect(bench.server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sdk-key',
      'Bearer sdk-key',
    ]);
  });

  it('runs a streamed turn', async () => {
    await using bench = await createBench([{ items: [say('done')] }]);
    const { events } = await threadIn(bench, await sdkFor(bench, program)).runStreamed('go');
    const told: { readonly type: string; readonly item?: { readonly type: string } }[] = [];
    for await (const event of events) told.push(event);
    const types = withoutErrors(told).filter(({ item }) => item?.type !== 'error');
    expect(types.map(({ type }) => type)).toEqual([
      'thread.started',
      'turn.started',
      'item.completed',
      'turn.completed',
    ]);
  });

  it('runs a second turn of a thread, and resumes it by its id', async () => {
    await using bench = await createBench(['one', 'two', 'three'].map((text) => ({ items: [say(text)] })));
    const sdk = await sdkFor(bench, program);
    const thread = threadIn(bench, sdk);
    await thread.run('first question');
    await thread.run('second question');
    const resumed = sdk.resumeThread(thread.id ?? '', {
      workingDirectory: bench.lab.workspace,
      skipGitRepoCheck: true,
    });
    const turn = await resumed.run('third question');
    expect([turn.finalResponse, resumed.id]).toEqual(['three', thread.id]);
    for (const text of ['first question', 'one', 'second question', 'two', 'third question'])
      expect(inputOf(bench, 2)).toContain(text);
  });

  it('asks for an answer in a form', async () => {
    await using bench = await createBench([{ items: [say('{"n":1}')] }]);
    const outputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const turn = await threadIn(bench, await sdkFor(bench, program)).run('go', { outputSchema });
    expect(turn.finalResponse).toBe('{"n":1}');
    expect(JSON.stringify(bench.server.requests[0]?.body)).toContain('"json_schema"');
  });

  it('sends pictures', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8AARGDiPwMAHfAD/aAzCYkAAAAASUVORK5CYII=',
      'base64',
    );
    await using bench = await createBench([{ items: [say('a cat')] }], { 'workspace/a.png': png });
    const input = [
      { type: 'text', text: 'what is this?' },
      { type: 'local_image', path: join(bench.lab.workspace, 'a.png') },
    ];
    expect((await threadIn(bench, await sdkFor(bench, program)).run(input)).finalResponse).toBe('a cat');
    expect(inputOf(bench, 0)).toContain(`data:image/png;base64,${png.toString('base64')}`);
  });

  it('sees its own AbortError when it aborts, and the command is gone', async ({ expect }) => {
    await using bench = await createBench([
      {
        items: [call('c1', 'exec_command', { cmd: 'echo $$ > pid; exec sleep 600', yield_time_ms: 30_000 })],
      },
    ]);
    const abort = new AbortController();
    const pid = join(bench.lab.workspace, 'pid');
    const running = threadIn(bench, await sdkFor(bench, program)).run('go', { signal: abort.signal });
    await expect
      .poll(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '', { timeout: 30_000 })
      .toBe(true);
    const number = Number(readFileSync(pid, 'utf8'));
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => existsSync(`/proc/${number}`), { timeout: 30_000 }).toBe(false);
  });

  it('widens the sandbox by directories, asks for web search, and sets the reasoning', async () => {
    await using bench = await createBench([
      {
        items: [
          {
            type: 'web_search_call',
            id: 'w1',
            status: 'completed',
            action: { type: 'search', query: 'cats' },
          },
          say('done'),
        ],
      },
    ]);
    const turn = await threadIn(bench, await sdkFor(bench, program), {
      additionalDirectories: [bench.lab.outside],
      sandboxMode: 'workspace-write',
      networkAccessEnabled: true,
      webSearchMode: 'live',
      modelReasoningEffort: 'high',
      approvalPolicy: 'never',
      model: 'gpt-5-codex',
    }).run('go');
    const body = JSON.parse(JSON.stringify(bench.server.requests[0]?.body)) as Record<string, unknown>;
    expect([withoutErrors(turn.items)[0], body['model'], body['reasoning']]).toMatchObject([
      { type: 'web_search', query: 'cats' },
      'gpt-5-codex',
      { effort: 'high', summary: 'auto' },
    ]);
    // What else the model is told, each program says in words of its own.
    if (program !== own) return;
    expect(body['tools']).toContainEqual({ type: 'web_search', external_web_access: true });
    expect(inputOf(bench, 0)).toContain(`<writable_root>${bench.lab.outside}</writable_root>`);
    expect(inputOf(bench, 0)).toContain('<network_access>enabled</network_access>');
  });

  it('is told why a turn failed', async () => {
    await using bench = await createBench([{ status: 400, body: { error: { message: 'bad model' } } }]);
    await expect(threadIn(bench, await sdkFor(bench, program)).run('go')).rejects.toThrow('bad model');
  });
});
