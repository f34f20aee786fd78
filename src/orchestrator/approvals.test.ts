import { describe, expect, it, vi } from 'vitest';
import type { ApprovalRequest, CallId, ExecRequest, ReviewDecision, Reviewer } from '../domain/index.ts';
import { createApprovalInbox } from './approval-inbox.ts';
import { orchestrate } from './orchestrate.ts';
import { path, requestOf, typesOf, world, type WorldOptions, type World } from './testdata/fakes.ts';

const alive = new AbortController().signal;
const yes: ReviewDecision = { kind: 'approved' };
const forSession: ReviewDecision = { kind: 'approved-for-session' };
const no: ReviewDecision = { kind: 'denied', message: undefined };

async function run(state: World, over: Partial<ExecRequest> = {}, signal = alive): Promise<string> {
  const done = await orchestrate(requestOf(over), state.deps, state.runner, signal);
  if (done.kind !== 'settled') throw new Error('still live');
  return done.result.kind === 'not-run' ? done.result.refusal.kind : done.result.kind;
}

const prompting = (over: WorldOptions): World =>
  world({ verdict: 'unknown', approvalPolicy: 'untrusted', ...over });

describe('an approval for once', () => {
  it('is used up by the run it was given for', async () => {
    const state = prompting({ answers: [yes, no] });
    expect([await run(state), await run(state)]).toEqual(['ran', 'denied-by-reviewer']);
    expect(state.asked.map(({ id }) => id)).toEqual(['ask-1', 'ask-2']);
  });
});

describe('an approval for the session', () => {
  const others: readonly { says: string; over: Partial<ExecRequest> }[] = [
    { says: 'another command', over: { command: { kind: 'argv', argv: ['tool', 'other'] } } },
    { says: 'another directory', over: { cwd: path('/ws/sub') } },
    { says: 'a terminal', over: { tty: true } },
    { says: 'an input that stays open', over: { stdin: { kind: 'open' } } },
    { says: 'other input', over: { stdin: { kind: 'bytes', bytes: Buffer.from('rm -rf /') } } },
  ];

  it('covers the same command again, without a question or its events', async () => {
    const state = prompting({ answers: [forSession] });
    expect([await run(state), await run(state)]).toEqual(['ran', 'ran']);
    expect(state.asked).toHaveLength(1);
    expect(typesOf(state.events).filter((type) => type.startsWith('approval'))).toHaveLength(2);
    expect(state.approvals.audit().at(-1)).toMatchObject({
      source: 'session',
      decision: 'approved-for-session',
    });
  });

  it.each(others)('does not cover $says', async ({ over }) => {
    const state = prompting({ answers: [forSession, no] });
    expect([await run(state), await run(state, over)]).toEqual(['ran', 'denied-by-reviewer']);
  });

  it('inside the sandbox does not cover leaving it', async () => {
    const state = world({ verdict: 'prompt', answers: [forSession, no] });
    const access = { kind: 'unsandboxed', justification: 'please' } as const;
    expect([await run(state), await run(state, { access })]).toEqual(['ran', 'denied-by-reviewer']);
  });

  it('is listed, and asked about again once it is revoked', async () => {
    const state = prompting({ answers: [forSession, no] });
    await run(state);
    const [entry] = state.approvals.list();
    expect(entry).toMatchObject({ shown: '`tool arg`' });
    expect([state.approvals.revoke(entry?.key ?? ''), state.approvals.revoke(entry?.key ?? '')]).toEqual([
      true,
      false,
    ]);
    expect(await run(state)).toBe('denied-by-reviewer');
  });
});

describe('two equal requests in flight', () => {
  function waiting(): {
    readonly reviewer: Reviewer;
    readonly questions: ApprovalRequest[];
    answer(d: ReviewDecision): void;
  } {
    const inbox = createApprovalInbox();
    const questions: ApprovalRequest[] = [];
    return {
      questions,
      reviewer: {
        review: async (request, signal) => {
          questions.push(request);
          return await inbox.reviewer.review(request, signal);
        },
      },
      answer: (decision) => {
        for (const { id } of inbox.pending()) inbox.answer(id, decision);
      },
    };
  }
  const one = { callId: 'one' as CallId };
  const two = { callId: 'two' as CallId };

  it('ask once, and the answer counts for both', async () => {
    const { reviewer, questions, answer } = waiting();
    const state = prompting({ reviewer });
    const both = Promise.all([run(state, one), run(state, two)]);
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    answer(yes);
    expect(await both).toEqual(['ran', 'ran']);
    expect(questions).toHaveLength(1);
    expect(state.approvals.audit().map(({ callId, decision }) => [callId, decision])).toEqual([
      ['one', 'approved'],
      ['two', 'approved'],
    ]);
  });

  it('ask again once the first answer was given', async () => {
    const { reviewer, questions, answer } = waiting();
    const state = prompting({ reviewer });
    const first = run(state, one);
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    answer(yes);
    await first;
    const second = run(state, two);
    await vi.waitFor(() => expect(questions).toHaveLength(2));
    answer(no);
    expect(await second).toBe('denied-by-reviewer');
  });

  it('keep the question open when only the one who asked is cancelled', async () => {
    const { reviewer, questions, answer } = waiting();
    const state = prompting({ reviewer });
    const cancel = new AbortController();
    const first = run(state, one, cancel.signal);
    const second = run(state, two);
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    cancel.abort();
    expect(await first).toBe('aborted');
    answer(yes);
    expect(await second).toBe('ran');
  });

  it('withdraw it when all are cancelled, and a later call asks anew', async () => {
    const { reviewer, questions, answer } = waiting();
    const state = prompting({ reviewer });
    const cancel = new AbortController();
    const both = Promise.all([run(state, one, cancel.signal), run(state, two, cancel.signal)]);
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    cancel.abort();
    expect(await both).toEqual(['aborted', 'aborted']);
    answer(yes);
    expect(state.started).toEqual([]);
    const third = run(state, { callId: 'three' as CallId });
    await vi.waitFor(() => expect(questions).toHaveLength(2));
    answer(yes);
    expect(await third).toBe('ran');
  });
});

describe('a reviewer that gives no usable answer has said no', () => {
  const rows: readonly { says: string; review: Reviewer['review']; source: string; why: string }[] = [
    {
      says: 'rejects',
      review: () => Promise.reject(new Error('socket closed')),
      source: 'reviewer-failure',
      why: 'the reviewer failed: socket closed',
    },
    {
      says: 'throws',
      review: () => {
        throw new Error('broken');
      },
      source: 'reviewer-failure',
      why: 'the reviewer failed: broken',
    },
    {
      says: 'stays silent',
      review: () => new Promise(() => undefined),
      source: 'timeout',
      why: 'no answer within 30 ms',
    },
    {
      says: 'answers with nothing',
      review: () => Promise.resolve(undefined as unknown as ReviewDecision),
      source: 'reviewer-failure',
      why: 'the answer is not a decision',
    },
    {
      says: 'answers with a word',
      review: () => Promise.resolve('approved' as unknown as ReviewDecision),
      source: 'reviewer-failure',
      why: 'the answer is not a decision',
    },
    {
      says: 'answers with a decision of its own making',
      review: () => Promise.resolve({ kind: 'constructor' } as unknown as ReviewDecision),
      source: 'reviewer-failure',
      why: 'the answer is not a decision',
    },
    {
      says: 'answers with a message that is no text',
      review: () => Promise.resolve({ kind: 'denied', message: 42 } as unknown as ReviewDecision),
      source: 'reviewer-failure',
      why: 'the answer is not a decision',
    },
    {
      says: 'grants what was not offered',
      review: () => Promise.resolve({ kind: 'approved-grant' }),
      source: 'reviewer-failure',
      why: 'the answer `approved-grant` was not on offer; the answers that count are approved, approved-for-session, denied, abort',
    },
    {
      says: 'saves a prefix that was not offered',
      review: () => Promise.resolve({ kind: 'approved-allow-prefix', amendment: { allowPrefix: ['tool'] } }),
      source: 'reviewer-failure',
      why: 'the answer `approved-allow-prefix` was not on offer; the answers that count are approved, approved-for-session, denied, abort',
    },
  ];

  it.each(rows)('$says', async ({ review, source, why }) => {
    const state = prompting({ reviewer: { review }, approvals: { reviewTimeoutMs: 30 } });
    expect(await run(state)).toBe('denied-by-reviewer');
    expect(state.started).toEqual([]);
    expect(state.approvals.audit()).toMatchObject([{ decision: 'denied', source, why }]);
    expect(typesOf(state.events)).toEqual([
      'exec.evaluated',
      'approval.requested',
      'approval.answered',
      'exec.finished',
    ]);
  });

  it('may say no without a message the way JSON does', async () => {
    const answer = { kind: 'denied', message: null } as unknown as ReviewDecision;
    const state = prompting({ answers: [answer] });
    expect(await run(state)).toBe('denied-by-reviewer');
    expect(state.approvals.audit()).toMatchObject([{ decision: 'denied', source: 'user' }]);
  });

  it('is told that its time is up', async () => {
    let told = false;
    const reviewer: Reviewer = {
      review: (_request, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (told = true));
        }),
    };
    await run(prompting({ reviewer, approvals: { reviewTimeoutMs: 10 } }));
    expect(told).toBe(true);
  });
});

describe('an answer from elsewhere', () => {
  it('counts once, and only for its own question', async () => {
    const inbox = createApprovalInbox();
    const state = prompting({ reviewer: inbox.reviewer });
    const first = run(state);
    await vi.waitFor(() => expect(inbox.pending()).toHaveLength(1));
    const id = inbox.pending()[0]?.id;
    if (id === undefined) throw new Error('no question');
    expect([inbox.answer(id, yes), inbox.answer(id, yes)]).toEqual([true, false]);
    expect(await first).toBe('ran');
    const second = run(state);
    await vi.waitFor(() => expect(inbox.pending()).toHaveLength(1));
    expect(inbox.answer(id, yes)).toBe(false);
    inbox.disconnect('the client is gone');
    expect(await second).toBe('denied-by-reviewer');
    expect(state.approvals.audit().at(-1)).toMatchObject({ why: 'the reviewer failed: the client is gone' });
  });
});

describe('a question that was withdrawn before it was put', () => {
  it('does not wait in the inbox', async () => {
    const inbox = createApprovalInbox();
    const review = inbox.reviewer.review({ id: 'ask' } as ApprovalRequest, AbortSignal.abort());
    await expect(review).rejects.toThrow('the question was withdrawn');
    expect(inbox.pending()).toEqual([]);
  });
});

describe('an offered prefix', () => {
  const offering = (answer: ReviewDecision, over: WorldOptions = {}): World =>
    prompting({ answers: [answer, no], wouldAllow: ({ allowPrefix }) => allowPrefix.length <= 2, ...over });
  const take = (allowPrefix: readonly [string, ...string[]]): ReviewDecision => ({
    kind: 'approved-allow-prefix',
    amendment: { allowPrefix },
  });

  it('is saved when it is taken as offered', async () => {
    const state = offering(take(['tool', 'arg']));
    expect(await run(state)).toBe('ran');
    expect(state.saved).toEqual([{ allowPrefix: ['tool', 'arg'] }]);
  });

  it('is not offered when saving it would not have helped', async () => {
    const state = offering(yes, { wouldAllow: () => false });
    await run(state);
    expect(state.asked[0]).toMatchObject({ amendment: undefined });
    expect(state.asked[0]?.choices).not.toContain('approved-allow-prefix');
  });

  it('is the one the model proposed when that one holds', async () => {
    const state = offering(yes);
    await run(state, { proposedPrefix: ['tool'] });
    expect(state.asked[0]?.amendment).toEqual({ allowPrefix: ['tool'] });
  });

  it('may be narrowed while it still covers the command', async () => {
    const state = offering(take(['tool', 'arg']));
    expect(await run(state, { proposedPrefix: ['tool'] })).toBe('ran');
    expect(state.saved).toEqual([{ allowPrefix: ['tool', 'arg'] }]);
  });

  it.each([
    { says: 'widened', prefix: ['tool'] as const },
    { says: 'another', prefix: ['rm', 'arg'] as const },
    { says: 'longer than what covers the command', prefix: ['tool', 'arg', 'more'] as const },
  ])('is refused when it comes back $says', async ({ prefix }) => {
    const state = offering(take(prefix));
    expect(await run(state)).toBe('denied-by-reviewer');
    expect(state.saved).toEqual([]);
    expect(state.started).toEqual([]);
  });

  it('that cannot be saved lets the command run this once, and says so', async () => {
    const saveRule = () => Promise.resolve({ ok: false, error: { message: 'the disk is full' } } as const);
    const state = offering(take(['tool', 'arg']), { saveRule });
    expect([await run(state), await run(state)]).toEqual(['ran', 'denied-by-reviewer']);
    const warning = 'approved for this run only: the disk is full';
    expect(state.events.find(({ type }) => type === 'approval.answered')).toMatchObject({ warning });
  });

  it.each(['prompt', 'opaque'] as const)('is never offered for a verdict of %s', async (verdict) => {
    const state = offering(yes, { verdict, wouldAllow: () => true });
    if (verdict === 'opaque') {
      Object.assign(state.deps.gate, {
        parse: () => ({
          kind: 'opaque',
          reason: 'expansion',
          at: undefined,
          argv: ['bash'],
          literalCommands: [],
        }),
      });
    }
    await run(state);
    expect(state.asked[0]).toMatchObject({ amendment: undefined });
  });

  it('is never offered for leaving the sandbox', async () => {
    const state = world({ answers: [no], wouldAllow: () => true, verdict: 'unknown' });
    await run(state, { access: { kind: 'unsandboxed', justification: '' } });
    expect(state.asked[0]).toMatchObject({ amendment: undefined });
  });
});

describe('hooks', () => {
  const hook = (answer: ReviewDecision | undefined, name = 'gatekeeper') => ({
    name,
    onRequest: () => Promise.resolve(answer),
  });

  it('answer before the reviewer', async () => {
    const state = prompting({ hooks: [hook(undefined, 'silent'), hook(yes)], answers: [] });
    expect(await run(state)).toBe('ran');
    expect(state.asked).toEqual([]);
    expect(state.approvals.audit()).toMatchObject([{ source: 'hook', why: 'the hook gatekeeper answered' }]);
  });

  it('leave the question to the reviewer when none of them answers', async () => {
    const state = prompting({ hooks: [hook(undefined)], answers: [yes] });
    expect(await run(state)).toBe('ran');
    expect(state.asked).toHaveLength(1);
  });

  it('that fail have said no', async () => {
    const broken = { name: 'broken', onRequest: () => Promise.reject(new Error('no socket')) };
    const state = prompting({ hooks: [broken], answers: [yes] });
    expect(await run(state)).toBe('denied-by-reviewer');
    expect(state.asked).toEqual([]);
  });

  it('that answer with something else have said no', async () => {
    const odd = hook(null as unknown as ReviewDecision);
    const state = prompting({ hooks: [odd], answers: [yes] });
    expect(await run(state)).toBe('denied-by-reviewer');
    expect(state.asked).toEqual([]);
    expect(state.approvals.audit()).toMatchObject([{ why: 'the answer is not a decision' }]);
  });

  it('may refuse a retry but not approve one', async () => {
    const denial = { restriction: 'network', confidence: 'likely', target: undefined, excerpt: '' } as const;
    const base = { verdict: 'safe', approvalPolicy: 'on-failure', answers: [] } as const;
    const approving = world({ ...base, hooks: [hook(yes)], denials: [denial] });
    await run(approving);
    expect(approving.asked.map(({ purpose }) => purpose)).toEqual(['retry-unsandboxed']);
    const refusing = world({ ...base, hooks: [hook(no)], denials: [denial] });
    await run(refusing);
    expect(refusing.asked).toEqual([]);
    expect(refusing.started).toHaveLength(1);
  });
});

describe('a risk assessment', () => {
  const opinion = { level: 'high', description: 'deletes things' } as const;

  it('is shown to the person', async () => {
    const riskAssessor = { assess: () => Promise.resolve(opinion) };
    const state = prompting({ answers: [no], approvals: { riskAssessor } });
    await run(state);
    expect(state.asked[0]?.risk).toEqual(opinion);
  });

  it.each([
    { says: 'late', assess: () => new Promise<undefined>(() => undefined) },
    { says: 'broken', assess: () => Promise.reject(new Error('no model')) },
    { says: 'no opinion', assess: () => Promise.resolve(null as unknown as undefined) },
  ])('that is $says is left out', async ({ assess }) => {
    const state = prompting({ answers: [yes], approvals: { riskAssessor: { assess } } });
    expect(await run(state)).toBe('ran');
    expect(state.asked[0]?.risk).toBeUndefined();
  });
});
