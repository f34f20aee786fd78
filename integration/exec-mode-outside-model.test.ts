// `cordon exec` and the agent SDK against a model server we did not write, on both wires.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createLab, type Lab, runExec } from './support/mock-model-server.ts';
import { hasOutsideModel, type OutsideModel, startOutsideModel } from './support/outside-model.ts';
import { createSdk, hasSdk, type Sdk } from './support/sdk-client.ts';

const program = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));

const wires = ['responses', 'chat'] as const;
const command = (cmd: string): { readonly name: string; readonly input: object } => ({
  name: 'exec_command',
  input: { cmd },
});

function argsFor(model: OutsideModel, wire: (typeof wires)[number]): string[] {
  const provider = `{ base_url = "${model.baseUrl}", wire_api = "${wire}", stream_max_retries = 2 }`;
  const choice = ['-c', 'model_provider=outside', '-c', `model_providers.outside=${provider}`];
  return [...choice, '--json', '--sandbox', 'danger-full-access'];
}

async function withLab<T>(
  use: (lab: Lab) => Promise<T>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<T> {
  const lab = createLab(files);
  try {
    return await use(lab);
  } finally {
    lab.remove();
  }
}

describe.skipIf(!hasOutsideModel).each(wires)('a model server of others, wire %s', (wire) => {
  it('is told what its commands said, several of one response included', async () => {
    await using model = await startOutsideModel([
      { calls: [command('echo one > a; echo said-one'), command('echo said-two; exit 3')] },
      { says: 'All done.' },
    ]);
    await withLab(async (lab) => {
      const run = await runExec([...argsFor(model, wire), '--', 'go'], lab, {});
      const ends = run.commands().map(({ exit_code, status }) => [status, exit_code]);
      expect([run.status, ends]).toEqual([
        0,
        [
          ['completed', 0],
          ['failed', 3],
        ],
      ]);
      expect(readFileSync(join(lab.workspace, 'a'), 'utf8')).toBe('one\n');
      expect(run.events().at(-2)).toMatchObject({ item: { type: 'agent_message', text: 'All done.' } });
      const asked = model.requests();
      expect(asked.map(({ path }) => path)).toEqual(
        Array(2).fill(wire === 'chat' ? '/v1/chat/completions' : '/v1/responses'),
      );
      for (const text of ['said-one', 'said-two']) expect(JSON.stringify(asked[1]?.body)).toContain(text);
    });
  });

  it('is told that a rule forbids its command', async () => {
    await using model = await startOutsideModel([{ calls: [command('git push')] }, { says: 'I cannot.' }]);
    await withLab(
      async (lab) => {
        const run = await runExec([...argsFor(model, wire), '--', 'go'], lab, {});
        expect([run.status, run.commands().map(({ status, denied }) => [status, denied?.by])]).toEqual([
          0,
          [['declined', 'policy']],
        ]);
        expect(JSON.stringify(model.requests()[1]?.body)).toContain('Publishing is for people');
      },
      {
        'home/rules/house.rules':
          'prefix_rule(pattern=["git", "push"], decision="forbidden", justification="Publishing is for people")\n',
      },
    );
  });

  it.each([500, 503, 429])('is asked again after %s, and nothing runs twice', async (status) => {
    await using model = await startOutsideModel([{ calls: [command('echo x >> log')] }, { says: 'ok' }]);
    model.fail(status);
    await withLab(async (lab) => {
      const run = await runExec([...argsFor(model, wire), '--', 'go'], lab, {});
      expect([run.status, readFileSync(join(lab.workspace, 'log'), 'utf8')]).toEqual([0, 'x\n']);
      expect(run.events().filter(({ type }) => type === 'model.retry')).toHaveLength(1);
    });
  });
});

describe.skipIf(!hasOutsideModel || !hasSdk)('the agent SDK and a model server of others', () => {
  const sdkFor = async (model: OutsideModel, lab: Lab): Promise<Sdk> => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: lab.home, CORDON_HOME: lab.home };
    return await createSdk({ codexPathOverride: program, baseUrl: model.baseUrl, apiKey: 'key', env });
  };

  it('stream a turn with a picture, a form for the answer, more directories, a search and a wish how to think', async () => {
    await using model = await startOutsideModel([{ says: '{"n":1}' }]);
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
    await withLab(
      async (lab) => {
        const thread = (await sdkFor(model, lab)).startThread({
          workingDirectory: lab.workspace,
          additionalDirectories: [lab.outside],
          sandboxMode: 'workspace-write',
          webSearchMode: 'live',
          modelReasoningEffort: 'high',
          skipGitRepoCheck: true,
        });
        const outputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
        const input = [
          { type: 'text', text: 'what is this?' },
          { type: 'local_image', path: join(lab.workspace, 'a.png') },
        ];
        const { events } = await thread.runStreamed(input, { outputSchema });
        const types: string[] = [];
        for await (const { type } of events) types.push(type);
        expect(types).toEqual(['thread.started', 'turn.started', 'item.completed', 'turn.completed']);
        const asked = JSON.stringify(model.requests()[0]?.body);
        // It keeps what it understands of a request; that the rest is on the wire, our own server sees.
        for (const text of ['what is this?', lab.outside]) expect(asked).toContain(text);
      },
      { 'workspace/a.png': png },
    );
  });

  it('end with its own AbortError when it aborts', async ({ expect }) => {
    await using model = await startOutsideModel([
      { calls: [command('touch started; sleep 600')] },
      { says: 'never' },
    ]);
    await withLab(async (lab) => {
      const abort = new AbortController();
      const place = { workingDirectory: lab.workspace, sandboxMode: 'danger-full-access' };
      const running = (await sdkFor(model, lab)).startThread(place).run('go', { signal: abort.signal });
      const started = join(lab.workspace, 'started');
      await expect.poll(() => existsSync(started), { timeout: 30_000 }).toBe(true);
      abort.abort();
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    });
  });

  it('run a thread of two turns, and resume it', async () => {
    await using model = await startOutsideModel([
      { calls: [command('echo hi')] },
      { says: 'one' },
      { says: 'two' },
      { says: 'three' },
    ]);
    await withLab(async (lab) => {
      const sdk = await sdkFor(model, lab);
      const place = { workingDirectory: lab.workspace, sandboxMode: 'danger-full-access' };
      const thread = sdk.startThread(place);
      const first = await thread.run('first');
      expect(first.items.map(({ type }) => type)).toEqual(['command_execution', 'agent_message']);
      expect((await thread.run('second')).finalResponse).toBe('two');
      expect((await sdk.resumeThread(thread.id ?? '', place).run('third')).finalResponse).toBe('three');
      expect(JSON.stringify(model.requests().at(-1)?.body)).toMatch(/first.*one.*second.*two.*third/u);
    });
  });
});
