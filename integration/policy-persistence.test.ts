// Saving rules from several processes at once, and from processes that are killed in the middle: nothing is lost,
// nothing is torn, nobody waits for the dead.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type * as Policy from '../src/policy/index.ts';
import type * as FileLock from '../src/policy/save/file-lock.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'cordon-persist-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** A process that saves rules below `home`, one for each name that `names` yields, and prints a line for each. */
function saver(home: string, names: string): ChildProcess {
  const code = `
    import { createPolicyStore } from ${JSON.stringify(`${dist}policy/index.js`)};
    const store = await createPolicyStore({
      locations: { home: ${JSON.stringify(home)}, system: '/nowhere' },
      resolver: { locate: () => ({ kind: 'untrusted', because: 'unused' }), realPath: () => undefined },
      lockWaitMs: 60_000,
    });
    for (const name of ${names}) {
      const saved = await store.amend({ allowPrefix: ['program', name] }, 'user');
      process.stdout.write((saved.ok ? 'saved ' + name : 'failed ' + saved.error.message) + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function linesOf(child: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  if (child.stdout === null) throw new Error('stdout is a pipe');
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}

async function firstLines(child: ChildProcess, count: number): Promise<void> {
  if (child.stdout === null) throw new Error('stdout is a pipe');
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    seen += 1;
    if (seen >= count) return;
  }
  throw new Error(`the process ended after ${seen} lines`);
}

const savedFile = (home: string): string => readFileSync(`${home}/rules/default.rules`, 'utf8');

/** Every saved name, by loading the file as a start of the program would. */
async function savedNames(home: string): Promise<readonly unknown[]> {
  const { loadPolicy } = (await import(`${dist}policy/index.js`)) as typeof Policy;
  const { policy, errors } = await loadPolicy({ home, system: '/nowhere' });
  expect(errors).toEqual([]);
  return policy.rules.map(({ rest }) => rest[0]);
}

describe('saving rules', () => {
  it('loses and tears nothing when eight processes save fifty rules each', async () => {
    const home = temporaryHome();
    const own = (index: number): string => `Array.from({ length: 50 }, (_, at) => 'p${index}-' + at)`;
    const savers = Array.from({ length: 8 }, (_, index) => saver(home, `[...${own(index)}, 'shared']`));
    const said = await Promise.all(savers.map(linesOf));
    expect(said.flat().filter((line) => !line.startsWith('saved '))).toEqual([]);
    const names = await savedNames(home);
    expect(names).toHaveLength(401);
    expect(new Set(names).size).toBe(401);
    expect(readdirSync(`${home}/rules`)).toEqual(['default.rules']);
  });

  it('leaves a file that loads, and no lock that lasts, when a process is killed in the middle', async () => {
    const home = temporaryHome();
    let saved = 0;
    for (let round = 0; round < 8; round += 1) {
      const forever = `(function* () { for (let at = 0; ; at += 1) yield 'r${round}-' + at + 'x'.repeat(at % 300); })()`;
      const children = [saver(home, forever), saver(home, forever.replaceAll(`r${round}-`, `s${round}-`))];
      await Promise.all(children.map((child) => firstLines(child, 3 + round * 2)));
      for (const child of children) child.kill('SIGKILL');
      const names = await savedNames(home);
      expect(names.length).toBeGreaterThanOrEqual(saved + 6);
      expect(savedFile(home).endsWith('\n')).toBe(true);
      saved = names.length;
    }
    const after = await linesOf(saver(home, `['after']`));
    expect(after).toEqual(['saved after']);
    expect(await savedNames(home)).toHaveLength(saved + 1);
  });

  it('takes the lock from a holder that was killed, and waits a bounded time for one that is stopped', async () => {
    const home = temporaryHome();
    await linesOf(saver(home, `['first']`));
    const lock = `${home}/rules/.default.rules.lock`;
    const holderCode = `
      import { acquireLock } from ${JSON.stringify(`${dist}policy/save/file-lock.js`)};
      const lock = await acquireLock(${JSON.stringify(lock)});
      process.stdout.write(lock.kind + '\\n');
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', holderCode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      holder.kill('SIGKILL');
    });
    await firstLines(holder, 1);

    holder.kill('SIGSTOP');
    const { acquireLock } = (await import(`${dist}policy/save/file-lock.js`)) as typeof FileLock;
    expect(await acquireLock(lock, { waitMs: 100 })).toEqual({
      kind: 'busy',
      because: `process ${holder.pid} holds ${lock} and did not let go within 100 ms`,
    });

    holder.kill('SIGKILL');
    expect(await linesOf(saver(home, `['second']`))).toEqual(['saved second']);
    expect(await savedNames(home)).toEqual(['first', 'second']);
  });

  it('never shows a reader half a rule', async () => {
    const home = temporaryHome();
    const writing = linesOf(saver(home, `Array.from({ length: 200 }, (_, at) => 'n' + at)`));
    const state = { done: false };
    void writing.then(() => (state.done = true));
    let most = 0;
    while (!state.done) {
      const names = await savedNames(home);
      expect(names.length).toBeGreaterThanOrEqual(most);
      most = names.length;
      // Loading is synchronous inside: without a turn of the loop the writer's end would never be heard of.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await savedNames(home)).toHaveLength(200);
  });
});
