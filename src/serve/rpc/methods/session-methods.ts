// `session/*`: the sessions of the runtime, as an agent uses them.
import type { CallId } from '../../../domain/index.ts';
import { explainRefusal, type SessionRead as RuntimeRead } from '../../../runtime/index.ts';
import type { Client } from '../client.ts';
import { commandResult } from '../command-result.ts';
import type { SessionRead } from '../protocol/sessions.ts';
import { RpcError } from '../rpc-error.ts';
import type { MethodsOf } from './methods-of.ts';
import { readDirectory, readWish } from './read-wish.ts';

export const sessionMethods: MethodsOf<
  | 'session/open'
  | 'session/write'
  | 'session/list'
  | 'session/resize'
  | 'session/interrupt'
  | 'session/terminate'
> = {
  'session/open': async (params, client, peer) => {
    const { tty, size, stdin, yieldMs, sandboxPolicy, command } = params;
    const runtime = await client.runtimes.for(sandboxPolicy);
    const input = readWish(command, { ...params, cwd: readDirectory(params.cwd) });
    const attached = tty === true ? { tty, size: size ?? undefined } : { stdin };
    const opened = await runtime.sessions.open({ ...input, ...attached, yieldMs }, peer.gone);
    if (opened.ok) return readOf(opened.value, client.sessions.add(runtime, opened.value.sessionId), client);
    const { error } = opened;
    const result = { kind: 'not-run', callId: input.callId as CallId, refusal: error } as const;
    return {
      status: 'not-run',
      sessionId: null,
      output: explainRefusal(error),
      warning: null,
      result: commandResult(result, client.parts.exitCodeOf, { output: 'none' }),
    };
  },
  'session/write': async ({ sessionId, chars, yieldMs, until }, client, peer) => {
    const { runtime, id } = client.sessions.get(sessionId);
    const read = await runtime.sessions.write({ sessionId: id, chars, yieldMs, until }, peer.gone);
    if (read.ok) return readOf(read.value, sessionId, client);
    const kind = read.error.kind === 'unknown-session' ? 'unknown-session' : 'stdin-closed';
    throw new RpcError(kind, `Cannot write to the session: ${read.error.reason}`);
  },
  'session/list': async (_, client) => {
    const sessions = client.sessions.list().flatMap(([sessionId, { runtime, id }]) => {
      const info = runtime.sessions.list().find((each) => Number(each.sessionId) === id);
      if (info === undefined) return [];
      const { command, cwd, tty, pid, openedAt } = info;
      return [{ sessionId, command, cwd, tty, pid: pid ?? null, openedAtMs: openedAt }];
    });
    return await Promise.resolve({ sessions });
  },
  'session/resize': async ({ sessionId, size }, client) => {
    const { runtime, id } = client.sessions.get(sessionId);
    if (runtime.sessions.resize(id, size.rows, size.cols)) return await Promise.resolve({});
    throw new RpcError('no-terminal', 'Cannot set the size: there is no terminal, or its program has ended');
  },
  'session/interrupt': async ({ sessionId }, client) => {
    const { runtime, id } = client.sessions.get(sessionId);
    if (runtime.sessions.interrupt(id)) return await Promise.resolve({});
    throw new RpcError('stdin-closed', 'Cannot interrupt the session: its program has ended');
  },
  'session/terminate': async ({ sessionId }, client) => {
    const { runtime, id } = client.sessions.get(sessionId);
    const result = await runtime.sessions.terminate(id);
    if (result === undefined)
      throw new RpcError('unknown-session', `No session has the number ${String(sessionId)} any more`);
    return commandResult(result, client.parts.exitCodeOf, { output: 'none' });
  },
};

function readOf(read: RuntimeRead, sessionId: number, { parts }: Client): SessionRead {
  const isOver = read.kind === 'finished';
  return {
    status: read.kind,
    sessionId,
    output: read.text,
    warning: read.warning ?? null,
    result: isOver ? commandResult(read.result, parts.exitCodeOf, { output: 'none' }) : null,
  };
}
