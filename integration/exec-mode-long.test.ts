// A turn of many responses: memory stays flat, the thread is kept whole, and a kill -9 at any moment loses nothing that
// was answered and runs nothing twice. `CORDON_LONG=1` is the whole size.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  call,
  createBench,
  type ExecBench,
  type Item,
  type ModelRequest,
  say,
} from './support/mock-model-server.ts';

const { turns, kills } =
  process.env['CORDON_LONG'] === '1' ? { turns: 200, kills: 20 } : { turns: 30, kills: 4 };
const open = ['--sandbox', 'danger-full-access', '--max-turns', String(2 * turns + 10)];

/** Asks for two commands a response, and knows from the history alone which come next. */
function asksForTwo({ body }: ModelRequest): { readonly items: readonly Item[] } {
  const answered = new Set(
    body.input.flatMap(({ type, call_id }) => (type === 'function_call_output' ? call_id : [])),
  );
  const next = Array.from({ length: turns }, (_, turn) => turn).find((turn) => !answered.has(`k${turn}a`));
  if (next === undefined) return { items: [say('done')] };
  return {
    items: ['a', 'b'].map((half) => {
      const id = `k${next}${half}`;
      return call(id, 'exec_command', { cmd: `echo ${id} >> log; seq 200` });
    }),
  };
}

const longBench = async (): Promise<ExecBench> =>
  await createBench(Array.from({ length: 3 * turns + 50 }, () => asksForTwo));

const loggedIn = ({ lab }: ExecBench): string[] => {
  const log = join(lab.workspace, 'log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
};

const everyCall = Array.from({ length: turns }, (_, turn) => [`k${turn}a`, `k${turn}b`]).flat();

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);
}

describe.skipIf(process.platform !== 'linux')('a long turn', () => {
  it('takes no more memory at its end than in its middle', { timeout: 600_000 }, async () => {
    await using bench = await longBench();
    const used: number[] = [];
    const run = await bench.run({
      args: open,
      onStdout: (text, { pid }) => {
        if (text.includes('item.completed') && pid !== undefined && existsSync(`/proc/${String(pid)}`))
          used.push(residentKiB(pid));
      },
    });
    expect([run.status, run.events().at(-1)?.type]).toEqual([0, 'turn.completed']);
    expect(run.commands().map(({ status }) => status)).toEqual(everyCall.map(() => 'completed'));
    expect(loggedIn(bench).toSorted()).toEqual(everyCall.toSorted());
    const half = Math.floor(used.length / 2);
    const [middle, end] = [Math.max(...used.slice(0, half)), Math.max(...used.slice(half))];
    // The history is sent whole each time, and the collector takes its time.
    expect(end).toBeLessThan(middle * 1.3 + 24 * 1024);
  });

  it('goes on after each kill, and runs nothing twice', { timeout: 600_000 }, async () => {
    await using bench = await longBench();
    let thread: string | undefined;
    for (let kill = 0; kill < kills; kill += 1) {
      // Another moment each time: after so many events, in the middle of whatever is going on.
      const after = 2 + ((kill * 7) % Math.max(4, Math.floor((4 * turns) / (kills + 1))));
      let seen = 0;
      const run = await bench.run({
        args: thread === undefined ? open : [...open, 'resume', thread],
        prompt: kill === 0 ? 'go' : 'go on',
        onStdout: (text, child) => {
          seen += text.split('\n').length - 1;
          if (seen > after) child.kill('SIGKILL');
        },
      });
      const line = run.stdout.split('\n')[0] ?? '';
      thread ??= (JSON.parse(line) as { readonly thread_id: string }).thread_id;
      expect([run.signal, line]).toEqual(['SIGKILL', expect.stringContaining(thread)]);
    }
    const last = await bench.run({ args: [...open, 'resume', thread ?? ''], prompt: 'go on' });
    expect([last.status, last.events().at(-1)?.type]).toEqual([0, 'turn.completed']);
    const logged = loggedIn(bench);
    expect(new Set(logged).size).toBe(logged.length);
    // What was going on at a kill is told to the model as unanswered, and is not run again by itself.
    expect(everyCall.filter((id) => !logged.includes(id)).length).toBeLessThanOrEqual(2 * kills);
    const kept = readFileSync(join(bench.lab.home, 'sessions', `${thread ?? ''}.jsonl`), 'utf8');
    expect(
      kept
        .trim()
        .split('\n')
        .every((text) => typeof JSON.parse(text) === 'object'),
    ).toBe(true);
  });
});
