// What a traced command really did: its programs, their ends, what they changed and what they did not get. Seen through
// the whole runtime; as root, too.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createShellRuntime, type ExecResult, traceTree } from '../src/index.ts';
import { hasFullSandbox, systemPath } from './support/launcher-rig.ts';

const isAble = await hasFullSandbox();

describe.skipIf(!isAble)('the trace of a command', () => {
  const places: string[] = [];
  afterAll(() => {
    for (const place of places) rmSync(place, { recursive: true, force: true });
  });

  function makePlace(name: string): string {
    const place = realpathSync(mkdtempSync(join('/var/tmp', name)));
    places.push(place);
    return place;
  }

  /** Without times: `[exit 0]`. */
  async function trace(
    script: string,
    rules = '',
  ): Promise<{ lines: readonly string[]; result: ExecResult }> {
    const [workspace, home] = [makePlace('cordon-traced-'), makePlace('cordon-home-')];
    mkdirSync(join(home, 'rules'));
    writeFileSync(join(home, 'rules', 'a.rules'), rules);
    const env = { PATH: systemPath, HOME: workspace, CORDON_HOME: home };
    const runtime = await createShellRuntime({ workspace, baseEnv: env });
    try {
      const handle = runtime.start({ command: ['bash', '-c', script], trace: true });
      const result = await handle.result;
      const traces =
        result.kind === 'not-run' ? [] : result.attempts.flatMap((attempt) => attempt.trace ?? []);
      const lines = traces
        .flatMap(traceTree)
        .map((line) => line.replace(/ after [\d.]+ ms\]$/u, ']').replaceAll(workspace, '.'));
      return { lines, result };
    } finally {
      await runtime.close();
    }
  }

  it('is the tree of its programs, with ends, changes and denials', async () => {
    const outside = makePlace('cordon-outside-');
    const script = [
      'echo a > x; (sleep 0.01; true; mkdir d)',
      'mv x y',
      'sh -c "exit 3"',
      "sh -c 'kill -9 $$'",
      `touch ${outside}/x`,
      'rm -r d',
      'exec true none',
    ].join('; ');
    const { lines } = await trace(script);
    expect(lines.slice(1)).toEqual([
      '  · created ./x',
      '  sleep 0.01  [exit 0]',
      '  mkdir d  [exit 0]',
      '    · made directory ./d',
      '  mv x y  [exit 0]',
      '    · renamed ./x to ./y',
      "  sh -c 'exit 3'  [exit 3]",
      "  sh -c 'kill -9 $$'  [ended by SIGKILL]",
      `  touch ${outside}/x  [exit 1]`,
      `    · denied: openat ${outside}/x (read-only-mount)`,
      '  rm -r d  [exit 0]',
      '    · removed ./d',
      '  true none  [exit 0]',
    ]);
    expect(lines[0]).toMatch(/^bash -c .*\[became another program\]$/u);
  });

  it('names what rules did not let it start', async () => {
    const rule = 'prefix_rule(pattern = ["touch"], decision = "forbidden")\n';
    const { lines } = await trace('T=$(command -v touch); cp "$T" t; ./t x; true', rule);
    expect(lines.filter((line) => /not started/u.test(line))).toEqual([
      '  · not started: touch x (forbidden)',
    ]);
  });

  it('is bounded for a command with far too much to tell, which runs on', async () => {
    const { lines, result } = await trace(
      'x=$(printf %09000d 1); for i in $(seq 40); do /bin/true $x $x $x; done; for i in $(seq 300); do : > f$i; done; exit 7',
    );
    const outcome = result.kind === 'not-run' ? undefined : result.outcome;
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 7 });
    const text = lines.join('\n');
    expect(text.match(/^ {2}\/bin\/true/gmu)?.length).toBe(40);
    expect(text.length).toBeLessThan(200_000);
  });

  it('is not there where nobody asked', async () => {
    const workspace = makePlace('cordon-traced-');
    const runtime = await createShellRuntime({ workspace, rules: 'none', approvalPolicy: 'never' });
    const result = await runtime.exec({ command: ['true'] });
    await runtime.close();
    expect(result.kind === 'ran' ? result.attempts[0].trace : 'none').toBe(undefined);
  });
});
