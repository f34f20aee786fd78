// The judge for sessions: while a program of ours writes into the real directories, what is new there is looked at
// whenever an answer is given, at its end, and now and then between. What would run later is put aside at once.
import { join } from 'node:path';
import {
  type AbsolutePath,
  type AccessProfile,
  type BytePath,
  type CallId,
  type ChangeRule,
  type ExecEvent,
  type HeldChange,
  type PreparedCommand,
  type Runner,
  showBytePath,
} from '../domain/index.ts';
import {
  type Alarm,
  heldStore,
  makeWorld,
  openHeldPlace,
  putAside,
  realTree,
  type Scan,
  setAlarm,
  startScan,
} from '../airlock/index.ts';
import { addAttended } from '../launcher/index.ts';
import { protectedInHome } from '../sandbox/index.ts';
import { realPath } from './host-facts.ts';
import { type Insistence, watchInsistence } from './insistence.ts';
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
  take(callId: CallId): Promise<TakenLook>;
  /** Changes these paths (absolute, parents first) while nobody looks at them, and takes them for judged. */
  beside<T>(paths: readonly BytePath[], change: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface TakenLook {
  readonly fresh: readonly HeldChange[];
  readonly all: readonly HeldChange[];
  /** Why its program was ended, when that was because of what it wrote. */
  readonly ended: string | undefined;
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
  program: LiveProgram | undefined;
  ended: string | undefined;
  /** Why the last look could not be had. */
  failure?: Error;
}

interface Watched {
  readonly scan: Scan;
  readonly alarm: Alarm;
  readonly insistence: Insistence;
}

export function watchWrites(places: WatchedPlaces): WriteWatch {
  const { profile } = places;
  const roots = profile.kind === 'workspace-write' ? outermost(profile.writable, places.temporary) : [];
  const home = places.home === undefined ? [] : [places.home, realPath(places.home)];
  const startUp = home.flatMap((at) => protectedInHome.map((name) => join(at, name)));
  const calls = new Map<CallId, Call>();
  const state: { watched: Promise<Watched> | undefined; timer: NodeJS.Timeout | undefined } = {
    watched: undefined,
    timer: undefined,
  };
  const changing = new Set<Promise<unknown>>();
  const alive = (): readonly (readonly [CallId, Call])[] => [...calls].filter(([, call]) => call.alive);

  async function begin(): Promise<Watched> {
    // What comes in while the directories are looked into for the first time would be half known.
    await Promise.allSettled(changing);
    const world = makeWorld({ ...places, rules: places.rules(), roots, before: realTree, after: realTree });
    const place = openHeldPlace({ home: places.cordonHome, uid: places.uid, roots: writableOf(profile) });
    const store = place.ok ? heldStore(place.value, Date.now) : { missing: place.error };
    const commands = (): string => [...new Set(alive().map(([, { command }]) => command))].join(' | ');
    const scan = await startScan({
      roots,
      world,
      putAside: (judged, before) => putAside(judged, { store, before, after: realTree, command: commands() }),
    });
    const insistence = watchInsistence(scan.hot.directories.map((path) => showBytePath(path)));
    const alarm = setAlarm(scan.hot, async (changed) =>
      tell(await scan.glance(changed), insistence, { everywhere: false }),
    );
    return { scan, alarm, insistence };
  }

  async function look(when: 'final' | 'between' = 'final'): Promise<void> {
    if (state.watched === undefined) return;
    const { scan, insistence } = await state.watched;
    tell(await scan.look(when), insistence, { everywhere: true });
  }

  function tell(
    held: readonly HeldChange[],
    insistence: Insistence,
    look: { readonly everywhere: boolean },
  ): void {
    const tooMuch = insistence.note(held, look);
    if (held.length === 0) return;
    // Which of several programs wrote it cannot be told: each of them is told.
    for (const [callId, call] of alive()) {
      call.all.push(...held);
      places.emit({ type: 'changes.held', callId, held });
      if (tooMuch === undefined) continue;
      call.ended ??= tooMuch;
      void call.program?.terminate();
    }
  }

  function end(): void {
    clearTimeout(state.timer);
    void state.watched?.then(({ alarm }) => alarm.close()).catch(() => undefined);
    state.watched = undefined;
  }

  function lookAgainAfter(ms: number): void {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      const started = performance.now();
      void look('between').then(
        () => {
          if (state.watched !== undefined)
            lookAgainAfter(Math.max(restMs, 20 * (performance.now() - started)));
        },
        // The next answer looks again, and fails where somebody hears of it.
        () => undefined,
      );
    }, ms);
    state.timer.unref();
  }

  function enter({ id, command }: WatchedCall): Call {
    const known = calls.get(id);
    const call = known ?? { command, all: [], told: 0, alive: true, program: undefined, ended: undefined };
    call.alive = true;
    calls.set(id, call);
    return call;
  }

  function leave(call: Call): void {
    call.alive = false;
    for (const [id, ended] of calls) if (!ended.alive && calls.size > mostEnded) calls.delete(id);
    // What a person writes from now on is theirs.
    if (alive().length === 0) end();
  }

  return {
    watching: (runner, watched) => ({
      start: async (prepared, io, signal) => {
        // Nothing holds it, because somebody said so: what it writes is what they wanted.
        if (roots.length === 0 || prepared.enforcement.level === 'none')
          return await runner.start(prepared, io, signal);
        const call = enter(watched);
        try {
          state.watched ??= begin();
          await state.watched;
          const started = await runner.start(attendedCommand(prepared, roots, startUp), io, signal);
          if (started.kind === 'live') {
            call.program = started.handle;
            lookAgainAfter(restMs);
            const over = started.handle.over.then(async (end) => {
              try {
                await look();
              } catch (error) {
                call.failure = error instanceof Error ? error : new Error(String(error));
              }
              leave(call);
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
      // Nobody has seen what it left behind: whoever asks must hear of that, and the host lives on.
      if (call?.failure !== undefined) throw call.failure;
      if (call === undefined) return { fresh: [], all: [], ended: undefined };
      const fresh = call.all.slice(call.told);
      call.told = call.all.length;
      return { fresh, all: [...call.all], ended: call.ended };
    },
    beside: async (paths, change) => {
      const changed =
        state.watched === undefined ? change() : state.watched.then(({ scan }) => scan.beside(paths, change));
      changing.add(changed);
      try {
        return await changed;
      } finally {
        changing.delete(changed);
      }
    },
    close: end,
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

/** In what is looked at, the launcher holds only what is obeyed there already. */
function attendedCommand(
  prepared: PreparedCommand,
  roots: readonly AbsolutePath[],
  startUp: readonly string[],
): PreparedCommand {
  if (prepared.kind !== 'launched' || prepared.writes === undefined) return prepared;
  const { writes } = prepared;
  const looked = roots.filter((root) => writes.roots.includes(root));
  // A root in one of them is looked at with it.
  const inner = writes.roots.filter((path) => isLookedAt(path, looked));
  const mayCome = writes.protect.filter((path) => startUp.includes(path) && isLookedAt(path, looked));
  return { ...prepared, start: addAttended(prepared.start, { roots: [...looked, ...inner], mayCome }) };
}

function isLookedAt(path: string, roots: readonly AbsolutePath[]): boolean {
  return roots.some((root) => path.startsWith(`${root}/`));
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
