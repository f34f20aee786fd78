// What an embedding program gets without saying so: the rules and the configuration of the person.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createShellRuntime,
  exitCode,
  modelTools,
  outputText,
  type ShellRuntimeOptions,
  succeeded,
} from '../src/index.ts';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-defaults-'));
const workspace = join(root, 'workspace');
const home = join(root, 'me', '.cordon');
const elsewhere = join(root, 'elsewhere');

beforeAll(() => {
  for (const path of [workspace, join(home, 'rules'), join(elsewhere, 'rules'), join(root, 'empty')])
    mkdirSync(path, { recursive: true });
  writeFileSync(
    join(home, 'config.toml'),
    'sandbox_mode = "danger-full-access"\ncommand_timeout_ms = 400\nno_such_key = 1\n',
  );
  writeFileSync(join(home, 'rules', 'mine.rules'), 'prefix_rule(pattern=["ln"], decision="forbidden")\n');
  writeFileSync(
    join(elsewhere, 'rules', 'a.rules'),
    'prefix_rule(pattern=["touch"], decision="forbidden")\n',
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const me = { PATH: '/usr/bin:/bin', HOME: join(root, 'me') };
const open = async (options: Partial<ShellRuntimeOptions> = {}) =>
  await createShellRuntime({ workspace, baseEnv: me, ...options });

describe('a runtime that is told nothing', () => {
  it('obeys the rules and the configuration of the person, and says which key nobody knows', async () => {
    await using runtime = await open();
    expect(runtime.evaluate({ command: 'ln -s a b' })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'forbidden-by-policy' },
    });
    expect(runtime.sandbox.profile.kind).toBe('danger-full-access');
    expect(await runtime.exec({ command: 'sleep 60' })).toMatchObject({
      outcome: { kind: 'timed-out', afterMs: 400 },
    });
    expect(runtime.configWarnings).toEqual([expect.stringContaining('no_such_key')]);
  });

  it('finds them at CORDON_HOME, and refuses one that names another place in every directory', async () => {
    await using runtime = await open({ baseEnv: { ...me, CORDON_HOME: elsewhere } });
    expect(runtime.evaluate({ command: 'touch x' }).kind).toBe('refused');
    expect(runtime.sandbox.profile.kind).toBe('workspace-write');
    await expect(open({ baseEnv: { ...me, CORDON_HOME: 'relative' } })).rejects.toThrow(
      'Cannot find the rules and the configuration of this user',
    );
  });

  it('rejects a configuration with a mistake: what it would have forbidden is not known', async () => {
    const broken = join(root, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'config.toml'), 'sandbox_mode = "workspace-wriet"\n');
    await expect(open({ baseEnv: { ...me, CORDON_HOME: broken } })).rejects.toThrow('sandbox_mode');
  });
});

describe('what the program says', () => {
  it('comes before the configuration, and undefined says nothing', async () => {
    await using runtime = await open({ sandbox: 'read-only', defaultTimeoutMs: undefined });
    expect(runtime.sandbox.profile.kind).toBe('read-only');
    expect(runtime.evaluate({ command: 'ln -s a b' }).kind).toBe('refused');
  });

  it("opts out with rules: 'none', or names the places itself", async () => {
    await using bare = await open({ rules: 'none', sandbox: 'danger-full-access' });
    expect(bare.evaluate({ command: 'ln -s a b' }).kind).toBe('would-run');
    await using named = await open({ rules: { home: elsewhere } });
    expect(named.evaluate({ command: 'touch x' }).kind).toBe('refused');
    expect(named.sandbox.profile.kind).toBe('workspace-write');
  });

  it('is refused when it is nonsense, whatever it is', async () => {
    for (const options of [undefined, null, 5, [], {}, { workspace: 5 }])
      await expect(createShellRuntime(options as never)).rejects.toThrow('Cannot use the option');
    await expect(open({ protect: 5 as never })).rejects.toThrow('`protect`');
    await expect(open({ rules: 'non' as never })).rejects.toThrow('`rules`');
  });
});

describe('a result', () => {
  it('says whether it worked, what there is to read, and its exit status', async () => {
    await using runtime = await open({ rules: 'none', sandbox: 'danger-full-access' });
    const rows = [
      { command: 'echo hi', ok: true, text: 'hi\n', status: 0 },
      { command: 'printf no; exit 3', ok: false, text: 'no', status: 3 },
      { command: 'echo bye; kill -9 $$', ok: false, text: 'bye\nEnded by SIGKILL\n', status: 137 },
      { command: 'printf slow; sleep 60', ok: false, text: 'slow\nStopped after 0.5 s\n', status: 124 },
    ];
    for (const { command, ok, text, status } of rows) {
      const result = await runtime.exec({ command, timeoutMs: command.includes('sleep') ? 500 : 20_000 });
      expect([succeeded(result), outputText(result), exitCode(result)]).toEqual([ok, text, status]);
    }
    const gone = await runtime.exec({ command: 'ls', cwd: '/nonesuch' });
    expect([succeeded(gone), exitCode(gone)]).toEqual([false, 2]);
    expect(outputText(gone)).toMatch(/^Not run: .*nonesuch/u);
    const missing = await runtime.exec({ command: ['nonesuch-program'] });
    expect([exitCode(missing), outputText(missing)]).toEqual([
      127,
      expect.stringContaining('nonesuch-program'),
    ]);
  });
});

describe('the tools for models', () => {
  it('are defined for the Responses API, run commands, and answer in the words of exec mode', async () => {
    await using runtime = await open({ rules: 'none', sandbox: 'danger-full-access' });
    const tools = modelTools(runtime, { workspace });
    expect(tools.definitions).toMatchObject([{ name: 'exec_command' }, { name: 'write_stdin' }]);
    const call = { callId: '1', name: 'exec_command', arguments: JSON.stringify({ cmd: 'echo hi' }) };
    expect(await tools.call(call)).toMatch(/Process exited with code 0\n[^]*Output:\nhi\n$/u);
    expect(await tools.call({ callId: '2', name: 'exec_command', arguments: '{' })).toContain(
      'failed to parse',
    );
    expect(await tools.call({ callId: '3', name: 'nonesuch', arguments: '{}' })).toBe(
      'unsupported call: nonesuch',
    );
    await tools.close();
  });
});
