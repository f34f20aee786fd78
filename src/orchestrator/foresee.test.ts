import { describe, expect, it } from 'vitest';
import type { ReviewDecision } from '../domain/index.ts';
import { foresee } from './foresee.ts';
import { orchestrate } from './orchestrate.ts';
import { fullAccess, requestOf, world } from './testdata/fakes.ts';

const unavailable = { kind: 'unavailable', missing: 'no user namespaces', hint: 'enable them' } as const;
const access = { kind: 'unsandboxed', justification: 'needs docker' } as const;
const answers: ReviewDecision[] = [];

const rows = [
  { says: 'a safe command', given: {}, want: { kind: 'would-run', sandbox: 'sandboxed' } },
  {
    says: 'a command where there is no sandbox to be had',
    given: { selection: unavailable },
    want: { kind: 'refused', refusal: { kind: 'sandbox-unavailable', hint: 'enable them' } },
  },
  {
    says: 'a command with full access',
    given: { profile: fullAccess, selection: unavailable },
    want: { kind: 'would-run', sandbox: 'unsandboxed' },
  },
  {
    says: 'a command that a rule asks about, with somebody to ask',
    given: { verdict: 'prompt', answers },
    want: { kind: 'would-ask', choices: ['approved', 'approved-for-session', 'denied', 'abort'] },
  },
  {
    says: 'a command that a rule asks about, with nobody to ask',
    given: { verdict: 'prompt' },
    want: { kind: 'refused', refusal: { kind: 'approval-needed-but-nobody-to-ask' } },
  },
  {
    says: 'a forbidden command',
    given: { verdict: 'forbidden', answers },
    want: { kind: 'refused', refusal: { kind: 'forbidden-by-policy' } },
  },
  {
    says: 'a request that is wrong in itself',
    given: { fault: 'the directory /gone does not exist' },
    want: { kind: 'refused', refusal: { kind: 'bad-request' } },
  },
] as const;

describe('a dry run', () => {
  it.each(rows)('says what would become of $says, asks nobody and starts nothing', ({ given, want }) => {
    const state = world(given);
    expect(foresee(requestOf(), state.deps)).toMatchObject(want);
    expect([state.asked, state.started, state.events, state.approvals.audit()]).toEqual([[], [], [], []]);
  });

  it('shows the answers that would let a command leave the sandbox', () => {
    const state = world({ answers });
    expect(foresee(requestOf({ access }), state.deps)).toMatchObject({
      kind: 'would-ask',
      reason: 'it asks to run outside the sandbox: needs docker',
      choices: ['approved-unsandboxed', 'denied', 'abort'],
    });
  });

  it('knows what was approved for the session', async () => {
    const state = world({ verdict: 'prompt', answers: [{ kind: 'approved-for-session' }] });
    await orchestrate(requestOf(), state.deps, state.runner, new AbortController().signal);
    expect(foresee(requestOf(), state.deps)).toMatchObject({
      kind: 'would-run',
      reason: 'it was approved earlier in this session',
    });
  });

  it('agrees with what then happens', async () => {
    for (const { given } of rows) {
      const state = world(given);
      const foreseen = foresee(requestOf(), state.deps);
      const done = await orchestrate(requestOf(), state.deps, state.runner, new AbortController().signal);
      if (done.kind !== 'settled') throw new Error('still live');
      const { result } = done;
      expect(result.kind === 'not-run').toBe(foreseen.kind !== 'would-run');
      if (foreseen.kind === 'refused') expect(result).toMatchObject({ refusal: foreseen.refusal });
    }
  });
});
