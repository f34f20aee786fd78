import { describe, expect, it } from 'vitest';
import type { CallId, ExecEvent, SessionId } from '../domain/index.ts';
import { createEventHub } from './event-hub.ts';

const callId = 'call' as CallId;
const chunk = (size: number): ExecEvent => ({
  type: 'output.chunk',
  callId,
  stream: 'stdout',
  bytes: new Uint8Array(size),
});
const refusal = { kind: 'aborted', reason: 'test' } as const;
const end: ExecEvent = { type: 'exec.finished', callId, result: { kind: 'not-run', callId, refusal } };
const megabyte = 1024 * 1024;

describe('EventHub', () => {
  it('calls every listener in order until it unsubscribes', () => {
    const hub = createEventHub();
    const seen: string[] = [];
    const stop = hub.on((event) => seen.push(`one ${event.type}`));
    hub.on((event) => seen.push(`two ${event.type}`));
    void hub.emit(end);
    stop();
    stop();
    void hub.emit(chunk(1));
    expect(seen).toEqual(['one exec.finished', 'two exec.finished', 'two output.chunk']);
  });

  it('gives an iterator every event from its creation on, and ends it at close', async () => {
    const hub = createEventHub();
    void hub.emit(chunk(1));
    const events = hub.iterate();
    void hub.emit(end);
    hub.close();
    const seen: ExecEvent[] = [];
    for await (const event of events) seen.push(event);
    expect(seen).toEqual([end]);
  });

  it('wakes an iterator that waits, with an event and with the end', async () => {
    const hub = createEventHub();
    const events = hub.iterate();
    const first = events.next();
    const second = events.next();
    void hub.emit(end);
    hub.close();
    expect(await first).toEqual({ done: false, value: end });
    expect(await second).toEqual({ done: true, value: undefined });
  });

  it('drops the oldest output of a consumer that lags, counts it, and holds nobody up', async () => {
    const hub = createEventHub();
    const events = hub.iterate({ maxBytes: megabyte });
    const started: ExecEvent = { type: 'session.opened', callId, sessionId: 1 as SessionId };
    void hub.emit(started);
    for (let index = 0; index < 100; index += 1) expect(hub.emit(chunk(megabyte / 16))).toBeUndefined();
    void hub.emit(end);
    hub.close();
    const seen: ExecEvent[] = [];
    for await (const event of events) seen.push(event);
    expect([seen[0], seen.at(-1)]).toEqual([started, end]);
    expect(events.dropped.events + seen.length).toBe(102);
    expect(events.dropped.outputBytes).toBe((events.dropped.events * megabyte) / 16);
    expect(seen.length).toBeLessThan(18);
  });

  it('keeps a bounded number of events that are no output, the newest of them', async () => {
    const hub = createEventHub();
    const events = hub.iterate({ maxBytes: 10_240 });
    for (let index = 0; index < 1_000; index += 1) void hub.emit(end);
    hub.close();
    let seen = 0;
    for await (const event of events) seen += event === end ? 1 : 0;
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(21);
    expect(events.dropped).toEqual({ events: 1_000 - seen, outputBytes: 0 });
  });

  it('gives the events of one call to whoever asked for that call, and ends after its last', async () => {
    const hub = createEventHub();
    const events = hub.iterateCall(callId);
    void hub.emit({ ...end, callId: 'other' as CallId });
    void hub.emit(chunk(1));
    void hub.emit(end);
    const seen: ExecEvent[] = [];
    for await (const event of events) seen.push(event);
    expect(seen.map(({ type }) => type)).toEqual(['output.chunk', 'exec.finished']);
  });

  it('asks for patience when a consumer lags and wants that, and gives the word when half was taken', async () => {
    const hub = createEventHub();
    const events = hub.iterate({ whenFull: 'wait' });
    expect(hub.emit(chunk(megabyte / 2))).toBeUndefined();
    expect(hub.emit(chunk(megabyte / 2))).toBeUndefined();
    let resumed = false;
    const patience = hub.emit(chunk(1));
    void patience?.then(() => (resumed = true));
    expect(patience).toBeInstanceOf(Promise);
    await events.next();
    await Promise.resolve();
    expect(resumed).toBe(false);
    await events.next();
    await patience;
    expect(resumed).toBe(true);
  });

  it('never holds anything but output back', () => {
    const hub = createEventHub();
    hub.iterate();
    void hub.emit(chunk(2 * megabyte));
    expect(hub.emit(end)).toBeUndefined();
  });

  it('lets commands go on when a consumer leaves', async () => {
    const hub = createEventHub();
    const events = hub.iterate();
    const patience = hub.emit(chunk(2 * megabyte));
    await events.return?.();
    await patience;
    expect(hub.emit(chunk(2 * megabyte))).toBeUndefined();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
