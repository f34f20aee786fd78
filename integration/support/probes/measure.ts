// One measured column: every probe and every tool, under one user, in one kind of host, with and without the sandbox.
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type AbsolutePath,
  type AccessProfile,
  type Argv,
  type Enforcement,
  noEnforcement,
  type PlannedCommand,
  type PreparedCommand,
} from '../../../src/domain/index.ts';
import { buildProfile } from '../../../src/sandbox/index.ts';
import type { ProbePrograms } from './build-probes.ts';
import { type Evidence, judgeAgainst, type ProbeOutcome, readProbes } from './judge.ts';
import type { Batch, HostileRow } from './row.ts';
import { type OuterEnd, runInSandbox } from './run-in-sandbox.ts';
import { startWorld, systemPath, userOf, type World } from './start-world.ts';
import { toolRows, toolScript } from './tools.ts';

/** The kind of host that is simulated: as it is, or a container that allows no namespaces. */
export type HostKind = 'bare' | 'container';

export interface ColumnOptions {
  readonly directory: string;
  readonly programs: ProbePrograms;
  readonly uid: number;
  readonly host: HostKind;
  readonly mode: 'workspace-write' | 'read-only';
  readonly rows: readonly HostileRow[];
  /** Wraps a command into the sandbox under test. */
  prepare(command: PlannedCommand, profile: AccessProfile): PreparedCommand;
  /** What the runtime would let a command see of this environment. */
  environment(env: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
}

export interface Column {
  readonly outcomes: ReadonlyMap<string, { readonly outcome: ProbeOutcome; readonly how: string }>;
  /** Exit status by tool. */
  readonly tools: ReadonlyMap<string, number | undefined>;
  readonly enforcement: Enforcement;
  readonly leftBehind: readonly string[];
  readonly toolDirectory: string;
}

export async function measureColumn(options: ColumnOptions): Promise<Column> {
  await mkdir(options.directory, { mode: 0o755 });
  const control = await measureProbes(options, `${options.directory}/control`, undefined);
  const sandboxed = await measureProbes(options, `${options.directory}/sandboxed`, options.prepare);
  const statuses: ReadonlyMap<string, number | undefined> =
    options.mode === 'read-only' ? new Map() : await measureTools(options, `${options.directory}/tools`);
  const outcomes = options.rows.map((row) => {
    const evidence = evidenceOf(sandboxed, row.batch);
    const said = evidence.probes.said.get(row.name);
    const how = said === undefined ? 'said nothing' : said.did ? `did ${said.text}`.trim() : said.how;
    return [row.name, { outcome: judgeAgainst(row, evidence, evidenceOf(control, row.batch)), how }] as const;
  });
  return {
    outcomes: new Map(outcomes),
    tools: statuses,
    toolDirectory: `${options.directory}/tools/ws/tools`,
    enforcement: sandboxed.enforcement,
    leftBehind: Object.values(sandboxed.evidence).flatMap(({ world }) =>
      [...world.effects].filter((name) => /^(placeholder|left):/.test(name)),
    ),
  };
}

interface Measured {
  readonly evidence: Readonly<Partial<Record<Batch, Evidence>>>;
  readonly enforcement: Enforcement;
}

function evidenceOf(measured: Measured, batch: Batch): Evidence {
  const evidence = measured.evidence[batch];
  if (evidence === undefined) throw new Error(`Cannot judge: batch ${batch} was not run`);
  return evidence;
}

async function measureProbes(
  options: ColumnOptions,
  arena: string,
  prepare: ColumnOptions['prepare'] | undefined,
): Promise<Measured> {
  const { programs, uid, rows } = options;
  const setuidProgram = await programs.setuid(uid === 0 ? 1 : 0);
  const world = await startWorld({ arena, uid, rows, setuidProgram });
  try {
    const evidence: Partial<Record<Batch, Evidence>> = {};
    let enforcement = noEnforcement;
    for (const batch of ['main', 'terminal', 'stdin-file', 'killed'] as const) {
      const end = await runBatch(options, world, batch, prepare);
      enforcement = enforcementOf(end) ?? enforcement;
      const probes = readProbes(end.stdout);
      if (probes.said.size === 0) throw new Error(`No probe of ${batch} ran: ${describeEnd(end)}`);
      const report = await reportAfter(world, prepare === undefined ? 0 : patience[batch]);
      evidence[batch] = { probes, world: report, secret: world.secret, outsideSpaces: world.spaces };
    }
    return { evidence, enforcement };
  } finally {
    await world.close();
  }
}

/** Milliseconds a sandbox may take to be rid of everything, after its command ended or its agent was killed. */
const patience: Readonly<Record<Batch, number>> = {
  main: 1000,
  terminal: 1000,
  'stdin-file': 1000,
  killed: 3000,
};

/** Asks until nothing is left; what is left in the end is named and killed. */
async function reportAfter(world: World, withinMs: number): Promise<Evidence['world']> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const late = Date.now() >= deadline;
    const report = await world.report({ killLeftovers: late });
    if (report.leftovers.length > 0 && !late) continue;
    const left = report.leftovers.map(({ what }) => leftoverNames[what] ?? `left:${what}`);
    return { ...report, effects: new Set([...report.effects, ...left]) };
  }
}

const leftoverNames: Readonly<Record<string, string>> = {
  daemon: 'life.daemon_left_after_exit',
  escaped: 'life.setsid_escape',
  subreaped: 'life.subreaper_daemon',
};

async function runBatch(
  options: ColumnOptions,
  world: World,
  batch: Batch,
  prepare: ColumnOptions['prepare'] | undefined,
): Promise<OuterEnd> {
  const { programs, uid, host } = options;
  // Without a sandbox these prove nothing, and some of them would reach whoever runs this suite.
  const skipped = prepare === undefined ? options.rows.filter((row) => row.provesItself) : [];
  const { argv, flags } = batchCommand(batch, options, world, skipped);
  const env = commandEnvironment(world.arena);
  const planned = planOf(argv, `${world.arena}/ws`, prepare === undefined ? env : options.environment(env));
  const command: PreparedCommand =
    prepare === undefined
      ? { kind: 'direct', ...planned, enforcement: noEnforcement }
      : prepare(planned, profileOf(options.mode, world.arena, world.roots));
  return await runInSandbox({
    outer: programs.outer,
    settings: world.settings,
    uid,
    secret: world.secret,
    flags: [...(host === 'container' ? ['--no-namespaces'] : []), ...flags],
    command,
    ...(batch === 'killed' ? { killWhen: (stdout: string) => stdout.includes('life.setsid_escape\t') } : {}),
  });
}

function batchCommand(
  batch: Batch,
  { programs, rows }: ColumnOptions,
  world: World,
  skipped: readonly HostileRow[],
): { readonly argv: Argv; readonly flags: readonly string[] } {
  const names = rows.filter((row) => row.batch === batch && !skipped.includes(row)).map(({ name }) => name);
  const probe: Argv = [programs.probe, world.settings, ...names];
  switch (batch) {
    case 'main':
      return { argv: probe, flags: ['--descriptors'] };
    case 'terminal':
      return { argv: probe, flags: ['--terminal'] };
    case 'stdin-file':
      return { argv: probe, flags: ['--stdin', `${world.arena}/outside/fs.stdin_file_reopen_rw/target`] };
    case 'killed':
      // Stays until it is killed from outside.
      return { argv: ['sh', '-c', '"$@"; exec sleep 60', 'sh', ...probe], flags: [] };
  }
}

/** What an agent's own environment looks like, dangers included. */
function commandEnvironment(arena: string): ReadonlyMap<string, string> {
  return new Map([
    ['PATH', systemPath],
    ['HOME', `${arena}/home`],
    ['TMPDIR', `${arena}/tmp`],
    ['LANG', 'C.UTF-8'],
    ['PROBE_API_KEY', 'not-for-commands'],
    ['SSH_AUTH_SOCK', `${arena}/run/agent.sock`],
    ['DBUS_SESSION_BUS_ADDRESS', `unix:path=${arena}/run/bus.sock`],
    ['LD_PRELOAD', ''],
  ]);
}

function planOf(argv: Argv, cwd: string, env: ReadonlyMap<string, string>): PlannedCommand {
  return { argv, cwd: cwd as AbsolutePath, env, tty: false };
}

/** `workspace-write` as the suite measures it: the workspace and `$TMPDIR`; `/tmp` is not a root. */
function profileOf(mode: ColumnOptions['mode'], arena: string, roots: readonly string[]): AccessProfile {
  const built = buildProfile({
    mode,
    workspace: `${arena}/ws`,
    writableRoots: roots,
    tmpdir: `${arena}/tmp`,
    slashTmp: false,
    denyRead: [`${arena}/home/.ssh`, `${arena}/home/.aws`, `${arena}/ws/.env`],
    // A root that is somebody's home: its start-up files are protected.
    home: roots.find((root) => root.endsWith('prot.bashrc_in_root')),
  });
  if (!built.ok) throw new Error(`Cannot build the profile: ${built.error.because}`);
  return built.value;
}

async function measureTools(
  options: ColumnOptions,
  arena: string,
): Promise<ReadonlyMap<string, number | undefined>> {
  const { programs, uid, host } = options;
  for (const directory of ['', '/ws', '/tmp', '/home']) {
    await mkdir(arena + directory, { mode: 0o755 });
    if (process.getuid?.() === 0) await chown(arena + directory, uid, uid);
  }
  await promisify(execFile)('git', ['-c', 'init.defaultBranch=main', 'init', '-q', `${arena}/ws`], {
    ...userOf(uid),
    env: { PATH: systemPath, HOME: `${arena}/home` },
  });
  await writeFile(`${arena}/settings`, `arena=${arena}\n`);
  const env = new Map([
    ['PATH', systemPath],
    ['HOME', `${arena}/ws`],
    ['TMPDIR', `${arena}/tmp`],
    ['WORKSPACE', `${arena}/ws`],
    ['LANG', 'C.UTF-8'],
    ['npm_config_cache', `${arena}/tmp/npm`],
  ]);
  const planned = planOf(['bash', '-c', toolScript(toolRows)], `${arena}/ws`, env);
  const end = await runInSandbox({
    outer: programs.outer,
    settings: `${arena}/settings`,
    uid,
    secret: 'none',
    flags: host === 'container' ? ['--no-namespaces'] : [],
    command: options.prepare(planned, profileOf(options.mode, arena, [])),
  });
  const lines = end.stdout.split('\n').map((line) => line.split('\t'));
  const seen = new Map(lines.map(([name = '', status = '']) => [name, Number(status)]));
  if (!seen.has('ok.write_ws')) throw new Error(`No tool ran: ${describeEnd(end)}`);
  return new Map(toolRows.map(({ name }) => [name, seen.get(name)]));
}

function enforcementOf(end: OuterEnd): Enforcement | undefined {
  return end.frames.flatMap((frame) => (frame.kind === 'started' ? [frame.enforcement] : []))[0];
}

function describeEnd({ status, stderr, stdout, frames }: OuterEnd): string {
  return JSON.stringify({ status, stderr: stderr.slice(-2000), stdout: stdout.slice(-500), frames });
}
