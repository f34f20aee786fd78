import { describe, expect, it } from 'vitest';
import { noEnforcement, type AbsolutePath, type PreparedCommand, type RunnerIo } from '../domain/index.ts';
import type { LayTools } from '../airlock/index.ts';
import { inLayers } from './run-in-layers.ts';

const root = '/nowhere/workspace' as AbsolutePath;
const command: PreparedCommand = {
  kind: 'launched',
  launcher: '/nowhere/launcher' as AbsolutePath,
  start: new Uint8Array(),
  enforcement: noEnforcement,
  writes: { roots: [root], protect: [] },
};
const noPlace: LayTools = {
  candidates: [],
  judge: () => ({ kind: 'judged', changes: [] }),
  putAside: () => [],
};

function io(told: unknown[]): RunnerIo {
  return {
    stdin: { kind: 'null' },
    timeoutMs: 'none',
    onOutput: () => undefined,
    onStarted: ({ missing }) => told.push(missing),
  };
}

describe('a command where layers cannot be had', () => {
  it('runs over the directories themselves, and its record says what is missing', async () => {
    const told: unknown[] = [];
    const begun: PreparedCommand[] = [];
    const ended = await inLayers(noPlace)(command, io(told), async (ready, { onStarted }) => {
      begun.push(ready);
      onStarted(noEnforcement, 7);
      const outcome = {
        kind: 'spawn-failed',
        failure: { stage: 'exec', errno: 'ENOENT', message: '' },
      } as const;
      return await Promise.resolve({
        kind: 'finished',
        outcome,
        report: { enforcement: noEnforcement, denials: [] },
      });
    });
    const missing = [
      {
        restriction: 'judged-changes',
        because: expect.stringMatching(/^what is written counts at once, and is not judged: ./) as unknown,
      },
    ];
    expect(begun).toEqual([command]);
    expect(told).toEqual([missing]);
    expect(ended).toMatchObject({ report: { enforcement: { missing } } });
    expect('changes' in ended).toBe(false);
  });

  it('needs none where it may write nowhere', async () => {
    const told: unknown[] = [];
    const { writes: _, ...readOnly } = command;
    await inLayers(noPlace)(readOnly, io(told), async (ready, { onStarted }) => {
      expect(ready).toBe(readOnly);
      onStarted(noEnforcement, 7);
      const outcome = {
        kind: 'spawn-failed',
        failure: { stage: 'exec', errno: 'ENOENT', message: '' },
      } as const;
      return await Promise.resolve({
        kind: 'finished',
        outcome,
        report: { enforcement: undefined, denials: [] },
      });
    });
    expect(told).toEqual([[]]);
  });
});
