// Starts the world outside the sandbox (world.py) and asks it what really happened.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { groupOf, type HostileRow, type NamespaceKind } from './row.ts';
import { reachable } from '../reachable.ts';

export interface WorldReport {
  /** Names of the probes whose effect was seen from outside, and `placeholder:NAME` for what a run left behind. */
  readonly effects: ReadonlySet<string>;
  readonly leftovers: readonly { readonly pid: number; readonly what: string }[];
}

export interface World {
  readonly arena: string;
  /** The file that tells probes where everything is. */
  readonly settings: string;
  readonly nonce: string;
  /** Known outside alone. */
  readonly secret: string;
  readonly spaces: Readonly<Record<NamespaceKind, string>>;
  /** Roots of their own for destructive probes. */
  readonly roots: readonly string[];
  report(order?: { readonly killLeftovers: boolean }): Promise<WorldReport>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly arena: string;
  readonly uid: number;
  readonly rows: readonly HostileRow[];
  readonly setuidProgram: string;
}

const sharesWorkspace: ReadonlySet<string> = new Set([
  'prot.git_hooks_create',
  'prot.git_config_append',
  'prot.git_config_lock_rename',
  'prot.git_config_chmod',
  'prot.git_hooks_unlink',
  'prot.git_worktree_gitdir_write',
  'prot.git_worktree_commondir_write',
  'prot.git_modules_hooks_create',
  'prot.git_modules_config_append',
  'prot.dotcodex_create_missing',
  'prot.dotcordon_create_missing',
  'prot.dotagents_write',
  'prot.dotclaude_commands',
  'prot.vscode_tasks',
  'prot.mcp_json',
  'prot.envrc_file',
  'prot.profile_in_root',
  'prot.umount_protected',
  'prot.umount_root',
]);

export async function startWorld({ arena, uid, rows, setuidProgram }: WorldOptions): Promise<World> {
  const nonce = randomBytes(6).toString('hex');
  const secret = randomBytes(9).toString('hex');
  await mkdir(arena, { mode: 0o755 });
  if (process.getuid?.() === 0) await chown(arena, uid, uid);
  const names = rows.map(({ name }) => name);
  const rooted = names.filter((name) => groupOf(name) === 'prot' && !sharesWorkspace.has(name));
  const child = spawn(
    'python3',
    [
      reachable(fileURLToPath(new URL('world.py', import.meta.url))),
      arena,
      nonce,
      `victim-argument-${secret}`,
    ],
    {
      ...userOf(uid),
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        PATH: systemPath,
        PYTHONDONTWRITEBYTECODE: '1',
        VICTIM_SECRET: secret,
        SETUID_PROGRAM: setuidProgram,
        PROBES_WITH_OUTSIDE: JSON.stringify(names.filter((name) => groupOf(name) !== 'prot')),
        PROBES_WITH_ROOT: JSON.stringify(rooted),
      },
    },
  );
  const answers = linesOf(child);
  const ready = (await answers.next()) as { readonly spaces: World['spaces'] };
  return {
    arena,
    settings: `${arena}/settings`,
    nonce,
    secret,
    spaces: ready.spaces,
    roots: rooted.map((name) => `${arena}/roots/${name}`),
    report: async ({ killLeftovers } = { killLeftovers: true }) => {
      child.stdin.write(`${JSON.stringify({ kill_leftovers: killLeftovers })}\n`);
      const answer = (await answers.next()) as { effects: string[]; leftovers: WorldReport['leftovers'] };
      return { effects: new Set(answer.effects), leftovers: answer.leftovers };
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** Programs of the system only: a tool manager's shims in somebody's home are out of another user's reach. */
export const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** Spawn options that change the user where this process can; a suite run by an ordinary user tests that user. */
export function userOf(uid: number): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 && uid !== 0 ? { uid, gid: uid } : {};
}

function linesOf(child: ChildProcess): { next(): Promise<unknown> } {
  if (child.stdout === null) throw new Error('Cannot read the world: it has no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async () => {
      const line = await lines.next();
      if (line.done === true) throw new Error('Cannot ask the world: it ended');
      return JSON.parse(line.value) as unknown;
    },
  };
}
