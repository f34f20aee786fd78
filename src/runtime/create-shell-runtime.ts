// The front object: one-shot execution over the parts that runtime-core.ts put together.
import { availableParallelism, tmpdir } from 'node:os';
import { changeJournal, type LayTools, recordLimits } from '../airlock/index.ts';
import { type AbsolutePath, type ExecResult, RuntimeError } from '../domain/index.ts';
import { RecoveryTurns } from '../airlock/index.ts';
import { LaunchServer, spawnedSeats } from '../launcher/index.ts';
import { showCommand } from '../orchestrator/index.ts';
import { type AskedHost, askHost } from './ask-host.ts';
import { changeRecords } from './change-records.ts';
import { changeSets } from './change-sets.ts';
import { checkEventsOptions, checkExecInput, checkStartInput } from './check-input.ts';
import { heldReviews } from './review-held.ts';
import { layersOf, shownCommand, watchedPlaces } from './command-writes.ts';
import { createSessions } from './create-sessions.ts';
import { type Around, inputFeed, processRunner } from './process/index.ts';
import { inLayers, inPendingSet } from './run-in-layers.ts';
import { createRuntimeCore, type RuntimeCore } from './runtime-core.ts';
import type { ExecInput, ShellRuntime, ShellRuntimeOptions } from './shell-runtime.ts';
import { commandStarter } from './start-command.ts';
import { watchWrites } from './watch-writes.ts';

/**
 * Loads the rules, asks the host what it can enforce, and answers with a runtime. Nothing is started yet.
 *
 * A mistake in a rule file does not reject: see `policyErrors`. A host without a sandbox does not reject either: every
 * command is then refused with the reason, unless `sandbox` is `danger-full-access`.
 *
 * @throws RuntimeError `E_BAD_OPTION` for an option that cannot be used.
 *
 * @example
 * ```ts
 * await using runtime = await createShellRuntime({ workspace: process.cwd() });
 * const result = await runtime.exec({ command: 'npm test' });
 * ```
 */
export async function createShellRuntime(options: ShellRuntimeOptions): Promise<ShellRuntime> {
  return await createRuntimeOn(askHost(options));
}

/** The same, on a host that was asked before: the answer is on its way while other code is loaded. */
export async function createRuntimeOn(host: AskedHost): Promise<ShellRuntime> {
  const { options, workspace } = host;
  const core = await createRuntimeCore(host);
  const launchers = options.spareLauncher === false ? spawnedSeats : new LaunchServer();
  const runner = processRunner({
    platform: process.platform,
    tempDirectory: tmpdir(),
    supervisor: async () => await supervisor(core),
    launchers,
    mostRuns: options.concurrentRuns ?? Math.max(16, 4 * availableParallelism()),
    ...(options.retainBytes === undefined ? {} : { retainBytes: options.retainBytes }),
    ...(options.spillDirectory === undefined ? {} : { spillDirectory: options.spillDirectory }),
  });
  const places = watchedPlaces(core, options);
  const watch = watchWrites(places);
  const removals = pending();
  const recovery = new RecoveryTurns(() => performance.now());
  const sessions = createSessions(core, options, runner, watch);
  const { uid, cordonHome: home } = places;
  const journal = changeJournal({
    uid,
    limits: { ...recordLimits, ...said(options.journal ?? {}) },
    now: Date.now,
    later: removals.add,
  });
  const layers = (command: string, changes = options.changes): LayTools =>
    layersOf(
      places,
      {
        beside: watch.beside,
        later: removals.add,
        launchers,
        recovery,
        journal,
        keeps: changes === 'journal',
      },
      command,
    );
  const runAround = async (
    input: ExecInput,
    around: Around,
    signal: AbortSignal | undefined,
  ): Promise<ExecResult> => {
    const { stdin } = input;
    const feed = typeof stdin === 'object' && Symbol.asyncIterator in stdin ? inputFeed(stdin) : undefined;
    try {
      const done = await core.run(input, { runner: runner.within(around, feed), tty: false }, signal);
      if (feed?.failure !== undefined) throw feed.failure.error;
      if (done.kind === 'settled') return done.result;
    } finally {
      feed?.close();
    }
    throw new RuntimeError('E_INVARIANT', 'Cannot settle the command: a one-shot run became a session');
  };
  const exec = async (
    { changes, ...input }: ExecInput,
    signal: AbortSignal | undefined,
  ): Promise<ExecResult> =>
    await reviews.run(input, signal, async (named, review) => {
      const wish = changes === 'hold' ? undefined : changes;
      return await runAround(named, inLayers(layers(shownCommand(input), wish), review), signal);
    });
  const reviews = heldReviews({ core, options, places, beside: watch.beside });
  const sets = changeSets({
    workspace,
    tools: layers,
    exec: async (input, set, signal) => await runAround(input, inPendingSet(set), signal),
    check: checkExecInput,
    shown: shownCommand,
  });
  const start = commandStarter({ core, processes: runner, watch, exec });
  core.onClose(async () => {
    watch.close();
    await sets.close();
    await runner.close();
    await removals.end();
    await launchers.close();
  });
  const { approvals, store, sandbox, profile, events } = core;
  const state: { closing: Promise<void> | undefined } = { closing: undefined };
  const close = (): Promise<void> => (state.closing ??= core.close());

  return {
    exec: async (input, signal) => {
      checkExecInput(input);
      const { changes, ...rest } = input;
      return changes === 'hold' ? await sets.hold(rest, signal) : await exec(input, signal);
    },
    changeSet: () => {
      if (state.closing !== undefined)
        throw new RuntimeError('E_RUNTIME_CLOSED', 'Cannot open a change set: the runtime is closed');
      return sets.open();
    },
    start: (input, signal) => {
      checkStartInput(input);
      return start(input, signal);
    },
    evaluate: (input) => {
      checkExecInput(input);
      return core.foresee(input);
    },
    sessions,
    changes: changeRecords({ home, uid, workspace, launcher: core.launcher, tools: layers }),
    files: core.files,
    events: (wanted = {}) => {
      checkEventsOptions(wanted);
      return events.iterate(wanted);
    },
    onEvent: (listener) => events.on(listener),
    approvals: {
      list: () => [
        ...approvals.list().map((entry) => ({ ...entry, kind: 'command' as const })),
        ...store.list().map(({ key, prefix, rememberedAt }) => ({
          key,
          kind: 'prefix' as const,
          shown: showCommand(prefix),
          rememberedAt,
        })),
      ],
      revoke: (key) => approvals.revoke(key) || store.revoke(key),
      audit: () => approvals.audit(),
    },
    get policyErrors() {
      return store.errors;
    },
    reloadRules: async () => await store.reload(),
    sandbox: { profile, selection: sandbox.select(profile), enforcement: sandbox.enforcement },
    removedVariables: core.removedVariables,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Undefined says nothing. */
function said<T extends object>(given: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

/** The launcher supervises on Linux alone; without one (no compiler, say) programs are watched from outside. */
async function supervisor({ launcher }: RuntimeCore): Promise<AbsolutePath | undefined> {
  if (process.platform !== 'linux') return undefined;
  const found = await launcher();
  return found.ok ? found.value : undefined;
}

interface Pending {
  add(work: Promise<void>): void;
  end(): Promise<void>;
}

/** What goes on after its command has its answer. */
function pending(): Pending {
  const open = new Set<Promise<void>>();
  return {
    add: (work) => {
      open.add(work);
      void work.then(() => open.delete(work));
    },
    end: async () => {
      await Promise.all(open);
    },
  };
}
