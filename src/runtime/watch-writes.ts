// The judge for sessions: while a program of ours writes into the real directories, what is new there is looked at
// whenever an answer is given, at its end, and now and then between. What would run later is put aside at once.
import type {
  AbsolutePath,
  AccessProfile,
  BytePath,
  CallId,
  ChangeRule,
  ExecEvent,
  HeldChange,
  Runner,
} from '../domain/index.ts';
import {
  heldStore,
  makeWorld,
  openHeldPlace,
  putAside,
  realTree,
  type Scan,
  startScan,
} from '../airlock/index.ts';
import type { LiveProgram } from './unified-exec/index.ts';

export interface WatchedPlaces {
  readonly profile: AccessProfile;
  /** Shared with strangers and with every other program of this person: not looked at. */
  readonly temporary: readonly AbsolutePath[];
  /** The person's home. */
  readonly home: AbsolutePath | undefined;
  /** `$CORDON_HOME`, where the store of what was held back lies. */
  readonly cordonHome: AbsolutePath | undefined;
  readonly uid: number;
  readonly path: string | undefined;
  /** `change_rule`s in force when the first program starts. */
  rules(): readonly ChangeRule[];
  emit(event: ExecEvent): void;
}

export interface WriteWatch {
  /** `runner`, whose programs are watched while they live. Their end is told after the last look. */
  watching(runner: Runner<LiveProgram>, call: WatchedCall): Runner<LiveProgram>;
  /** Looks now. `fresh`: put aside since the last answer; `all`: since the program of this call began. */
  take(
    callId: CallId,
  ): Promise<{ readonly fresh: readonly HeldChange[]; readonly all: readonly HeldChange[] }>;
  /** Changes these paths (absolute, parents first) while nobody looks at them, and takes them for judged. */
  beside<T>(paths: readonly BytePath[], change: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface WatchedCall {
  readonly id: CallId;
  /** For people: the store says who wrote it. */
  readonly command: string;
}

/** Between two looks while nobody asks, in milliseconds; longer where a look takes long. */
const restMs = 1_000;
/** Ended calls whose answer may still be asked for again. */
const mostEnded = 100;

interface Call {
  readonly command: string;
  readonly all: HeldChange[];
  told: number;
  alive: boolean;
}

export function watchWrites(places: WatchedPlaces): WriteWatch {
  const { profile } = places;
  const roots = profile.kind === 'workspace-write' ? outermost(profile.writable, places.temporary) : [];
  const calls = new Map<CallId, Call>();
  const state: { scan: Promise<Scan> | undefined; timer: NodeJS.Timeout | undefined } = {
    scan: undefined,
    timer: undefined,
  };
  const changing = new Set<Promise<unknown>>();
  const alive = (): readonly (readonly [CallId, Call])[] => [...calls].filter(([, call]) => call.alive);

  async function begin(): Promise<Scan> {
    // What comes in while the directories are looked into for the first time would be half known.
    await Promise.allSettled(changing);
    const world = makeWorld({ ...places, rules: places.rules(), roots, before: realTree, after: realTree });
    const place = openHeldPlace({ home: places.cordonHome, uid: places.uid, roots: writableOf(profile) });
    const store = place.ok ? heldStore(place.value, Date.now) : { missing: place.error };
    const commands = (): string => [...new Set(alive().map(([, { command }]) => command))].join(' | ');
    return await startScan({
      roots,
      world,
      putAside: (judged, before) => putAside(judged, { store, before, after: realTree, command: commands() }),
    });
  }

  async function look(): Promise<void> {
    if (state.scan === undefined) return;
    const held = await (await state.scan).look();
    if (held.length === 0) return;
    // Which of several programs wrote it cannot be told: each of them is told.
    for (const [callId, { all }] of alive()) {
      all.push(...held);
      places.emit({ type: 'changes.held', callId, held });
    }
  }

  function lookAgainAfter(ms: number): void {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      const started = performance.now();
      void look().then(
        () => {
          if (state.scan !== undefined) lookAgainAfter(Math.max(restMs, 20 * (performance.now() - started)));
        },
        // The next answer looks again, and fails where somebody hears of it.
        () => undefined,
      );
    }, ms);
    state.timer.unref();
  }

  function enter({ id, command }: WatchedCall): Call {
    const known = calls.get(id);
    const call = known ?? { command, all: [], told: 0, alive: true };
    call.alive = true;
    calls.set(id, call);
    return call;
  }

  function leave(call: Call): void {
    call.alive = false;
    for (const [id, ended] of calls) if (!ended.alive && calls.size > mostEnded) calls.delete(id);
    if (alive().length > 0) return;
    clearTimeout(state.timer);
    // What a person writes from now on is theirs.
    state.scan = undefined;
  }

  return {
    watching: (runner, watched) => ({
      start: async (prepared, io, signal) => {
        // Nothing holds it, because somebody said so: what it writes is what they wanted.
        if (roots.length === 0 || prepared.enforcement.level === 'none')
          return await runner.start(prepared, io, signal);
        const call = enter(watched);
        try {
          state.scan ??= begin();
          await state.scan;
          const started = await runner.start(prepared, io, signal);
          if (started.kind === 'live') {
            lookAgainAfter(restMs);
            const over = started.handle.over.then(async (end) => {
              await look().finally(() => leave(call));
              return end;
            });
            return { ...started, handle: withEnd(started.handle, over) };
          }
          await look();
          leave(call);
          return started;
        } catch (error) {
          leave(call);
          throw error;
        }
      },
    }),
    take: async (callId) => {
      await look();
      const call = calls.get(callId);
      if (call === undefined) return { fresh: [], all: [] };
      const fresh = call.all.slice(call.told);
      call.told = call.all.length;
      return { fresh, all: [...call.all] };
    },
    beside: async (paths, change) => {
      const changed =
        state.scan === undefined ? change() : state.scan.then((scan) => scan.beside(paths, change));
      changing.add(changed);
      try {
        return await changed;
      } finally {
        changing.delete(changed);
      }
    },
    close: () => {
      clearTimeout(state.timer);
      state.scan = undefined;
    },
  };
}

function writableOf(profile: AccessProfile): readonly AbsolutePath[] {
  return profile.kind === 'workspace-write' ? profile.writable : [];
}

/** Without what lies in another, and without the directories that strangers share. */
function outermost(
  writable: readonly AbsolutePath[],
  temporary: readonly AbsolutePath[],
): readonly AbsolutePath[] {
  const own = [...new Set(writable)].filter((root) => !temporary.includes(root));
  return own.filter((root) => !own.some((other) => other !== root && root.startsWith(`${other}/`)));
}

function withEnd(program: LiveProgram, over: LiveProgram['over']): LiveProgram {
  return {
    get pid() {
      return program.pid;
    },
    over,
    write: async (bytes) => await program.write(bytes),
    ...(program.end === undefined ? {} : { end: () => program.end?.() }),
    resize: (rows, cols) => program.resize(rows, cols),
    interrupt: () => program.interrupt(),
    terminate: async () => await program.terminate(),
  };
}
