// What a page is told of a runtime's events, in the words of the published schema. The runtime is pretended.
import { describe, expect, it } from 'vitest';
import type { ExecEvent, ExecResult, Reviewer } from '../../domain/index.ts';
import type { ChangeSet, ShellRuntime } from '../../runtime/index.ts';
import type { WatchedCall, WatchMethods, WatchNotifications } from '../../web/protocol/index.ts';
import { asks } from './testdata/requests.ts';
import { watchResults, watchTold } from './testdata/told.ts';
import { WatchedServer } from './watched-server.ts';
import { connectPage } from './watching-page.ts';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Told {
  readonly method: keyof WatchNotifications;
  readonly params: never;
}

function ground() {
  let emit: (event: ExecEvent) => void = () => undefined;
  const set = {
    id: 'set-1',
    changes: [{ path: '/w/a', kind: 'create', before: { kind: 'missing' }, after: { kind: 'missing' } }],
    omitted: 0,
    forbidden: undefined,
    problem: undefined,
    diff: async () => await Promise.resolve(['+++ /w/a', '+x']),
    discard: async () => await Promise.resolve(),
  } as unknown as ChangeSet;
  const runtime = {
    sessions: {},
    onEvent: (listener: typeof emit) => {
      emit = listener;
      return () => undefined;
    },
    exec: async ({ callId = '', command }: { readonly callId?: string; readonly command: unknown }) => {
      if (command === 'misused') throw new Error('a field cannot be used');
      const result = refusedAs(callId);
      emit({ type: 'exec.finished', callId: callId as never, result });
      return await Promise.resolve({ ...result, changeSet: set });
    },
    approvals: {
      audit: () => [
        { at: 1, callId: 'one', purpose: 'first-run', source: 'rule', decision: 'forbidden', why: 'no' },
        { at: 2, callId: 'gone', purpose: 'first-run', source: 'user', decision: 'approved', why: 'yes' },
      ],
    },
    close: async () => await Promise.resolve(),
  } as unknown as ShellRuntime;
  const server = new WatchedServer({
    place: { version: '1', workspace: '/w', limits: 'nothing', enforcedBy: 'landlock' },
    history: { list: () => [], diff: async () => await Promise.resolve(['-gone']) } as never,
    words: { quote: (argv) => argv.join(' '), rulesFile: undefined },
    now: () => 5,
  });
  const given: Reviewer[] = [];
  const open = server.watching(async (_, reviewer) => {
    given.push(reviewer);
    return await Promise.resolve(runtime);
  });
  return { server, open, given, emit: (event: ExecEvent) => emit(event) };
}

const refusedAs = (callId: string): ExecResult => ({
  kind: 'not-run',
  callId: callId as never,
  refusal: { kind: 'escalation-not-possible', reason: 'no' },
});

function page(server: WatchedServer) {
  const told: Told[] = [];
  const answers = new Map<number, (message: Answer) => void>();
  let last = 0;
  const connection = connectPage(
    server,
    {
      send: (text) => {
        const message = JSON.parse(text) as Answer & Partial<Told> & { readonly id?: number };
        const { method, params } = message;
        if (method === undefined) answers.get(message.id ?? 0)?.(message);
        else {
          watchTold[method].parse(params);
          told.push({ method, params: params as never });
        }
      },
      queuedBytes: 0,
      onRoom: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      close: () => undefined,
    },
    (error) => {
      throw error;
    },
  );
  const ask = async (method: string, params: object = {}): Promise<unknown> => {
    last += 1;
    const id = last;
    const answer = new Promise<Answer>((resolve) => answers.set(id, resolve));
    connection.receive(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(error.message);
    return watchResults[method as keyof WatchMethods].parse(result);
  };
  return { ask, told, connection };
}

const nobody: Reviewer = { review: async () => await Promise.reject(new Error('a client was asked')) };

describe('a page that watches', () => {
  it('is told nothing before it asked how things are, and has no method of a client', async () => {
    const { server } = ground();
    const { ask, told } = page(server);
    server.calls.begin({ callId: 'a', client: 1, command: 'ls', cwd: '/w', tty: false });
    await expect(ask('watch/audit')).rejects.toThrow('the first request is `watch/start`');
    expect(told).toEqual([]);
    expect(await ask('watch/start')).toMatchObject({ calls: [{ callId: 'a', state: 'judged' }] });
    for (const method of ['initialize', 'command/exec', 'session/open', 'toString'])
      await expect(ask(method)).rejects.toThrow('No method of the page');
  });

  it('follows a command from its beginning to its end, and knows its client', async () => {
    const { server, open, given } = ground();
    const { ask, told } = page(server);
    await ask('watch/start');
    const first = await open(undefined, nobody);
    const second = await open(undefined, { ...nobody });
    await first.exec({ callId: 'one', command: ['curl', 'x'], cwd: 'sub' });
    await second.exec({ command: 'ls' });
    await expect(first.exec({ callId: 'bad', command: 'misused' })).rejects.toThrow('cannot be used');
    const calls = told
      .filter(({ method }) => method === 'watch/call')
      .map(({ params }) => (params as { readonly call: WatchedCall }).call);
    expect(calls.map(({ client, command, cwd, state }) => [client, command, cwd, state])).toEqual([
      [1, 'curl x', '/w/sub', 'judged'],
      [1, 'curl x', '/w/sub', 'refused'],
      [2, 'ls', '/w', 'judged'],
      [2, 'ls', '/w', 'refused'],
      [1, 'misused', '/w', 'judged'],
      [1, 'misused', '/w', 'refused'],
    ]);
    expect(calls.at(-1)?.ending).toBe('Not run: a field cannot be used');
    expect(given.includes(nobody)).toBe(false);
  });

  it('answers a question once, and hears that it is over', async () => {
    const { server, open, given } = ground();
    const { ask, told } = page(server);
    const other = page(server);
    await ask('watch/start');
    await other.ask('watch/start');
    await open(undefined, nobody);
    const decided = given[0]?.review(asks(), new AbortController().signal);
    const questionId = server.questions.list()[0]?.questionId ?? '';
    const decision = { kind: 'approved' };
    expect(await ask('watch/answer', { questionId, decision })).toEqual({ isTaken: true });
    expect(await other.ask('watch/answer', { questionId, decision })).toEqual({ isTaken: false });
    expect(await decided).toEqual({ kind: 'approved' });
    for (const news of [told, other.told])
      expect(news.map(({ method }) => method)).toEqual(['watch/question', 'watch/answered']);
  });

  it('sees what waits in a change set until it is dropped, and who decided what', async () => {
    const { server, open } = ground();
    const { ask } = page(server);
    await ask('watch/start');
    const runtime = await open(undefined, nobody);
    const { changeSet } = await runtime.exec({ callId: 'one', command: 'make', changes: 'hold' });
    expect(await ask('watch/changes')).toMatchObject({
      changes: [{ kind: 'set', id: 'set-1', command: 'make' }],
    });
    expect(await ask('watch/diff', { kind: 'set', id: 'set-1' })).toEqual({
      lines: ['+++ /w/a', '+x'],
      omitted: 0,
    });
    await changeSet?.discard();
    expect(await ask('watch/changes')).toEqual({ changes: [] });
    await expect(ask('watch/diff', { kind: 'set', id: 'set-1' })).rejects.toThrow('committed or dropped');
    const audit = await ask('watch/audit');
    expect(audit).toMatchObject({ entries: [{ callId: 'gone', command: null }, { command: 'make' }] });
    await runtime.close();
    expect(await ask('watch/audit')).toEqual(audit);
  });

  it('forgets the oldest commands that ended, and never one that runs', async () => {
    const { server, open } = ground();
    const { ask, told } = page(server);
    const runtime = await open(undefined, nobody);
    server.calls.begin({ callId: 'live', client: 1, command: 'sleep', cwd: '/w', tty: false });
    await ask('watch/start');
    for (let at = 0; at < 202; at += 1) await runtime.exec({ callId: `c${String(at)}`, command: 'ls' });
    expect(told.filter(({ method }) => method === 'watch/forgotten').map(({ params }) => params)).toEqual([
      { callId: 'c0' },
      { callId: 'c1' },
    ]);
    expect(server.calls.list()[0]?.callId).toBe('live');
  });
});
