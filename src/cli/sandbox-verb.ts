// `cordon sandbox`: one command in the sandbox, without rules, questions or a record. For people who want the box
// alone, and for trying out what a profile permits.
import { userInfo } from 'node:os';
import { judgedLayers, type LayTools } from '../airlock/index.ts';
import { cordonHome } from '../config/home.ts';
import {
  type AbsolutePath,
  type AccessProfile,
  type Argv,
  type ChangeRule,
  cacheHome,
  type Enforcement,
  type PreparedCommand,
  type SandboxBackend,
  userHome,
} from '../domain/index.ts';
import { buildEnvironment } from '../runtime/build-environment.ts';
import { markEnvironment } from '../runtime/build-environment-markers.ts';
import {
  readPath,
  buildProfile,
  ensureLauncher,
  holdOwnPlaces,
  landlockBackend,
  listOwnPlaces,
  packageDirectory,
  seatbeltBackend,
  selectSandbox,
} from '../sandbox/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { CliError, type Edge, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { homeOf } from './person-settings.ts';
import { limitHelp } from './options/limit-options.ts';
import { overridesIn } from './options/overrides.ts';
import { shellLineHint } from './options/shell-line-hint.ts';
import type { HeldSettings } from './sandbox/find-held-settings.ts';
import { passThrough, type PassedThrough } from './sandbox/pass-through.ts';
import { runInLayers } from './sandbox/run-in-layers.ts';
import { visible } from './terminal/visible-text.ts';
import { identityOf, realPath, workspaceOf } from './sandbox/start-directory.ts';
import { parseSandboxArguments } from './sandbox/sandbox-arguments.ts';
import { sandboxWish, type SandboxWish } from './sandbox/sandbox-wish.ts';

export const sandboxVerb: Verb = {
  usage: 'cordon sandbox [OPTION]... -- CMD [ARG]...',
  help: `
Runs CMD in the sandbox: no rules about commands, no questions, no record. CMD is a program and its arguments, not a line for a
shell: for pipes and the like write \`-- bash -c 'a | b'\`. Standard input, output and error are the command's own.

  -s, --sandbox MODE           read-only, workspace-write (default), danger-full-access
      --writable DIR           one more writable directory under workspace-write (repeatable)
      --deny-read PATH         keep a file or directory from being read (repeatable)
      --network ACCESS         none (default), full
  -C, --cwd DIR                start in DIR: the workspace, writable under workspace-write
  -c, --config KEY=VALUE       one setting of config.toml about the sandbox, for this run (repeatable): sandbox_mode,
                               sandbox_workspace_write.*, deny_read, limits.*, shell_environment_policy.*, …
      --private-tmp            leave the real /tmp and $TMPDIR out of what is writable
${limitHelp}
      --keep-env               hand on variables whose names look like secrets too
      --best-effort            run although this host cannot enforce everything; what is missing is said

Exit status: the command's own; 128+N when signal N ended it; 125 when the sandbox cannot be had, 126 when CMD cannot
be executed, 127 when it is not found, 2 usage. What CMD writes is judged when it has ended, and comes into place
then; what a program outside would run or obey by itself is put aside (\`cordon held\`). The \`change_rule\`s of your
rule files decide first; after a change that one of them forbids nothing is in place, and the status is 125.
What each mode holds back: docs/sandboxing.md.
`,
  run: async (argv, edge) => {
    const given = parseSandboxArguments(argv);
    const args = await sandboxWish(given, await overridesIn(given.overrides));
    const workspace = workspaceOf(args, edge);
    const settings = await settingsFor(args, edge, workspace);
    const profile = profileOf(args, edge, { workspace, settings });
    const prepared = await prepare(args, edge, { workspace, profile, settings });
    const start = async (command: PreparedCommand): Promise<PassedThrough> =>
      await passThrough(command, {
        interrupted: edge.interrupted,
        onStarted: (enforcement) => {
          sayMissing(enforcement, edge);
        },
      });
    const layers = layersFor(args, edge, settings.changes);
    const { end, isSettled } = await runInLayers(prepared, start, layers, (line) => {
      edge.stderr.write(`cordon sandbox: ${visible(line)}\n`);
    });
    const status = statusOf(end, args.command);
    return isSettled ? status : exitStatus.sandboxUnavailable;
  },
};

/** Of a command that may write: no other changes anything that somebody wrote down. */
async function settingsFor(
  { mode, overrides }: SandboxWish,
  edge: Edge,
  workspace: AbsolutePath,
): Promise<HeldSettings> {
  if (mode !== 'workspace-write') return { changes: [], protect: [], auditLog: undefined };
  const { findHeldSettings } = await import('./sandbox/find-held-settings.ts');
  return await findHeldSettings(workspace, edge, { loginHome: () => userInfo().homedir, overrides });
}

function layersFor({ command }: SandboxWish, { env }: Edge, rules: readonly ChangeRule[]): LayTools {
  return judgedLayers({
    rules,
    home: cordonHome(env),
    userHome: realPath(userHome(env, () => userInfo().homedir) ?? '/nonexistent'),
    path: env['PATH'],
    uid: process.getuid?.() ?? 0,
    command: quoteArgv(command),
    now: Date.now,
  });
}

function profileOf(
  args: SandboxWish,
  edge: Edge,
  { workspace, settings }: Omit<Box, 'profile'>,
): AccessProfile {
  const from = edge.cwd ?? workspace;
  const home = homeOf(edge, exitStatus.sandboxUnavailable);
  const read = (path: string): string => {
    const known = readPath(path, { from, home: userHome(edge.env, () => userInfo().homedir) });
    if (known.ok) return known.value;
    throw new CliError(exitStatus.sandboxUnavailable, known.error);
  };
  const built = buildProfile({
    mode: args.mode,
    workspace,
    writableRoots: args.writable.map(read),
    denyRead: args.denyRead.map(read),
    // Who could write the rules could allow anything next time.
    protect: ['/etc/cordon', home, ...settings.protect],
    network: args.network,
    tmpdir: args.tmpdir ? edge.env['TMPDIR'] : undefined,
    slashTmp: args.slashTmp,
    home: userHome(edge.env, () => userInfo().homedir),
  });
  if (built.ok) return built.value;
  throw new CliError(exitStatus.sandboxUnavailable, built.error.because);
}

interface Box {
  readonly workspace: AbsolutePath;
  readonly profile: AccessProfile;
  readonly settings: HeldSettings;
}

async function prepare(
  args: SandboxWish,
  edge: Edge,
  { workspace, profile, settings }: Box,
): Promise<PreparedCommand> {
  const backend = await backendFor(args, edge, { profile, settings });
  const sandboxed = profile.kind !== 'danger-full-access';
  const env = markEnvironment(
    buildEnvironment(edge.env, {
      ...args.environment,
      ...(sandboxed ? {} : { ignoreDefaultExcludes: true }),
    }).env,
    {
      sandbox: sandboxed ? backend.kind : 'none',
      network: sandboxed && profile.network === 'none' ? 'off' : 'on',
    },
  );
  const place = { cwd: workspace, cwdIdentity: identityOf(workspace) };
  const prepared = backend.prepare({ argv: args.command, ...place, env, tty: false }, profile);
  if (prepared.ok) return prepared.value;
  throw new CliError(exitStatus.sandboxUnavailable, prepared.error.because, 'See `cordon doctor`.');
}

async function backendFor(
  { require, mode, limits }: SandboxWish,
  edge: Edge,
  { profile, settings }: Omit<Box, 'workspace'>,
): Promise<SandboxBackend> {
  const { env, platform } = edge;
  const roots = profile.kind === 'workspace-write' ? profile.writable : [];
  const cacheDirectory = cacheHome(env, () => userInfo().homedir);
  const world = {
    packageDirectory: packageDirectory(),
    program: process.execPath,
    cacheDirectory,
    home: cordonHome(env),
    auditLog: settings.auditLog,
    runtimeDirectory: env['XDG_RUNTIME_DIR'],
    userId: process.getuid?.(),
  };
  if (platform === 'linux') {
    const launcher = await ensureLauncher({ cacheDirectory });
    if (!launcher.ok)
      throw new CliError(exitStatus.sandboxUnavailable, launcher.error.what, launcher.error.hint);
    const temporary = ['/tmp', env['TMPDIR']].flatMap((path) =>
      path === undefined ? [] : (realPath(path) ?? []),
    );
    // The launcher itself refuses what it cannot enforce, so the host is not asked beforehand.
    const ownPlaces = listOwnPlaces({ ...world, launcher: launcher.value }, roots);
    const held = holdOwnPlaces(ownPlaces, roots);
    if (!held.ok) throw new CliError(exitStatus.sandboxUnavailable, held.error.what, held.error.hint);
    return landlockBackend({ launcher, require, limits, temporary, ownPlaces });
  }
  const ownFiles = listOwnPlaces({ ...world, launcher: undefined }, roots).map(({ path }) => path);
  const backend = seatbeltBackend({ ownFiles, limits });
  if (mode === 'danger-full-access') return backend;
  const availability = new Map([[backend.kind, await backend.probe()]]);
  const wanted = { kind: 'read-only', network: 'none', denyRead: [] } as const;
  const selection = selectSandbox(wanted, { platform, availability }, { require });
  if (selection.kind !== 'unavailable') return backend;
  throw new CliError(exitStatus.sandboxUnavailable, `Cannot sandbox: ${selection.missing}`, selection.hint);
}

function sayMissing({ missing }: Enforcement, edge: Edge): void {
  for (const { restriction, because } of missing)
    edge.stderr.write(`cordon sandbox: not enforced here: ${restriction}: ${visible(because)}\n`);
}

function statusOf(end: PassedThrough, command: Argv): number {
  if (end.kind === 'ended') return end.status;
  const { stage, errno, message } = end.failure;
  if (stage !== 'exec') throw new CliError(exitStatus.sandboxUnavailable, message, end.hint);
  if (errno !== 'ENOENT') throw new CliError(exitStatus.refused, message, end.hint);
  throw new CliError(exitStatus.notFound, message, end.hint ?? shellLineHint(command));
}
