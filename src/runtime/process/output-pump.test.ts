import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Deliver, OutputPump } from './output-pump.ts';

const soon = { quietMs: 20, limitMs: 60 };
const never = new Promise<never>(() => undefined);

function pumpInto(deliver: Deliver) {
  const pipes = { stdout: new PassThrough(), stderr: new PassThrough() };
  return { pipes, pump: new OutputPump(pipes, deliver) };
}

describe('OutputPump', () => {
  it('delivers in the order of arrival, by stream, and is finished at the end of both', async () => {
    const seen: string[] = [];
    const { pipes, pump } = pumpInto(
      (stream, bytes) => void seen.push(`${stream} ${Buffer.from(bytes).toString()}`),
    );
    pipes.stdout.write('a');
    pipes.stderr.write('b');
    pipes.stdout.end('c');
    pipes.stderr.end();
    await pump.finished;
    expect(seen).toEqual(['stdout a', 'stderr b', 'stdout c']);
  });

  it('reads neither stream while a consumer of one is busy', async () => {
    const seen: string[] = [];
    let letGo = (): void => undefined;
    const { pipes, pump } = pumpInto((stream) => {
      seen.push(stream);
      return seen.length === 1 ? new Promise((resolve) => (letGo = resolve)) : undefined;
    });
    pipes.stdout.write('a');
    await new Promise(setImmediate);
    pipes.stdout.end('b');
    pipes.stderr.end('c');
    await new Promise(setImmediate);
    expect(seen).toEqual(['stdout']);
    letGo();
    await pump.finished;
    expect(seen.toSorted()).toEqual(['stderr', 'stdout', 'stdout']);
  });

  it('goes on when a busy consumer failed', async () => {
    const { pipes, pump } = pumpInto(() => Promise.reject(new Error('consumer')));
    pipes.stdout.end('a');
    pipes.stderr.end('b');
    await pump.finished;
  });

  it('takes a pipe that broke for one that ended', async () => {
    const { pipes, pump } = pumpInto(() => undefined);
    pipes.stdout.destroy(new Error('ECONNRESET'));
    pipes.stderr.end();
    await pump.finished;
  });

  describe('drain', () => {
    it('is complete when both pipes end', async () => {
      const { pipes, pump } = pumpInto(() => undefined);
      pipes.stdout.end('late');
      pipes.stderr.end();
      expect(await pump.drain(soon, never)).toBe('complete');
    });

    it('gives up a pipe that stays open and silent, and closes it', async () => {
      const { pipes, pump } = pumpInto(() => undefined);
      pipes.stderr.end();
      expect(await pump.drain(soon, never)).toBe('abandoned');
      expect(pipes.stdout.destroyed).toBe(true);
    });

    it('gives up a pipe that never falls silent, with everything that came', async () => {
      let arrived = 0;
      const { pipes, pump } = pumpInto((_, bytes) => void (arrived += bytes.length));
      pipes.stdout.write('xxx');
      let written = 3;
      const chatter = setInterval(() => {
        if (pipes.stdout.write('x')) written += 1;
      }, 2);
      expect(await pump.drain(soon, never)).toBe('abandoned');
      clearInterval(chatter);
      expect(arrived).toBeGreaterThan(2);
      expect(arrived).toBeLessThanOrEqual(written);
    });

    it('ends early when it is cut', async () => {
      const { pump } = pumpInto(() => undefined);
      const patient = { quietMs: 60_000, limitMs: 60_000 };
      expect(await pump.drain(patient, Promise.resolve())).toBe('abandoned');
    });

    it('does not wait for a consumer that never comes back', async () => {
      let arrived = 0;
      const { pipes, pump } = pumpInto((_, bytes) => {
        arrived += bytes.length;
        return never;
      });
      pipes.stdout.write('a');
      await new Promise(setImmediate);
      pipes.stdout.end('b');
      pipes.stderr.end('c');
      expect(await pump.drain(soon, never)).toBe('complete');
      expect(arrived).toBe(3);
    });

    it('loses nothing that lay in a pipe while the event loop was blocked', async () => {
      let arrived = 0;
      const { pipes, pump } = pumpInto((_, bytes) => void (arrived += bytes.length));
      const drained = pump.drain(soon, never);
      setImmediate(() => {
        pipes.stdout.end('late');
        pipes.stderr.end();
        const until = performance.now() + 100;
        while (performance.now() < until);
      });
      expect(await drained).toBe('complete');
      expect(arrived).toBe(4);
    });
  });
});
