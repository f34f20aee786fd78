import { describe, expect, it } from 'vitest';
import type {
  AttemptOutcome,
  CallId,
  ExecEvent,
  ExecResult,
  LauncherReport,
  Refusal,
  Runner,
} from '../../domain/index.ts';
import type { Attachment, LiveProgram, ProgramOver } from './live-program.ts';
import { SessionManager } from './session-manager.ts';
import type { Orchestrated, SessionOpening } from './session-opening.ts';

const nothing = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };
const output = { stdout: nothing, stderr: nothing, aggregated: nothing, spillFile: undefined };
const report: LauncherReport = { enforcement: undefined, denials: [] };

/** A program the test writes for, types to and ends. */
class FakeProgram implements LiveProgram {
  readonly pid = 7;
  readonly typed: string[] = [];
  readonly sizes: (readonly [number, number])[] = [];
  interrupts = 0;
  ended = false;
  readonly over: Promise<ProgramOver>;
  say: (text: string) => void = () => undefined;
  #end: (over: ProgramOver) => void = () => undefined;

  constructor() {
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }
  write(bytes: Uint8Array): Promise<'written' | 'closed'> {
    this.typed.push(new TextDecoder().decode(bytes));
    return Promise.resolve('written');
  }
  resize(rows: number, cols: number): void {
    this.sizes.push([rows, cols]);
  }
  interrupt(): void {
    this.interrupts += 1;
  }
  terminate(): Promise<void> {
    this.exit({ kind: 'signalled', signal: 'SIGTERM', output });
    return Promise.resolve();
  }
  exit(outcome: AttemptOutcome = { kind: 'exited', exitCode: 0, output }): void {
    this.ended = true;
    this.#end({ outcome, report });
  }
}

interface World {
  readonly manager: SessionManager;
  begin(callId: CallId, runner: Runner<LiveProgram>, signal: AbortSignal): Promise<Orchestrated>;
  readonly programs: FakeProgram[];
  mostAtOnce: number;
  readonly events: ExecEvent['type'][];
  readonly log: ExecEvent[];
  /** Answered instead of running, while set. */
  refusal: Refusal | undefined;
  /** Runs before the result of a program that ended is final: a question, a retry. */
  afterEnd: ((start: () => Promise<Orchestrated>) => Promise<Orchestrated | undefined>) | undefined;
  announce(event: ExecEvent): void;
}

/** `random` as the table is to get it; counts up unless told. */
function world(random?: (below: number) => number): World {
  const programs: FakeProgram[] = [];
  const listeners: ((event: ExecEvent) => void)[] = [];
  const events: ExecEvent['type'][] = [];
  const log: ExecEvent[] = [];
  let next = 0;
  const announce = (event: ExecEvent): void => {
    events.push(event.type);
    log.push(event);
    for (const listener of listeners) listener(event);
  };
  const result = (callId: CallId, outcome: AttemptOutcome): ExecResult => ({
    kind: 'ran',
    callId,
    outcome,
    attempts: [] as never,
  });

  const begin = async (
    callId: CallId,
    runner: Runner<LiveProgram>,
    signal: AbortSignal,
  ): Promise<Orchestrated> => {
    const refusal = made.refusal;
    if (refusal !== undefined) {
      return { kind: 'settled', result: { kind: 'not-run', callId: callId, refusal } };
    }
    const start = async (): Promise<Orchestrated> => {
      const io = {
        stdin: { kind: 'null' } as const,
        timeoutMs: 'none' as const,
        onOutput: () => undefined,
        onStarted: () => undefined,
      };
      const started = await runner.start({} as never, io, signal);
      if (started.kind === 'finished') return { kind: 'settled', result: result(callId, started.outcome) };
      return {
        kind: 'live',
        handle: started.handle,
        settle: async (outcome) =>
          (await made.afterEnd?.(start)) ?? {
            kind: 'settled',
            result: result(callId, outcome),
          },
      };
    };
    return await start();
  };
  const manager = new SessionManager({
    runner: (): Runner<LiveProgram> => ({
      start(_command, io) {
        const program = new FakeProgram();
        program.say = (text) => {
          void io.onOutput('tty', new TextEncoder().encode(text));
        };
        programs.push(program);
        made.mostAtOnce = Math.max(made.mostAtOnce, programs.filter(({ ended }) => !ended).length);
        return Promise.resolve({ kind: 'live', handle: program, report });
      },
    }),
    onEvent(listener) {
      listeners.push(listener);
      return () => undefined;
    },
    emit: announce,
    random: random ?? (() => next++),
    now: () => 0,
  });
  const made: World = {
    manager,
    begin,
    programs,
    mostAtOnce: 0,
    events,
    log,
    refusal: undefined,
    afterEnd: undefined,
    announce,
  };
  return made;
}

const tty: Attachment = { kind: 'tty', size: { rows: 24, cols: 80 } };
const pipes: Attachment = { kind: 'pipes', stdin: 'closed' };
let calls = 0;

function opening(made: World, attachment: Attachment, yieldMs?: number): SessionOpening {
  calls += 1;
  const callId = `call-${calls}` as CallId;
  return {
    callId,
    command: 'demo',
    cwd: '/w',
    attachment,
    begin: async (runner, signal) => await made.begin(callId, runner, signal),
    ...(yieldMs === undefined ? {} : { yieldMs }),
  };
}

async function openLive(
  made: World,
  attachment: Attachment = tty,
): Promise<{ id: number; program: FakeProgram }> {
  const read = await made.manager.open(opening(made, attachment, 250));
  if (!read.ok || read.value.kind !== 'running') throw new Error('not running');
  return { id: read.value.sessionId, program: made.programs.at(-1)! };
}

/** Opens with an endless wait, so that only the end of the program can answer. */
function openUntilExit(made: World, attachment: Attachment = tty): ReturnType<SessionManager['open']> {
  return made.manager.open({ ...opening(made, attachment), until: 'exit' });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe('SessionManager', () => {
  it('answers at once when the program ends early', async () => {
    const made = world();
    const answer = openUntilExit(made);
    await until(() => made.programs.length === 1);
    made.programs[0]!.say('hello\n');
    made.programs[0]!.exit();
    const read = await answer;
    expect(read.ok && [read.value.kind, read.value.text, read.value.lineBreaks]).toEqual([
      'finished',
      'hello\n',
      1,
    ]);
    expect(made.manager.list()).toEqual([]);
  });

  it('yields without ending the program, and hands out each byte once', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    program.say('one');
    const first = await made.manager.write({ sessionId: id, chars: 'x' });
    program.say('two');
    const second = await made.manager.write({ sessionId: id, chars: 'y' });
    expect([first, second].map((read) => read.ok && [read.value.kind, read.value.text])).toEqual([
      ['running', 'one'],
      ['running', 'two'],
    ]);
    expect(program.typed).toEqual(['x', 'y']);
  });

  it('hands a refusal back and keeps no id', async () => {
    const made = world();
    made.refusal = { kind: 'escalation-not-possible', reason: 'no' };
    expect(await made.manager.open(opening(made, tty))).toEqual({ ok: false, error: made.refusal });
    expect([made.manager.list(), made.programs.length]).toEqual([[], 0]);
  });

  it('gives a finished session the same end again, with its last output', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    program.say('bye');
    program.exit({ kind: 'exited', exitCode: 3, output });
    const first = await made.manager.write({ sessionId: id, chars: '' });
    const again = await made.manager.write({ sessionId: id, chars: '' });
    expect(
      first.ok && again.ok && [first.value.kind, first.value.text, again.value.kind, again.value.text],
    ).toEqual(['finished', 'bye', 'finished', 'bye']);
    expect(again.ok && again.value.kind === 'finished' && again.value.result).toMatchObject({
      outcome: { exitCode: 3 },
    });
  });

  it('does not pretend to type into a finished session', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    program.exit();
    await made.manager.write({ sessionId: id, chars: '' });
    const typed = await made.manager.write({ sessionId: id, chars: 'ls\n' });
    expect(typed.ok ? undefined : typed.error.kind).toBe('already-finished');
  });

  interface Moment {
    readonly says: string;
    /** Opens a session and brings its program to its end; answers with what it wrote in answers before its end. */
    readonly play: (made: World) => Promise<{ readonly id: number; readonly seen: string }>;
    readonly said: string;
  }
  const end = (program: FakeProgram): void => {
    program.say('last words');
    program.exit({ kind: 'exited', exitCode: 7, output });
  };
  const moments: readonly Moment[] = [
    {
      says: 'in the moment it starts',
      said: 'last words',
      play: async (made) => {
        const answer = openUntilExit(made);
        await until(() => made.programs.length === 1);
        end(made.programs[0]!);
        const read = await answer;
        return { id: read.ok ? read.value.sessionId : 0, seen: '' };
      },
    },
    {
      says: 'while nobody waits, after the opening',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        end(program);
        await until(() => made.events.includes('session.closed'));
        return { id, seen: '' };
      },
    },
    {
      says: 'while nobody waits, after a read',
      said: 'first last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        program.say('first ');
        const read = await made.manager.write({ sessionId: id, chars: 'x' });
        end(program);
        await until(() => made.events.includes('session.closed'));
        return { id, seen: read.ok ? read.value.text : '' };
      },
    },
    {
      says: 'while a call waits that lost interest',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        const gone = new AbortController();
        const waiting = made.manager.write({ sessionId: id, chars: '', until: 'exit' }, gone.signal);
        await until(() => made.events.includes('session.interaction'));
        gone.abort();
        end(program);
        const read = await waiting;
        return { id, seen: read.ok && read.value.kind === 'running' ? read.value.text : '' };
      },
    },
    {
      says: 'while a call waits',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        const waiting = made.manager.write({ sessionId: id, chars: '', until: 'exit' });
        await until(() => made.events.includes('session.interaction'));
        end(program);
        await waiting;
        return { id, seen: '' };
      },
    },
    {
      says: 'while something is typed',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        program.write = () => {
          end(program);
          return Promise.resolve('closed');
        };
        await made.manager.write({ sessionId: id, chars: 'x\n' });
        return { id, seen: '' };
      },
    },
    {
      says: 'before something is typed, which is refused and reads nothing',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        end(program);
        await until(() => made.events.includes('session.closed'));
        const typed = await made.manager.write({ sessionId: id, chars: 'x\n' });
        expect(typed.ok ? typed.value.kind : typed.error.kind).toBe('already-finished');
        return { id, seen: '' };
      },
    },
    {
      says: 'and others end after it, as many as are kept',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        end(program);
        await until(() => made.events.includes('session.closed'));
        for (let others = 0; others < 300; others += 1) {
          const answer = openUntilExit(made);
          await until(() => made.programs.length === others + 2);
          made.programs.at(-1)!.exit();
          await answer;
        }
        return { id, seen: '' };
      },
    },
    {
      says: 'and it is terminated afterwards',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        end(program);
        await until(() => made.events.includes('session.closed'));
        await made.manager.terminate(id);
        return { id, seen: '' };
      },
    },
    {
      says: 'and everything is closed afterwards',
      said: 'last words',
      play: async (made) => {
        const { id, program } = await openLive(made);
        end(program);
        await until(() => made.events.includes('session.closed'));
        const closed = await made.manager.closeAll();
        expect(closed.map(({ sessionId, result }) => [Number(sessionId), result.kind])).toEqual([
          [id, 'ran'],
        ]);
        return { id, seen: '' };
      },
    },
  ];
  it.each(moments)(
    'keeps the end and the last words of a program that ends $says',
    async ({ play, said }) => {
      const made = world();
      const { id, seen } = await play(made);
      const read = await made.manager.write({ sessionId: id, chars: '' });
      if (!read.ok || read.value.kind !== 'finished') throw new Error('its end is gone');
      const { result, text } = read.value;
      expect([result.kind === 'ran' && result.outcome.kind, `${seen}${text}`]).toEqual(['exited', said]);
    },
  );

  it('shows the screen of a session that ended while nobody waited', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    program.say('\x1b[2J\x1b[3;5Hthere');
    program.exit();
    await until(() => made.events.includes('session.closed'));
    const reads = [];
    for (let times = 0; times < 2; times += 1)
      reads.push(await made.manager.write({ sessionId: id, chars: '', screen: true }));
    expect(reads.map((read) => read.ok && read.value.screen?.lines[2])).toEqual(['    there', undefined]);
  });

  it('never has more than 64 programs, also when 90 are opened at once', async () => {
    const made = world();
    const reads = await Promise.all(
      Array.from({ length: 90 }, async () => await made.manager.open(opening(made, tty, 250))),
    );
    const ends = reads.map((read) =>
      read.ok ? [read.value.kind, read.value.warning !== undefined] : read.error.kind,
    );
    expect(ends.filter(([kind]) => kind === 'running')).toHaveLength(64);
    expect(ends.filter(([kind, isTold]) => kind === 'finished' && isTold === true)).toHaveLength(26);
    expect([made.programs.length, made.mostAtOnce, made.manager.list().length]).toEqual([90, 64, 64]);
  }, 60_000);

  it('lets nobody in whose call is withdrawn while it waits for a place', async () => {
    const made = world();
    for (let opened = 0; opened < 64; opened += 1) {
      const program = openLive(made);
      await until(() => made.programs.length === opened + 1);
      made.programs[opened]!.terminate = async () => await Promise.resolve();
      await program;
    }
    const gone = new AbortController();
    const answer = made.manager.open(opening(made, tty), gone.signal);
    await until(() => made.log.length > 0);
    gone.abort();
    const read = await answer;
    expect(read.ok && read.value.kind === 'finished' && read.value.result).toMatchObject({
      kind: 'ran',
      outcome: { kind: 'cancelled' },
    });
    expect(made.programs).toHaveLength(64);
  }, 60_000);

  it('withdraws the question about a retry when the session is ended, and tells what the program did', async () => {
    const made = world();
    const asked = opening(made, tty, 250);
    const opened = await made.manager.open({
      ...asked,
      begin: async (runner, signal) => {
        const stage = await made.begin(asked.callId, runner, signal);
        if (stage.kind === 'settled') return stage;
        return {
          ...stage,
          settle: async (outcome, told) => {
            await until(() => signal.aborted);
            return await stage.settle(outcome, told);
          },
        };
      },
    });
    made.programs[0]!.exit({ kind: 'exited', exitCode: 5, output });
    const result = opened.ok ? await made.manager.terminate(opened.value.sessionId) : undefined;
    expect(result).toMatchObject({ kind: 'ran', outcome: { exitCode: 5 } });
  });

  it('says of a program that cannot be killed that it ran, what it wrote, and that it may still run', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    program.terminate = async () => await Promise.resolve();
    program.say('stuck');
    const result = await made.manager.terminate(id);
    const read = await made.manager.write({ sessionId: id, chars: '' });
    expect(result).toMatchObject({
      kind: 'ran',
      outcome: { kind: 'cancelled', output: { aggregated: { totalBytes: 5 } } },
    });
    expect(read.ok && [read.value.text, read.value.warning]).toEqual([
      'stuck',
      `session ${id} could not be ended in time; its program may still run`,
    ]);
  }, 60_000);

  it('names an id that never was', async () => {
    const read = await world().manager.write({ sessionId: 4711, chars: '' });
    expect(read).toEqual({
      ok: false,
      error: { kind: 'unknown-session', sessionId: 4711, reason: 'no session has the id 4711' },
    });
  });

  it('says what to do when a session without a terminal is typed to', async () => {
    const made = world();
    const { id } = await openLive(made, pipes);
    const typed = await made.manager.write({ sessionId: id, chars: 'y\n' });
    expect(typed).toMatchObject({ ok: false, error: { kind: 'stdin-closed' } });
    expect(typed.ok ? '' : typed.error.reason).toContain('tty=true');
  });

  it('interrupts a session without a terminal with a lone Ctrl-C', async () => {
    const made = world();
    const { id, program } = await openLive(made, pipes);
    await made.manager.write({ sessionId: id, chars: '\u0003' });
    expect([program.interrupts, program.typed]).toEqual([1, []]);
  });

  it('lets two reads of one session take turns', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    const first = made.manager.write({ sessionId: id, chars: '', until: 'exit' });
    const second = made.manager.write({ sessionId: id, chars: '', until: 'exit' });
    program.say('all of it');
    program.exit();
    const texts = (await Promise.all([first, second])).map((read) => read.ok && read.value.text);
    expect(texts).toEqual(['all of it', 'all of it']);
  });

  it('gives a caller that lost interest its answer, and leaves the program alone', async () => {
    const made = world();
    const gone = new AbortController();
    const answer = made.manager.open({ ...opening(made, tty), until: 'exit' }, gone.signal);
    await until(() => made.manager.list().length === 1);
    gone.abort();
    const read = await answer;
    expect(read.ok && read.value.kind).toBe('running');
    expect(made.manager.list()).toHaveLength(1);
  });

  it('goes on under the same id when a retry was allowed after a denial', async () => {
    const made = world();
    let asked = 0;
    made.afterEnd = async (start) => (asked++ === 0 ? await start() : undefined);
    const { id, program } = await openLive(made);
    program.say('denied\n');
    program.exit({ kind: 'exited', exitCode: 1, output });
    await until(() => made.programs.length === 2);
    made.programs[1]!.say('fine\n');
    made.programs[1]!.exit();
    const read = await made.manager.write({ sessionId: id, chars: '', until: 'exit' });
    expect(read.ok && [read.value.kind, read.value.text]).toEqual(['finished', 'denied\nfine\n']);
  });

  it('tells observers what was typed and when somebody waited, and nothing of what could not be typed', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    const closed = await openLive(made, pipes);
    await made.manager.write({ sessionId: id, chars: 'ls\n' });
    const waiting = made.manager.write({ sessionId: id, chars: '' });
    await made.manager.write({ sessionId: closed.id, chars: 'y\n' });
    await made.manager.write({ sessionId: closed.id, chars: '\u0003' });
    program.exit();
    await waiting;
    await made.manager.write({ sessionId: id, chars: '' });
    const told = made.log.flatMap((event) =>
      event.type === 'session.interaction' ? [[event.sessionId, event.chars]] : [],
    );
    expect(told).toEqual([
      [id, 'ls\n'],
      [id, ''],
      [closed.id, '\u0003'],
    ]);
  });

  const failures: readonly { says: string; fail: (made: World) => Promise<unknown> }[] = [
    {
      says: 'a refusal',
      fail: async (made) => {
        made.refusal = { kind: 'escalation-not-possible', reason: 'no' };
        await made.manager.open(opening(made, tty));
        made.refusal = undefined;
      },
    },
    {
      says: 'a question nobody wants an answer to any more',
      fail: async (made) => {
        const gone = new AbortController();
        const withdrawn = { kind: 'aborted', reason: 'withdrawn' } as const;
        const asked = opening(made, tty);
        const answer = made.manager.open(
          {
            ...asked,
            begin: async (_runner, signal) => {
              await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
              const { callId } = asked;
              return { kind: 'settled', result: { kind: 'not-run', callId, refusal: withdrawn } };
            },
          },
          gone.signal,
        );
        gone.abort();
        expect(await answer).toEqual({ ok: false, error: withdrawn });
      },
    },
    {
      says: 'a broken promise of ours',
      fail: async (made) => {
        const broken = {
          ...opening(made, tty),
          begin: async () => await Promise.reject(new Error('broken')),
        };
        await expect(made.manager.open(broken)).rejects.toThrow('broken');
      },
    },
  ];
  for (const { says, fail } of failures) {
    it(`gives the id back after ${says}`, async () => {
      const made = world(() => 0);
      for (let times = 0; times < 3; times += 1) await fail(made);
      expect((await openLive(made)).id).toBe(1_000);
    });
  }

  it('keeps no place for a program that could not be started, only its end', async () => {
    const made = world(() => 0);
    const failure = { stage: 'exec', errno: 'ENOENT', message: 'Cannot execute it' } as const;
    const asked = opening(made, tty);
    const { callId } = asked;
    const outcome = { kind: 'spawn-failed', failure } as const;
    const read = await made.manager.open({
      ...asked,
      begin: async () =>
        await Promise.resolve({
          kind: 'settled',
          result: { kind: 'ran', callId, outcome, attempts: [] as never },
        } as const),
    });
    const again = await made.manager.write({ sessionId: 1_000, chars: '' });
    expect([read, again].map((each) => each.ok && [each.value.kind, each.value.sessionId])).toEqual([
      ['finished', 1_000],
      ['finished', 1_000],
    ]);
    expect([made.manager.list(), (await openLive(made)).id]).toEqual([[], 1_001]);
  });

  it('never ends one of those used last, and warns from the sixtieth on', async () => {
    const made = world();
    const opened = await Promise.all(
      Array.from({ length: 64 }, async () => await made.manager.open(opening(made, tty, 250))),
    );
    const ids = opened.map((read) => (read.ok ? Number(read.value.sessionId) : 0));
    // The first one is used again, so the second is the one that was not used for longest.
    const first = await made.manager.write({ sessionId: ids[0]!, chars: 'x' });
    expect(first.ok && first.value.warning).toContain('64 sessions are open');
    await made.manager.open(opening(made, tty, 250));
    const live = made.manager.list().map(({ sessionId }) => Number(sessionId));
    expect([live.includes(ids[0]!), live.includes(ids[1]!), live.length]).toEqual([true, false, 64]);
    for (const id of live.slice(0, 5)) await made.manager.terminate(id);
    const calm = await made.manager.write({ sessionId: live.at(-1)!, chars: 'x' });
    expect(calm.ok && calm.value.warning).toBeUndefined();
  }, 60_000);

  it('ends every session when it is closed', async () => {
    const made = world();
    await openLive(made);
    await openLive(made, pipes);
    const closed = await made.manager.closeAll();
    expect(closed.map(({ result }) => result.kind === 'ran' && result.outcome.kind)).toEqual([
      'signalled',
      'signalled',
    ]);
    expect(made.events.filter((type) => type === 'session.closed')).toHaveLength(2);
  });

  it('resizes a terminal, and refuses a size that is none', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    const answers = [
      made.manager.resize(id, 40, 120),
      made.manager.resize(id, 0, 80),
      made.manager.resize(id, 1.5, 80),
      made.manager.resize(9, 40, 120),
    ];
    expect([answers, program.sizes]).toEqual([
      [true, false, false, false],
      [
        [24, 80],
        [40, 120],
      ],
    ]);
  });

  it('warns when sessions are running out, and ends the least recently used for a new one', async () => {
    const made = world();
    const first = await openLive(made);
    first.program.say('before');
    await Promise.all(Array.from({ length: 63 }, () => openLive(made)));
    const last = await made.manager.open(opening(made, tty, 250));
    expect(last.ok && last.value.warning).toContain('sessions are open');
    await until(() => made.events.includes('session.closed'));
    const evicted = await made.manager.write({ sessionId: first.id, chars: '' });
    expect(evicted.ok && evicted.value).toMatchObject({
      kind: 'finished',
      text: 'before',
      result: { kind: 'ran', outcome: { kind: 'signalled' } },
      warning: `session ${first.id} was ended to make room for a newer one`,
    });
    expect(made.manager.list()).toHaveLength(64);
  }, 60_000);

  it('shows what is on the screen, also of what was written before anybody looked', async () => {
    const made = world();
    const { id, program } = await openLive(made);
    program.say('\x1b[2J\x1b[3;5Hthere');
    const read = await made.manager.write({ sessionId: id, chars: 'k', screen: true });
    expect(read.ok && [read.value.screen?.lines[2], read.value.screen?.cursor]).toEqual([
      '    there',
      { row: 2, col: 9 },
    ]);
  });
});
