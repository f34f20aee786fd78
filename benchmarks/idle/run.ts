// What a quiet runtime keeps: the processes below it and their memory, after its first command, after the runs that were
// kept ready were given up, and without a launch server. Linux; the memory of the launcher's processes is for root to see.
//
//   npx tsx benchmarks/idle/run.ts     (needs `npm run build:native` first)
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createShellRuntime, type ShellRuntime } from '../../src/index.ts';

const workspace = mkdtempSync('/var/tmp/cordon-bench-');
const patienceMs = 90_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly isLauncher: boolean;
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), parent, isLauncher: stat.includes('(cordon-launcher)') }];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

/** Launchers that this process is responsible for. */
function kept(): readonly number[] {
  const all = processes();
  const isOurs = (pid: number): boolean => {
    if (pid === process.pid) return true;
    const found = all.find((each) => each.pid === pid);
    return found !== undefined && found.parent !== 0 && isOurs(found.parent);
  };
  return all.filter(({ pid, isLauncher }) => isLauncher && isOurs(pid)).map(({ pid }) => pid);
}

function kib(pid: number, name: 'Rss' | 'Pss'): number {
  const text = readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(text)?.[1] ?? Number.NaN);
}

/** Once there are so many, and they stay. */
async function show(says: string, count: number): Promise<void> {
  const until = performance.now() + patienceMs;
  for (let seen = 0; seen < 5; seen = kept().length === count ? seen + 1 : 0) {
    if (performance.now() > until)
      throw new Error(`Cannot measure: ${says}, there are ${String(kept().length)} processes`);
    await pause(100);
  }
  const pids = kept();
  const sum = (name: 'Rss' | 'Pss'): string =>
    String(pids.reduce((total, pid) => total + kib(pid, name), 0)).padStart(8);
  console.log(`${says.padEnd(44)}${String(pids.length).padStart(10)}${sum('Rss')} KiB${sum('Pss')} KiB`);
}

async function runtime(spareLauncher: boolean): Promise<ShellRuntime> {
  const made = await createShellRuntime({
    workspace,
    excludeSlashTmp: true,
    excludeTmpdir: true,
    spareLauncher,
  });
  await made.exec({ command: ['true'] });
  return made;
}

try {
  console.log(`${''.padEnd(44)} processes         RSS         PSS`);
  {
    await using server = await runtime(true);
    await show('after a command', 5);
    await show('a minute after the last one', 1);
    await server.exec({ command: ['true'] });
  }
  {
    await using none = await runtime(false);
    await show('spareLauncher: false', 0);
    await none.exec({ command: ['true'] });
  }
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
