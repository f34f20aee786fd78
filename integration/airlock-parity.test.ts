// Ordinary tools behave in a layer as outside: each row's steps run plainly and as one-shot commands of a runtime, and
// what they print, how they end, and what is there afterwards, outside, is the same.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecResult } from '../src/index.ts';
import { ParityGround, readParityRows } from './support/parity-ground.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('ordinary tools in layers');
const rows = readParityRows(
  process.env['PARITY'] ?? fileURLToPath(new URL('fixtures/parity.jsonl', import.meta.url)),
);
const ground = new ParityGround();
beforeAll(async () => {
  if (usable) await ground.open();
});
afterAll(async () => {
  await ground.close();
});

async function inLayers(cwd: string, script: string): Promise<string> {
  return tell(await ground.runtime.exec({ command: ['bash', '-c', script], cwd }));
}

function tell(result: ExecResult): string {
  if (result.kind === 'not-run') return `not run: ${result.refusal.reason}`;
  const { outcome, attempts } = result;
  if (outcome.kind !== 'exited') return outcome.kind;
  const { changes } = attempts[0];
  const whole = changes?.kind === 'committed' && changes.conflicts.length === 0 && changes.held.length === 0;
  const { head, tail } = outcome.output.stdout;
  const said = `status ${String(outcome.exitCode)}\n${Buffer.concat([head, tail]).toString('latin1')}`;
  return whole ? said : `${said}\n${JSON.stringify(changes)}`;
}

describe.skipIf(!usable || process.platform !== 'linux')(
  'an ordinary tool behaves in a layer as outside',
  () => {
    it.each(rows)('$name', { timeout: 120_000 }, async (row) => {
      const plain = await ground.playPlainly(row);
      expect(await ground.play(row, 'layers', inLayers)).toEqual(plain);
    });

    it('in at least sixty rows', () => {
      expect(new Set(rows.map(({ name }) => name)).size).toBeGreaterThanOrEqual(60);
    });
  },
);
