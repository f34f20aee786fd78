// One page that watches: what it asks, and the news it is told.
import type { WatchMethods } from '../../web/protocol/index.ts';
import type { Connection } from '../rpc/create-rpc-server.ts';
import { Peer } from '../rpc/peer.ts';
import { readGiven } from '../rpc/read-given.ts';
import { RpcError } from '../rpc/rpc-error.ts';
import type { Wire } from '../rpc/wire.ts';
import { openOutputScreen, type OutputScreen } from './output-screen.ts';
import { watchParams } from './watch-params.ts';
import type { WatchedServer } from './watched-server.ts';

export function connectPage(
  server: WatchedServer,
  wire: Wire,
  onProblem: (error: unknown) => void,
): Connection {
  const { calls, questions, changes } = server;
  const state: { isStarted: boolean; screen: OutputScreen | undefined; wanted: string | undefined } = {
    isStarted: false,
    screen: undefined,
    wanted: undefined,
  };

  const methods: {
    readonly [M in keyof WatchMethods]: (
      params: WatchMethods[M]['params'],
    ) => WatchMethods[M]['result'] | Promise<WatchMethods[M]['result']>;
  } = {
    'watch/start': () => {
      state.isStarted = true;
      return { place: server.place, calls: calls.list(), questions: questions.list() };
    },
    'watch/answer': ({ questionId, decision }) => ({ isTaken: questions.answer(questionId, decision) }),
    'watch/output': async ({ callId }) => await output(callId),
    'watch/changes': () => ({ changes: changes.list() }),
    'watch/diff': async ({ kind, id }) => await changes.diff(kind, id),
    'watch/audit': () => server.audit(),
  };

  const peer = new Peer(wire, { serve, onProblem });
  const forget = [
    calls.onNews((news) => {
      if (!state.isStarted) return;
      if (news.kind === 'changed') peer.notify('watch/call', { call: news.call });
      else peer.notify('watch/forgotten', { callId: news.callId });
    }),
    questions.onNews((news) => {
      if (!state.isStarted) return;
      if (news.kind === 'asked') peer.notify('watch/question', { question: news.question });
      else peer.notify('watch/answered', { questionId: news.questionId });
    }),
    peer.onRoom(() => state.screen?.look()),
  ];
  peer.gone.addEventListener(
    'abort',
    () => {
      for (const stop of forget) stop();
      state.screen?.close();
    },
    { once: true },
  );

  async function serve(method: string, given: unknown): Promise<unknown> {
    if (!isWatchMethod(method))
      throw new RpcError('unknown-method', `No method of the page has the name ${JSON.stringify(method)}`);
    if (!state.isStarted && method !== 'watch/start')
      throw new RpcError('not-initialized', 'Cannot serve it yet: the first request is `watch/start`');
    const params = readGiven<unknown>(watchParams[method], given, method);
    return await (methods[method] as (params: unknown) => unknown)(params);
  }

  async function output(callId: string): Promise<WatchMethods['watch/output']['result']> {
    const kept = calls.find(callId);
    if (kept === undefined) throw new RpcError('unknown-process', 'Cannot show it: it is not kept any more');
    state.screen?.close();
    state.screen = undefined;
    state.wanted = callId;
    const screen = await openOutputScreen({
      callId,
      record: kept.record,
      size: () => calls.find(callId)?.size,
      hasRoom: () => peer.hasRoom,
      tell: (rows) => peer.notify('watch/rows', rows),
    });
    // It wants another one by now, or is gone.
    if (state.wanted !== callId || peer.gone.aborted) screen.close();
    else show(screen);
    return screen.whole;
  }

  function show(screen: OutputScreen): void {
    state.screen?.close();
    state.screen = screen;
  }

  return {
    receive: (line) => peer.receive(line),
    refuse: (why) => peer.refuse(why),
    end: () => peer.end(),
  };
}

function isWatchMethod(method: string): method is keyof WatchMethods {
  return Object.hasOwn(watchParams, method);
}
