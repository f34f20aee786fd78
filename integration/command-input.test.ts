// What an embedding program types at a command while it runs: from a source of bytes, or on a terminal.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { createShellRuntime, outputText, type ShellRuntime, type ShellRuntimeOptions } from '../src/index.ts';
import { ensureLauncher } from '../src/sandbox/index.ts';
import { requireCapability } from './support/require-capability.ts';

const root = realpathSync(mkdtempSync('/var/tmp/cordon-input-'));
const workspace = join(root, 'workspace');
mkdirSync(workspace);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const launcher = process.platform === 'win32' ? undefined : await ensureLauncher();
const usable = requireCapability(
  'commands that are typed to',
  launcher?.ok === true
    ? { kind: 'present' }
    : { kind: 'missing', what: 'there is no launcher', hint: 'Run `npm rebuild cordon`' },
  process.platform === 'linux' ? process.env : {},
);

const open = async (over: Partial<ShellRuntimeOptions> = {}): Promise<ShellRuntime> =>
  await createShellRuntime({
    workspace,
    rules: 'none',
    baseEnv: { PATH: '/usr/bin:/bin', HOME: root },
    defaultTimeoutMs: 60_000,
    ...over,
  });

const inWorkspace = (name: string): string => join(workspace, name);

describe.runIf(usable)('a source of bytes as input', () => {
  it('is read while the command runs, in its layer', async () => {
    await using runtime = await open();
    const seen: boolean[] = [];
    const told = new Promise<void>((resolve) => {
      runtime.onEvent(({ type }) => {
        if (type === 'output.chunk') resolve();
      });
    });
    const source = (async function* () {
      // It has written by now.
      await told;
      seen.push(existsSync(inWorkspace('copy')));
      yield Buffer.from('one\n');
      yield Buffer.from('two\n');
    })();
    const result = await runtime.exec({
      command: 'echo early > copy; echo told; read a; read b; echo "$a $b" >> copy',
      stdin: source,
    });
    expect(result.kind).toBe('ran');
    expect([seen, readFileSync(inWorkspace('copy'), 'utf8')]).toEqual([[false], 'early\none two\n']);
  });

  it('may be a stream of Node, larger than any pipe', async () => {
    await using runtime = await open({ sandbox: 'danger-full-access' });
    const stdin = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(65_536, 'x')));
    expect(outputText(await runtime.exec({ command: 'wc -c', stdin }))).toBe('6553600\n');
  });

  it('that never ends holds no command up that does not read it', async () => {
    await using runtime = await open({ sandbox: 'danger-full-access' });
    const endless = (async function* () {
      for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
    })();
    expect(outputText(await runtime.exec({ command: 'echo done', stdin: endless }))).toBe('done\n');
  });

  it('that fails rejects the call, and the command found its input at an end', async () => {
    await using runtime = await open({ sandbox: 'danger-full-access' });
    const broken = (async function* (): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      throw new Error('the source is gone');
    })();
    await expect(runtime.exec({ command: 'cat; touch ended', stdin: broken })).rejects.toThrow(
      'the source is gone',
    );
    expect(existsSync(inWorkspace('ended'))).toBe(true);
  });

  it('is told to whoever is asked: the input stays open', async () => {
    const asked: unknown[] = [];
    await using runtime = await open({
      approvalPolicy: 'untrusted',
      reviewer: {
        review: async ({ input, inputStaysOpen }) => {
          asked.push({ input, inputStaysOpen });
          return await Promise.resolve({ kind: 'denied', message: undefined });
        },
      },
    });
    const taken: string[] = [];
    const source = (async function* () {
      taken.push('asked');
      yield await Promise.resolve(Buffer.from('rm -rf /'));
    })();
    await runtime.exec({ command: ['sh'], stdin: source });
    expect([asked, taken]).toEqual([[{ input: undefined, inputStaysOpen: true }], []]);
  });

  it.each([
    {
      says: 'text where bytes are read',
      stdin: Readable.from(['text']),
      why: 'the input gave what are no bytes',
    },
    { says: 'an iterator that is none', stdin: { next: () => undefined }, why: '`stdin.next`' },
  ])('refuses $says', async ({ stdin, why }) => {
    await using runtime = await open({ sandbox: 'danger-full-access' });
    await expect(runtime.exec({ command: 'cat', stdin: stdin as never })).rejects.toThrow(why);
  });
});

describe.runIf(usable)('a command on a terminal', () => {
  it('has its size, every byte that is typed, and its output as one stream', async () => {
    await using runtime = await open();
    await using command = runtime.start({
      command: 'stty -echo raw; stty size; printf ready; head -c 4 | od -An -tx1; test -t 1 && exit 7',
      terminal: { rows: 33, cols: 99 },
    });
    let text = '';
    const streams = new Set<string>();
    for await (const event of command.events) {
      if (event.type !== 'output.chunk') continue;
      streams.add(event.stream);
      text += Buffer.from(event.bytes).toString('latin1');
      if (text.endsWith('ready')) await command.stdin?.write(Uint8Array.of(0xff, 0x03, 0x04, 0x1a));
    }
    expect([...streams]).toEqual(['tty']);
    expect(text.replaceAll(/\s+/gu, ' ').trim()).toBe('33 99 ready ff 03 04 1a');
    expect(await command.result).toMatchObject({ kind: 'ran', outcome: { kind: 'exited', exitCode: 7 } });
  });

  it('is told a new size, and the end of its input', async () => {
    await using runtime = await open();
    const command = runtime.start({
      command:
        'echo ready; until [ "$(stty size)" = "50 120" ]; do sleep 0.05; done; echo resized; cat; echo over',
      terminal: { rows: 24, cols: 80 },
    });
    let text = '';
    for await (const event of command.events) {
      if (event.type !== 'output.chunk') continue;
      text += Buffer.from(event.bytes).toString();
      if (text.endsWith('ready\r\n')) command.resize({ rows: 50, cols: 120 });
      if (text.endsWith('resized\r\n')) await command.stdin?.end();
    }
    expect(text).toBe('ready\r\nresized\r\nover\r\n');
  });

  it('is judged while it runs: a hook it leaves is put aside', async () => {
    await using runtime = await open();
    const command = runtime.start({
      command: "git init -q; printf '#!/bin/sh\\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
      terminal: { rows: 24, cols: 80 },
    });
    const result = await command.result;
    expect(result.kind !== 'not-run' && result.held?.map(({ path }) => path)).toEqual([
      inWorkspace('.git/hooks/pre-commit'),
    ]);
    expect(existsSync(inWorkspace('.git/hooks/pre-commit'))).toBe(false);
  });

  it('takes no second input, and no size that is none', async () => {
    await using runtime = await open();
    const size = { rows: 24, cols: 80 };
    expect(() => runtime.start({ command: 'ls', terminal: size, stdin: 'x' })).toThrow('`stdin`');
    expect(() => runtime.start({ command: 'ls', terminal: { rows: 0, cols: 80 } })).toThrow('`terminal`');
    await using command = runtime.start({ command: 'ls', terminal: size });
    expect(() => command.resize({ rows: 1, cols: 5000 })).toThrow('`size`');
  });
});
