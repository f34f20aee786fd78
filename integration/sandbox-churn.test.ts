// Other programs work in the directories that commands may write: they make, save, swap and remove, this very moment. No command
// is refused for it, nothing outside changes, and no command is in the way of what works beside it.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShellRuntime, type ShellRuntime } from '../src/index.ts';
import { launch, sh, workspaceWrite } from './support/launcher-rig.ts';
import { reachableCordon } from './support/reachable.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const isRoot = process.getuid?.() === 0;
const users = isRoot ? [0, 65_534] : [process.getuid?.() ?? 0];
const neighbour = fileURLToPath(new URL('fixtures/busy-neighbour.py', import.meta.url));
/** `CORDON_CHURN=10` is the full size: 300 commands a user. */
const size = Number(process.env['CORDON_CHURN'] ?? 2);
const script = 'echo text > "$0" && cat "$0" && rm "$0"';

interface Neighbour {
  readonly child: ChildProcess;
  /** What it could not do, one line each. */
  said: string;
}

let base: string;
let neighbours: Neighbour[];

const at = (...names: string[]): string => join(base, ...names);

beforeEach(() => {
  base = realpathSync(mkdtempSync('/var/tmp/cordon-churn-'));
  neighbours = [];
  for (const name of ['work', 'home', 'tmp', 'outside', 'outside/a']) mkdirSync(at(name));
  for (let i = 0; i < 20; i++) writeFileSync(at('outside/a', String(i)), String(i));
  execFileSync('git', ['init', '-q', at('work')]);
  writeFileSync(at('work/.mcp.json'), '{}\n');
});
afterEach(() => {
  for (const { child } of neighbours) child.kill('SIGKILL');
  for (const name of readdirSync('/tmp').filter((name) => name.startsWith('cordon-churn-')))
    rmSync(join('/tmp', name), { recursive: true, force: true });
  rmSync(base, { recursive: true, force: true });
});

async function start(
  kind: 'repositories' | 'saves' | 'links',
  directory: string,
  uid: number,
): Promise<void> {
  const source = readFileSync(neighbour, 'utf8'); // the checkout may be closed to that user
  const child = spawn('/usr/bin/env', ['python3', '-c', source, kind, directory, at('outside')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
    ...(isRoot ? { uid, gid: uid } : {}),
  });
  const one: Neighbour = { child, said: '' };
  neighbours.push(one);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (one.said += text));
  await once(child.stdout, 'data'); // it has begun
}

/** What they had to say but that they began. */
async function stopNeighbours(): Promise<readonly string[]> {
  await Promise.all(
    neighbours.map(async ({ child }) => {
      const closed = once(child, 'close');
      child.stdin?.end();
      await closed;
    }),
  );
  return neighbours.flatMap(({ said }) => said.split('\n').filter((line) => !/^(?:began)?$/u.test(line)));
}

const outside = (): string =>
  execFileSync('sh', ['-c', 'find . -type f -exec cat {} + | sort; ls -lAR --time-style=full-iso'], {
    cwd: at('outside'),
    encoding: 'utf8',
  });

/** Each call of a lane, one after the other; the lanes beside each other. What did not end well. */
async function inLanes(
  lanes: readonly (readonly [count: number, run: (name: string) => Promise<unknown>])[],
): Promise<readonly unknown[]> {
  const ends = await Promise.all(
    lanes.map(async ([count, run], lane) => {
      const bad: unknown[] = [];
      for (let i = 0; i < count; i++) {
        const end = await run(`mine-${String(lane)}-${String(i)}`);
        if (end !== 'text\n') bad.push(end);
      }
      return bad;
    }),
  );
  return ends.flat();
}

/** Through the launcher alone: a command that writes to the directories themselves, as where there are no layers. */
async function launched(name: string, uid: number): Promise<unknown> {
  const policy = workspaceWrite(at('work'), ['/bin/sh', '-c', script, name], { privateTmp: false });
  if (policy.mode !== 'workspace-write') throw new Error('another mode');
  const shared = ['/tmp', at('tmp')].map((path) => ({ path, guard: 'git' as const }));
  const end = await launch({ ...policy, writable: [...policy.writable, ...shared] }, isRoot ? { uid } : {})
    .end;
  return end.status === 0 ? end.stdout : [end.status, end.frames];
}

async function session(runtime: ShellRuntime, name: string): Promise<unknown> {
  const read = await runtime.sessions.open({
    command: ['/bin/sh', '-c', script, name],
    until: 'exit',
    yieldMs: 30_000,
  });
  return read.ok && read.value.kind === 'finished' ? read.value.text : read;
}

async function oneShot(runtime: ShellRuntime, name: string): Promise<unknown> {
  const result = await runtime.exec({ command: ['/bin/sh', '-c', script, name], timeoutMs: 'none' });
  return result.kind === 'ran' && 'output' in result.outcome
    ? Buffer.from(result.outcome.output.stdout.head).toString()
    : result;
}

async function verb(cordon: string, words: readonly string[], name: string, uid: number): Promise<unknown> {
  const child = spawn(process.execPath, [cordon, ...words, '--', '/bin/sh', '-c', script, name], {
    cwd: at('work'),
    env: { PATH: '/usr/bin:/bin', HOME: at('home'), TMPDIR: at('tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid, gid: uid } : {}),
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
  const [status] = (await once(child, 'close')) as [number | null];
  return status === 0 && errors === '' ? output : [status, errors];
}

describe.skipIf(!(await hasRuntimeSandbox('busy neighbours')))('beside busy neighbours', () => {
  for (const uid of users) {
    /** Gives everything to the user and sets the neighbours to work. */
    async function prepare(): Promise<string> {
      if (isRoot) spawnSync('chown', ['-R', `${String(uid)}:${String(uid)}`, base]);
      chmodSync(base, 0o755);
      const before = outside();
      await start('repositories', '/tmp', uid);
      await start('repositories', at('work'), uid);
      await start('repositories', at('tmp'), uid);
      await start('links', '/tmp', uid);
      await start('saves', at('work'), uid);
      return before;
    }

    /** Of the commands and of the neighbours nothing is left. */
    const left = (): readonly string[] =>
      [at('work'), at('work/.git'), at('tmp')].flatMap((path) => readdirSync(path)).sort();

    it(`commands that write to the directories themselves are all run, as uid ${String(uid)}`, async () => {
      const clean = left();
      const before = await prepare();
      const lane = [6 * size, async (name: string) => await launched(name, uid)] as const;
      expect(await inLanes([lane, lane, lane, lane])).toEqual([]);
      expect([await stopNeighbours(), outside(), left()]).toEqual([[], before, clean]);
    }, 600_000);

    it(`the verbs are all run, as uid ${String(uid)}`, async () => {
      const clean = left();
      const before = await prepare();
      const cordon = reachableCordon();
      const bad = await inLanes([
        [2 * size, async (name) => await verb(cordon, ['sandbox'], name, uid)],
        [2 * size, async (name) => await verb(cordon, ['run', '--ask-for-approval', 'never'], name, uid)],
      ]);
      expect([bad, await stopNeighbours(), outside(), left()]).toEqual([[], [], before, clean]);
    }, 600_000);
  }

  it('commands and sessions of two runtimes are all run', async () => {
    const clean = [at('work'), at('work/.git'), at('tmp')].flatMap((path) => readdirSync(path)).sort();
    const uid = process.getuid?.() ?? 0;
    chmodSync(base, 0o755);
    const before = outside();
    for (const directory of ['/tmp', at('work'), at('tmp')]) await start('repositories', directory, uid);
    await start('links', at('tmp'), uid);
    await start('saves', at('work'), uid);
    const options = {
      workspace: at('work'),
      rules: { home: at('home'), system: at('no-system') },
      baseEnv: { PATH: '/usr/bin:/bin', HOME: at('home'), TMPDIR: at('tmp') },
    };
    await using one = await createShellRuntime(options);
    await using other = await createShellRuntime(options);
    const bad = await inLanes([
      [2 * size, async (name) => await session(one, name)],
      [2 * size, async (name) => await session(other, name)],
      [size, async (name) => await oneShot(one, name)],
      [size, async (name) => await oneShot(other, name)],
    ]);
    expect([bad, await stopNeighbours(), outside()]).toEqual([[], [], before]);
    await one.close();
    await other.close();
    expect([at('work'), at('work/.git'), at('tmp')].flatMap((path) => readdirSync(path)).sort()).toEqual(
      clean,
    );
  }, 600_000);

  it.skipIf(!isRoot)('another user’s thousand repositories refuse nothing, and are not touched', async () => {
    const theirs = mkdtempSync('/tmp/cordon-churn-');
    const make =
      'for i in $(seq 1100); do mkdir -p $1/$i/.git/objects $1/$i/.git/refs; : > $1/$i/.git/HEAD; done';
    execFileSync('sh', ['-c', `${make}; chown -R 65534:65534 $1`, 'sh', theirs]);
    const list = (): string =>
      execFileSync('sh', ['-c', 'ls -lAR --time-style=full-iso'], {
        cwd: theirs,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      });
    const before = list();
    expect(await launched('mine', 0)).toBe('text\n');
    expect(list() === before).toBe(true);
  });

  it.skipIf(!isRoot)('another user’s repository that everybody may write is held as a whole', async () => {
    const theirs = mkdtempSync('/tmp/cordon-churn-');
    execFileSync('git', ['init', '-q', theirs]);
    for (const path of [theirs, join(theirs, '.git')]) chmodSync(path, 0o777);
    spawnSync('chown', ['-R', '65534:65534', theirs]);
    const before = readdirSync(join(theirs, '.git'));
    const attack = `cd ${theirs}; echo x > .git/commondir; mkdir .git/evil; echo x >> .git/config; mv .git away; ls -A .git; echo f > file; ls`;
    const policy = workspaceWrite(at('work'), sh(attack), { privateTmp: false });
    if (policy.mode !== 'workspace-write') throw new Error('another mode');
    const end = await launch({ ...policy, writable: [...policy.writable, { path: '/tmp', guard: 'git' }] })
      .end;
    expect(end.stdout.trim().split('\n')).toEqual([...before, 'file']);
  });

  it('a repository that was made this moment can be planted in no more than any other, and is left as it was', async () => {
    const fresh = mkdtempSync('/tmp/cordon-churn-');
    execFileSync('git', ['init', '-q', '--template=', fresh]);
    const before = readdirSync(join(fresh, '.git'));
    const attack =
      'cd "$0"; for n in commondir hooks config.worktree; do (echo x > .git/$n) 2>/dev/null && echo "made $n"; mkdir .git/$n 2>/dev/null && echo "made $n"; done; mv .git away 2>/dev/null && echo moved; echo over';
    const policy = workspaceWrite(at('work'), ['/bin/sh', '-c', attack, fresh], { privateTmp: false });
    if (policy.mode !== 'workspace-write') throw new Error('another mode');
    const end = await launch({ ...policy, writable: [...policy.writable, { path: '/tmp', guard: 'git' }] })
      .end;
    expect([end.stdout, readdirSync(join(fresh, '.git'))]).toEqual(['over\n', before]);
  });
});
