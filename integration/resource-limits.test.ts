// Limits as a person or an embedder sets them, seen by what a command can no longer do.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShellRuntime, renderCaptured } from '../src/index.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const hasSandbox = await hasRuntimeSandbox('limits of a command');

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
let root: string;
let env: Readonly<Record<string, string>>;

beforeEach(() => {
  root = realpathSync(mkdtempSync('/var/tmp/cordon-limits-'));
  env = { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: join(root, 'home') };
  for (const name of ['work', 'home']) mkdirSync(join(root, name));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Prints what bounds the process that runs it. */
const probe = 'ulimit -n; ulimit -t; ulimit -f';

async function cordon(
  args: readonly string[],
): Promise<{ status: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, ...args], {
    cwd: join(root, 'work'),
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { status: exitCode, stdout, stderr };
}

const flags = ['--limit-open-files', '50', '--limit-cpu', '7', '--limit-file', '1M'];

describe.skipIf(!hasSandbox)('limits of a command', () => {
  for (const verb of ['run', 'sandbox']) {
    it(`hold under cordon ${verb} when they stand on the command line`, async () => {
      const ended = await cordon([verb, ...flags, '--', 'bash', '-c', probe]);
      expect(ended).toEqual({ status: 0, stdout: '50\n7\n1024', stderr: '' });
    });

    it(`stop cordon ${verb} from forking without end`, async () => {
      const script = 'for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; wait';
      const { stdout, stderr } = await cordon([
        ...[verb, '--limit-processes', '4', '--', 'bash', '-c', `(${script}) 2>&1 || true`],
      ]);
      expect(stdout + stderr).toMatch(/fork|Resource temporarily unavailable/u);
    });
  }

  it('hold when the configuration sets them, and the command line has the last word', async () => {
    writeFileSync(join(root, 'home', 'config.toml'), '[limits]\nopen_files = 60\ncpu_seconds = 9\n');
    const ended = await cordon(['run', '--limit-cpu', '8', '--', 'bash', '-c', 'ulimit -n; ulimit -t']);
    expect(ended).toEqual({ status: 0, stdout: '60\n8', stderr: '' });
  });

  it('end a file at its size, whatever writes it', async () => {
    const { status } = await cordon([
      ...['sandbox', '--limit-file', '64K', '--', 'dd', 'if=/dev/zero', 'of=big', 'bs=1K', 'count=200'],
    ]);
    expect(status).toBe(128 + 25); // SIGXFSZ
  });

  it('hold for a command without a sandbox, each process by itself', async () => {
    const ended = await cordon(['run', '-s', 'danger-full-access', ...flags, '--', 'bash', '-c', probe]);
    expect(ended).toEqual({ status: 0, stdout: '50\n7\n1024', stderr: '' });
  });

  it('are an option of the runtime, for commands and sessions alike', async () => {
    const runtime = await createShellRuntime({
      workspace: join(root, 'work'),
      baseEnv: env,
      limits: { openFiles: 40, cpuSeconds: 5 },
    });
    try {
      const result = await runtime.exec({ command: 'ulimit -n; ulimit -t' });
      const { outcome } = result.kind === 'ran' ? result.attempts.at(-1)! : { outcome: undefined };
      expect(outcome?.kind === 'exited' ? renderCaptured(outcome.output.stdout) : result).toBe('40\n5\n');
      const opened = await runtime.sessions.open({ command: 'ulimit -n', yieldMs: 10_000 });
      expect(opened.ok ? renderCaptured(opened.value.output) : opened).toBe('40\n');
    } finally {
      await runtime.close();
    }
  });
});

describe('limits that cannot be read', () => {
  for (const [says, args, message] of [
    ['a unit nobody knows', ['--limit-memory', '1Q'], /--limit-memory takes bytes/u],
    ['a fraction', ['--limit-cpu', '1.5'], /--limit-cpu takes a whole number/u],
  ] as const) {
    it(`are refused by name: ${says}`, async () => {
      const { status, stderr } = await cordon(['run', ...args, '--', 'true']);
      expect(status).toBe(2);
      expect(stderr).toMatch(message);
    });
  }

  it('are refused by name in the configuration', async () => {
    writeFileSync(join(root, 'home', 'config.toml'), '[limits]\nmemory_bytes = -1\n');
    const { status, stderr } = await cordon(['run', '--', 'true']);
    expect(status).toBe(1);
    expect(stderr).toContain('limits.memory_bytes');
  });

  it('are refused by name among the options of the runtime', async () => {
    const made = createShellRuntime({ workspace: root, limits: { memoryBytes: 0.5 } });
    await expect(made).rejects.toThrow(/`limits`: expected whole numbers/u);
  });

  it('are not mistaken for another when they are misspelled', async () => {
    const made = createShellRuntime({ workspace: root, limits: { memory: 5 } as never });
    await expect(made).rejects.toThrow(/`limits\.memory`/u);
  });
});
