// The parts put together once, for one-shot runs and for sessions alike: the only file that knows them all.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import {
  type AccessProfile,
  type ApprovalId,
  type CallId,
  type ExecEvent,
  type ExecRequest,
  type Runner,
  RuntimeError,
  type SandboxAttempt,
  userHome,
} from '../domain/index.ts';
import {
  type Approvals,
  createApprovals,
  foresee,
  type Foresight,
  orchestrate,
  type Orchestrated,
  type OrchestratorDeps,
  type ProgramRules,
} from '../orchestrator/index.ts';
import { createPolicyStore, createProgramResolver, type PolicyStore } from '../policy/index.ts';
import { parseCommand, scrubShellEnvironment } from '../shell/index.ts';
import { buildEnvironment } from './build-environment.ts';
import { markEnvironment } from './build-environment-markers.ts';
import { createFileWriter, type FileWriter } from './files/index.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { openLog } from './open-log.ts';
import { tellsDenials } from './tells-denials.ts';
import { findFault } from './find-fault.ts';
import type { AskedHost } from './ask-host.ts';
import type { FindLauncher } from './find-launcher.ts';
import { findGrant } from './find-grant.ts';
import type { FoundSandbox } from './find-sandbox.ts';
import { grantLimits } from './grant-limits.ts';
import { hostFacts } from './host-facts.ts';
import { makeGate, saveRule } from './make-gate.ts';
import { reachOf } from './make-profile.ts';
import { readRequest, type RequestDefaults } from './read-request.ts';
import type { ExecInput, MissingVariable } from './shell-runtime.ts';
import type { WatchSettings } from './watch-settings.ts';

export interface RuntimeCore {
  readonly events: EventHub;
  readonly approvals: Approvals;
  readonly store: PolicyStore;
  readonly profile: AccessProfile;
  readonly sandbox: FoundSandbox;
  readonly launcher: FindLauncher;
  readonly files: FileWriter;
  readonly removedVariables: readonly MissingVariable[];
  /** Takes one command, its fields checked already, through gate, approval, sandbox and runner. */
  run<Live>(input: ExecInput, io: RunIo<Live>, signal: AbortSignal | undefined): Promise<Orchestrated<Live>>;
  /** What would become of it, its fields checked already. Nothing is asked, started or written down. */
  foresee(input: ExecInput): Foresight;
  /** Called once, at close, before the rest is taken down. */
  onClose(closer: () => Promise<void>): void;
  close(): Promise<void>;
}

export interface RunIo<Live> {
  readonly runner: Runner<Live>;
  /** Whether the program gets a terminal. */
  readonly tty: boolean;
  /** In place of the input's; `open` is for sessions. */
  readonly stdin?: ExecRequest['stdin'];
}

export async function createRuntimeCore(host: AskedHost): Promise<RuntimeCore> {
  const { options, env: hostEnv, platform, workspace, profile, temporary, launcher } = host;
  const built = buildEnvironment(hostEnv, options.environment ?? {});
  const scrubbed = keepChosenLibraries(scrubShellEnvironment(built.env), built.env, options.environment?.set);
  const resolver = createProgramResolver({
    // The workspace is never a trusted place, also where commands cannot write it: its files come with the task.
    writableRoots: [workspace, ...temporary, ...(profile.kind === 'workspace-write' ? profile.writable : [])],
    uid: process.getuid?.() ?? 0,
    // A Mac takes RM for rm, and its administrators (80) write where Homebrew keeps its programs.
    ...(platform === 'darwin' ? { foldsCase: true, trustedGroups: [0, 80] } : {}),
  });
  const rules = options.rules ?? {};
  const locations = { workspace, userHome: hostEnv['HOME'], ...rules };
  // The host answers while the rules are read.
  const [sandbox, store] = await Promise.all([
    host.sandbox,
    createPolicyStore({
      locations,
      resolver,
      parse: parseCommand,
      reach: reachOf(profile, workspace, hostEnv),
    }),
  ]);
  if (options.watchRules === true) store.watch();
  const log = openLog(options.auditLog, profile);
  const events = createEventHub();
  if (log !== undefined) events.on((event) => log.event(event));
  const emit = (event: ExecEvent): void | Promise<void> => events.emit(event);
  const approvals = createApprovals({
    reviewer: options.reviewer,
    hooks: options.hooks ?? [],
    riskAssessor: options.features?.sandboxCommandAssessment === true ? options.riskAssessor : undefined,
    reviewTimeoutMs: options.reviewTimeoutMs ?? 300_000,
    riskTimeoutMs: 3_000,
    saveRule: async (amendment) => await saveRule(store, rules.home, amendment),
    emit: (event) => void emit(event),
    now: Date.now,
    newId: () => `approval-${randomUUID()}` as ApprovalId,
  });
  const limits = grantLimits(options, workspace, hostEnv);
  const deps: OrchestratorDeps = {
    gate: makeGate(store, log),
    approvals,
    approvalPolicy: options.approvalPolicy ?? 'on-request',
    profile,
    tellsDenials: tellsDenials(options),
    programs: watchedBy(store, options.watch?.exec ?? 'rules'),
    allowedRunsUnsandboxed: options.allowedRunsUnsandboxed ?? false,
    backends: sandbox.backends,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    selectSandbox: sandbox.select,
    findFault,
    environmentFor,
    factsFor: ({ cwd }) => hostFacts(cwd),
    findGrant: (denial, wanted) => findGrant(denial, wanted, limits),
    emit,
    now: () => performance.now(),
  };
  const defaults: RequestDefaults = {
    platform,
    workspace,
    timeoutMs: options.defaultTimeoutMs ?? 10_000,
    isolated: options.isolated ?? false,
    env: scrubbed.env,
    scrub: (env) => withChosen(scrubShellEnvironment(env).env, scrubbed.env),
    newCallId: () => `call-${randomUUID()}` as CallId,
  };
  const files = createFileWriter({
    profile,
    temporary,
    workspace,
    home: userHome(hostEnv, () => userInfo().homedir),
    path: hostEnv['PATH'],
    rules: () => store.policy.changes,
    gate: deps.gate,
    approvals,
    approvalPolicy: deps.approvalPolicy,
    env: scrubbed.env,
    newCallId: defaults.newCallId,
    onResult: (result) => log?.files(result),
  });
  const underway = createUnderway();
  const closers: (() => Promise<void>)[] = [];

  return {
    events,
    approvals,
    store,
    profile,
    sandbox,
    launcher,
    files,
    removedVariables: [
      ...built.removed,
      ...scrubbed.removed.map((name) => ({ name, step: 'shell-safety' as const })),
    ],
    run: async (input, { runner, tty, stdin }, signal) => {
      const read = readRequest(input, defaults, tty);
      const request = stdin === undefined ? read : { ...read, stdin };
      return await underway.track(request.callId, signal, (ended) =>
        orchestrate(request, deps, runner, ended),
      );
    },
    foresee: (input) => foresee(readRequest(input, defaults), { ...deps, gate: makeGate(store, undefined) }),
    onClose: (closer) => void closers.push(closer),
    close: async () => {
      await underway.close();
      // In the order of their making: sessions end before the runner that ran them.
      for (const closer of closers) await closer();
      // Last of all: how the last of them ended stands in it.
      log?.close();
      store.close();
      events.close();
    },
  };
}

function watchedBy(store: PolicyStore, exec: NonNullable<WatchSettings['exec']>): ProgramRules {
  return {
    watch: (env) => {
      const isWanted = exec === 'always' || (exec === 'rules' && store.hasDenials);
      if (!isWanted) return undefined;
      return { programs: store.watched(env), ...(exec === 'always' ? {} : { spokenOf: store.spokenOf }) };
    },
    judge: (start, env) => store.judgeStart(start, env),
  };
}

/**
 * Where programs look for their libraries is nothing a host's environment may decide by accident, but what the user's own
 * configuration sets for commands is meant. What a request names is scrubbed all the same.
 */
function keepChosenLibraries(
  { env, removed }: ReturnType<typeof scrubShellEnvironment>,
  built: ReadonlyMap<string, string>,
  chosen: Readonly<Record<string, string>> = {},
): ReturnType<typeof scrubShellEnvironment> {
  const kept = removed.filter((name) => librarySearch.has(name) && Object.hasOwn(chosen, name));
  return {
    env: new Map([...env, ...kept.flatMap((name) => [[name, built.get(name) ?? ''] as const])]),
    removed: removed.filter((name) => !kept.includes(name)),
  };
}

/** A request takes nothing away that the configuration set, and sets nothing itself. */
function withChosen(
  env: ReadonlyMap<string, string>,
  chosen: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...env, ...[...chosen].filter(([name]) => librarySearch.has(name))]);
}

const librarySearch: ReadonlySet<string> = new Set([
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
]);

/** The markers speak of what this attempt is, not of what the options wished. */
function environmentFor(
  { env }: ExecRequest,
  { selection, profile }: SandboxAttempt,
): ReadonlyMap<string, string> {
  const isConfined = selection.kind === 'sandboxed' && profile.kind !== 'danger-full-access';
  return markEnvironment(env, {
    sandbox: isConfined ? selection.sandbox : 'none',
    network: isConfined && profile.network === 'none' ? 'off' : 'on',
    attemptId: randomUUID(),
  });
}

interface Underway {
  track<T>(
    id: CallId,
    signal: AbortSignal | undefined,
    start: (ended: AbortSignal) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

/** Calls in flight: each id once, all of them cancelled and awaited at close. */
function createUnderway(): Underway {
  const running = new Map<CallId, { readonly cancel: AbortController; readonly done: Promise<unknown> }>();
  const state = { closed: false };
  return {
    track: async (id, signal, start) => {
      if (state.closed)
        throw new RuntimeError('E_RUNTIME_CLOSED', 'Cannot run the command: the runtime is closed');
      if (running.has(id)) {
        throw new RuntimeError(
          'E_BAD_OPTION',
          'Cannot use the option `callId`: a call with this id is still running',
        );
      }
      const cancel = new AbortController();
      const onAbort = (): void => cancel.abort(signal?.reason);
      // Not AbortSignal.any: a caller may use one signal for thousands of calls, and each would stay attached to it.
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
      const done = start(cancel.signal).finally(() => {
        signal?.removeEventListener('abort', onAbort);
        running.delete(id);
      });
      running.set(id, { cancel, done });
      return await done;
    },
    close: async () => {
      state.closed = true;
      for (const { cancel } of running.values()) cancel.abort();
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}
