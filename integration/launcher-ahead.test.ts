// A launcher that was started before there was a command for it: it waits without harm, ends with its channel, and
// what it prepared is what a launcher started for the command would have had.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hasFullSandbox,
  compileFixture,
  git,
  Launched,
  makeDirectory,
  removeDirectory,
  sh,
  supervise,
  until,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isRoot = process.getuid?.() === 0;
const hasSandbox = await hasFullSandbox();

describe.skipIf(!hasSandbox)('a launcher started ahead of its command', () => {
  let root: string;
  let waiting: Launched;
  beforeEach(async () => {
    root = makeDirectory();
    waiting = new Launched(undefined, { ahead: true });
    await prepared(waiting);
  });
  afterEach(async () => {
    waiting.closeChannel();
    await waiting.end;
    removeDirectory(root);
  });

  it('has touched nothing, and says nothing but hello', async () => {
    await waiting.frame('hello');
    expect({ frames: waiting.frames.map(({ kind }) => kind), left: readdirSync(root) }).toEqual({
      frames: ['hello'],
      left: [],
    });
  });

  it('runs its command in the sandbox that every command gets', async () => {
    const script =
      'echo in > f; mkdir .claude 2>/dev/null && echo CREATED; (echo x > /var/tmp/x) 2>/dev/null && echo WROTE; ' +
      'python3 -c "import socket; print(socket.if_nameindex())"; echo $$ > pid; test $(cat pid) -gt 1 && echo private';
    waiting.begin(workspaceWrite(root, sh(script)));
    const end = await waiting.end;
    const started = end.frames.find((frame) => frame.kind === 'started');
    expect({
      frames: end.frames.map(({ kind }) => kind),
      enforcement: started?.kind === 'started' ? started.enforcement.level : undefined,
      stdout: end.stdout,
      left: readdirSync(root).sort(),
    }).toEqual({
      frames: ['hello', 'started', 'exited', 'gone'],
      enforcement: 'full',
      stdout: "[(1, 'lo')]\nprivate\n",
      left: ['f', 'pid'],
    });
  });

  it('protects what came into the workspace while it waited', async () => {
    git(root, 'init', '-q');
    mkdirSync(join(root, '.vscode'));
    writeFileSync(join(root, '.vscode/tasks.json'), 'mine');
    waiting.begin(
      workspaceWrite(root, sh('(echo x > .git/config; echo x > .vscode/tasks.json) 2>/dev/null; true')),
    );
    await waiting.end;
    expect([
      readFileSync(join(root, '.vscode/tasks.json'), 'utf8'),
      readFileSync(join(root, '.git/config'), 'utf8').startsWith('[core]'),
    ]).toEqual(['mine', true]);
  });

  it.skipIf(!isRoot)('sees what was mounted while it waited, read-only like the rest', async () => {
    const place = makeDirectory();
    execFileSync('mount', ['-t', 'tmpfs', 'late', place]);
    try {
      writeFileSync(join(place, 'late'), 'came later');
      waiting.begin(
        workspaceWrite(root, sh(`cat ${place}/late; (echo x > ${place}/late) 2>/dev/null || echo ' closed'`)),
      );
      expect((await waiting.end).stdout).toBe('came later closed\n');
    } finally {
      execFileSync('umount', [place]);
      removeDirectory(place);
    }
  });

  it('gives the network of the host to a command that may have it', async () => {
    waiting.begin(workspaceWrite(root, sh('readlink /proc/self/ns/net'), { network: 'full' }));
    const own = execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' });
    expect((await waiting.end).stdout).toBe(own);
  });

  it('supervises a command that wants no sandbox', async () => {
    waiting.begin(supervise(sh('readlink /proc/self/ns/user; echo done')));
    const end = await waiting.end;
    expect(end.stdout.endsWith('done\n')).toBe(true);
    expect(childrenOf(waiting.pid)).toEqual([]);
  });

  it.each(['namespaces', 'unshare'])('runs nothing where it could not prepare (%s)', async (lacks) => {
    const tools = makeDirectory();
    try {
      const deny = compileFixture('deny-calls', tools);
      if (deny === undefined) return;
      const poorer = new Launched(undefined, { ahead: true, wrapper: [deny, lacks, '--'] });
      await poorer.frame('hello');
      poorer.begin(workspaceWrite(root, ['touch', 'ran']));
      const end = await poorer.end;
      expect({ status: end.status, last: end.frames.at(-1), left: readdirSync(root) }).toMatchObject({
        status: 125,
        last: { kind: 'failed', failure: { stage: 'sandbox' } },
        left: [],
      });
    } finally {
      removeDirectory(tools);
    }
  });

  const endings: readonly { readonly says: string; readonly end: () => void }[] = [
    { says: 'its channel closes', end: () => waiting.closeChannel() },
    { says: 'it is told to by a signal', end: () => process.kill(waiting.pid, 'SIGTERM') },
    { says: 'it is killed', end: () => process.kill(waiting.pid, 'SIGKILL') },
  ];
  for (const { says, end } of endings) {
    it(`ends when ${says}, and leaves no process`, async () => {
      const prepared = childrenOf(waiting.pid);
      expect(prepared).toHaveLength(1);
      end();
      await waiting.end;
      await until(() => prepared.every((pid) => !isAlive(pid)));
    });
  }
});

/** Its first process of a sandbox has made its network and sleeps. */
async function prepared(waiting: Launched): Promise<void> {
  await until(() => {
    const [child] = childrenOf(waiting.pid);
    return child !== undefined && networkOf(child) !== networkOf(process.pid) && isAsleep(child);
  });
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function networkOf(pid: number): string {
  try {
    return execFileSync('readlink', [`/proc/${String(pid)}/ns/net`], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Whoever adopted it may take its time to collect what ended. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /u.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function isAsleep(pid: number): boolean {
  return (
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.startsWith('S') === true
  );
}
