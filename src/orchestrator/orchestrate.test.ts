import { describe, expect, it } from 'vitest';
import type { ExecEvent, Grant, ReviewDecision } from '../domain/index.ts';
import { orchestrate } from './orchestrate.ts';
import {
  deniedWrite,
  enforced,
  exited,
  fullAccess,
  path,
  requestOf,
  typesOf,
  workspaceWrite,
  world,
  type World,
} from './testdata/fakes.ts';

const alive = new AbortController().signal;
const yes: ReviewDecision = { kind: 'approved' };
const leave: ReviewDecision = { kind: 'approved-unsandboxed' };
const no: ReviewDecision = { kind: 'denied', message: 'use git mv' };

async function settle(state: World, request = requestOf(), signal = alive) {
  const done = await orchestrate(request, state.deps, state.runner, signal);
  if (done.kind !== 'settled') throw new Error('still live');
  return done.result;
}

const question = ['approval.requested', 'approval.answered'];
const attempt = ['attempt.started', 'attempt.finished'];

describe('the story of one command', () => {
  it('runs a safe command sandboxed and asks nobody', async () => {
    const state = world({ answers: [] });
    expect(await settle(state)).toMatchObject({ kind: 'ran', outcome: exited(0) });
    expect(typesOf(state.events)).toEqual(['exec.evaluated', ...attempt, 'exec.finished']);
    expect(state.prepared).toHaveLength(1);
    expect(state.asked).toEqual([]);
  });

  it('starts nothing for a forbidden command, whatever was approved before', async () => {
    const state = world({ verdict: 'prompt', answers: [{ kind: 'approved-for-session' }] });
    await settle(state);
    state.verdict = 'forbidden';
    expect(await settle(state)).toMatchObject({ kind: 'not-run', refusal: { kind: 'forbidden-by-policy' } });
    expect(state.started).toHaveLength(1);
  });

  it('asks, and runs sandboxed on a yes', async () => {
    const state = world({ verdict: 'prompt', answers: [yes] });
    expect(await settle(state)).toMatchObject({ kind: 'ran' });
    expect(typesOf(state.events)).toEqual(['exec.evaluated', ...question, ...attempt, 'exec.finished']);
    expect(state.prepared).toHaveLength(1);
  });

  it('tells the model what the person said when they said no', async () => {
    const state = world({ verdict: 'prompt', answers: [no] });
    expect(await settle(state)).toEqual({
      kind: 'not-run',
      callId: 'call-1',
      refusal: { kind: 'denied-by-reviewer', reason: 'the user said no', message: 'use git mv' },
    });
    expect(state.started).toEqual([]);
  });

  it('refuses when a question has nobody to answer it', async () => {
    const state = world({ verdict: 'prompt' });
    expect(await settle(state)).toMatchObject({
      kind: 'not-run',
      refusal: { kind: 'approval-needed-but-nobody-to-ask' },
    });
    expect(typesOf(state.events)).toEqual(['exec.evaluated', 'exec.finished']);
  });

  it('refuses when the host cannot enforce the profile, and never runs without it', async () => {
    const selection = { kind: 'unavailable', missing: 'no user namespaces', hint: 'enable them' } as const;
    const state = world({ selection });
    expect(await settle(state)).toEqual({
      kind: 'not-run',
      callId: 'call-1',
      refusal: { kind: 'sandbox-unavailable', reason: 'no user namespaces', hint: 'enable them' },
    });
    expect(state.started).toEqual([]);
  });

  it('refuses a request that is wrong in itself, with an evaluation on record', async () => {
    const state = world({ fault: 'the directory /gone does not exist' });
    expect(await settle(state)).toMatchObject({
      refusal: { kind: 'bad-request', reason: 'the directory /gone does not exist' },
    });
    expect(typesOf(state.events)).toEqual(['exec.evaluated', 'exec.finished']);
  });

  it('beats a yes with a rule that was written while the question was open', async () => {
    const state = world({
      verdict: 'prompt',
      reviewer: {
        review: async () => {
          state.verdict = 'forbidden';
          return await Promise.resolve(yes);
        },
      },
    });
    expect(await settle(state)).toMatchObject({ kind: 'not-run', refusal: { kind: 'forbidden-by-policy' } });
    expect(state.started).toEqual([]);
  });

  it('runs an approved request to leave the sandbox without one', async () => {
    const state = world({ answers: [leave] });
    const access = { kind: 'unsandboxed', justification: 'needs \u001b[2J docker' } as const;
    const result = await settle(state, requestOf({ access }));
    expect(result).toMatchObject({
      attempts: [{ attempt: { selection: { kind: 'unsandboxed', why: 'approved-escalation' } } }],
    });
    expect(state.prepared).toEqual([]);
    expect(state.asked[0]).toMatchObject({
      reason: 'it asks to run outside the sandbox: needs \\u{1b}[2J docker',
      cause: { kind: 'requested-access' },
      choices: ['approved-unsandboxed', 'denied', 'abort'],
    });
  });

  it('stays in the sandbox when a wish to leave it is answered like any other question', async () => {
    const state = world({ answers: [yes] });
    const access = { kind: 'unsandboxed', justification: 'needs docker' } as const;
    expect(await settle(state, requestOf({ access }))).toMatchObject({
      kind: 'not-run',
      refusal: {
        kind: 'denied-by-reviewer',
        reason:
          'the answer `approved` was not on offer; this question is about leaving the sandbox, and only `approved-unsandboxed` says yes to that; the answers that count are approved-unsandboxed, denied, abort',
      },
    });
    expect(state.started).toEqual([]);
  });

  it('stays in the sandbox when a wish to leave it is answered for the session, and remembers nothing', async () => {
    const state = world({ answers: [{ kind: 'approved-for-session' }, { kind: 'approved-for-session' }] });
    const access = { kind: 'unsandboxed', justification: 'needs docker' } as const;
    for (let index = 0; index < 2; index += 1)
      expect(await settle(state, requestOf({ access }))).toMatchObject({
        kind: 'not-run',
        refusal: { kind: 'denied-by-reviewer' },
      });
    expect([state.started, state.approvals.list(), state.asked.length]).toEqual([[], [], 2]);
  });

  it('asks about each of two equal wishes to leave the sandbox at the same moment', async () => {
    const state = world({ answers: [leave, no] });
    const access = { kind: 'unsandboxed', justification: 'needs docker' } as const;
    const both = await Promise.all([
      settle(state, requestOf({ access })),
      settle(state, requestOf({ access })),
    ]);
    expect([both.map(({ kind }) => kind).sort(), state.asked.length]).toEqual([['not-run', 'ran'], 2]);
  });

  it('says why full access has no sandbox', async () => {
    const result = await settle(world({ profile: fullAccess }));
    expect(result).toMatchObject({
      attempts: [{ attempt: { selection: { kind: 'unsandboxed', why: 'danger-full-access' } } }],
    });
  });

  it('says that rules let a command out when they did', async () => {
    const result = await settle(world({ verdict: 'allowed', allowedRunsUnsandboxed: true }));
    expect(result).toMatchObject({
      attempts: [{ attempt: { selection: { kind: 'unsandboxed', why: 'allowed-by-rules' } } }],
    });
  });

  it('does not start what was cancelled while it waited for an answer', async () => {
    const cancel = new AbortController();
    const state = world({
      verdict: 'prompt',
      reviewer: {
        review: async () => {
          cancel.abort();
          return await new Promise<ReviewDecision>(() => undefined);
        },
      },
    });
    expect(await settle(state, requestOf(), cancel.signal)).toMatchObject({
      kind: 'not-run',
      refusal: { kind: 'aborted', reason: 'the call was cancelled' },
    });
    expect(state.started).toEqual([]);
  });

  it('reports a runner that rejects as a program that did not start, with every event paired', async () => {
    const state = world();
    const runner = { start: () => Promise.reject(new Error('no descriptors left')) };
    const done = await orchestrate(requestOf(), state.deps, runner, alive);
    expect(done).toMatchObject({
      result: { kind: 'ran', outcome: { kind: 'spawn-failed', failure: { message: 'no descriptors left' } } },
    });
    expect(typesOf(state.events)).toEqual(['exec.evaluated', ...attempt, 'exec.finished']);
  });
});

describe('after a denial', () => {
  const grant: Grant = { kind: 'writable-path', path: path('/etc/x') };

  it.each(['on-request', 'never'] as const)(
    '%s hands the denial back with the real outcome',
    async (approvalPolicy) => {
      const state = world({ approvalPolicy, denials: [deniedWrite], answers: [yes] });
      const result = await settle(state);
      expect(result).toMatchObject({ kind: 'blocked-by-sandbox', denial: deniedWrite, outcome: exited(1) });
      expect(state.asked).toEqual([]);
      expect(state.started).toHaveLength(1);
    },
  );

  it('asks for the retry although the first attempt was approved', async () => {
    const approvalPolicy = 'untrusted';
    const state = world({
      approvalPolicy,
      verdict: 'unknown',
      denials: [deniedWrite],
      answers: [yes, leave],
    });
    expect(await settle(state)).toMatchObject({ kind: 'ran', outcome: exited(0) });
    expect(state.asked.map(({ purpose, id }) => [purpose, id])).toEqual([
      ['first-run', 'ask-1'],
      ['retry-unsandboxed', 'ask-2'],
    ]);
  });

  it('never runs again without the sandbox because of a reviewer that approves everything', async () => {
    const state = world({ approvalPolicy: 'on-failure', denials: [deniedWrite], answers: [yes, yes] });
    expect(await settle(state)).toMatchObject({
      kind: 'blocked-by-sandbox',
      retryRefused: { kind: 'denied-by-reviewer' },
    });
    expect(state.asked).toMatchObject([{ choices: ['approved-unsandboxed', 'denied', 'abort'] }]);
    expect(state.started).toHaveLength(1);
  });

  it('asks for the retry although the command was approved for the session', async () => {
    const answers: ReviewDecision[] = [{ kind: 'approved-for-session' }, no, no];
    const denials = [deniedWrite, deniedWrite];
    const state = world({ approvalPolicy: 'untrusted', verdict: 'unknown', denials, answers });
    await settle(state);
    await settle(state);
    expect(state.asked.map(({ purpose }) => purpose)).toEqual([
      'first-run',
      'retry-unsandboxed',
      'retry-unsandboxed',
    ]);
  });

  it('offers the one missing path instead of no sandbox, and runs with exactly that', async () => {
    const state = world({ approvalPolicy: 'on-failure', denials: [deniedWrite], grant, answers: [yes] });
    const result = await settle(state);
    expect(state.asked).toMatchObject([
      {
        purpose: 'retry-with-grant',
        grant,
        choices: ['approved-grant', 'denied', 'abort'],
        reason: 'the sandbox seems to have stopped a write: /etc/x; run it again with /etc/x writable?',
      },
    ]);
    expect(result).toMatchObject({
      kind: 'ran',
      attempts: [
        { denial: deniedWrite },
        {
          attempt: {
            ordinal: 2,
            grant,
            selection: { kind: 'sandboxed' },
            profile: { ...workspaceWrite, writable: ['/ws', '/etc/x'] },
          },
        },
      ],
    });
  });

  it('makes a second attempt and never a third', async () => {
    const answers = [yes, yes, yes];
    const denials = [deniedWrite, deniedWrite, deniedWrite];
    const state = world({ approvalPolicy: 'on-failure', denials, grant, answers });
    expect(await settle(state)).toMatchObject({ kind: 'blocked-by-sandbox', attempts: [{}, {}] });
    expect(state.started).toHaveLength(2);
    expect(typesOf(state.events)).toEqual([
      'exec.evaluated',
      ...attempt,
      ...question,
      ...attempt,
      'exec.finished',
    ]);
  });

  it.each([
    { says: 'refused', answers: [no], refusal: { kind: 'denied-by-reviewer', message: 'use git mv' } },
    { says: 'aborted', answers: [{ kind: 'abort' } as const], refusal: { kind: 'aborted' } },
    { says: 'asked of nobody', answers: undefined, refusal: { kind: 'approval-needed-but-nobody-to-ask' } },
  ])('returns the first outcome when the retry is $says', async ({ answers, refusal }) => {
    const state = world({
      approvalPolicy: 'on-failure',
      denials: [deniedWrite],
      ...(answers === undefined ? {} : { answers }),
    });
    expect(await settle(state)).toMatchObject({
      kind: 'blocked-by-sandbox',
      outcome: exited(1),
      attempts: [{ attempt: { ordinal: 1 } }],
      retryRefused: refusal,
    });
    expect(state.started).toHaveLength(1);
  });

  it('does not retry a command that was forbidden while it ran', async () => {
    const state = world({ approvalPolicy: 'on-failure', denials: [deniedWrite], answers: [leave] });
    const runner: World['runner'] = {
      start: async (...given) => {
        state.verdict = 'forbidden';
        return await state.runner.start(...given);
      },
    };
    const done = await orchestrate(requestOf(), state.deps, runner, alive);
    expect(done).toMatchObject({ result: { retryRefused: { kind: 'forbidden-by-policy' } } });
    expect(state.started).toHaveLength(1);
  });
});

describe('a session', () => {
  it('goes on after the call and settles with the same story', async () => {
    const state = world({
      approvalPolicy: 'on-failure',
      denials: [deniedWrite],
      answers: [leave],
      live: true,
    });
    const opened = await orchestrate(requestOf({ tty: true }), state.deps, state.runner, alive);
    if (opened.kind !== 'live') throw new Error('not live');
    expect(opened.handle).toBe('session');
    expect(typesOf(state.events)).toEqual(['exec.evaluated', 'attempt.started']);
    const again = await opened.settle(exited(1), { enforcement: enforced, denials: [] });
    if (again.kind !== 'live') throw new Error('not live again');
    expect(state.asked.map(({ purpose }) => purpose)).toEqual(['retry-unsandboxed']);
    const done = await again.settle(exited(0), { enforcement: undefined, denials: [] });
    expect(done).toMatchObject({ kind: 'settled', result: { kind: 'ran', attempts: [{}, {}] } });
    const ends = state.events.filter(({ type }: ExecEvent) => type === 'exec.finished');
    expect(ends).toHaveLength(1);
  });
});

describe('the audit', () => {
  it('names the source of every decision', async () => {
    const state = world({ verdict: 'allowed', answers: [yes, no] });
    await settle(state);
    state.verdict = 'safe';
    await settle(state);
    state.verdict = 'prompt';
    await settle(state);
    await settle(state);
    state.verdict = 'forbidden';
    await settle(state);
    expect(state.approvals.audit().map(({ source, decision }) => [source, decision])).toEqual([
      ['rule', 'skip'],
      ['config', 'skip'],
      ['user', 'approved'],
      ['user', 'denied'],
      ['rule', 'forbidden'],
    ]);
  });
});
