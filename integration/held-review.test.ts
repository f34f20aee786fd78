// What is held back is put before the reviewer: kept when the answer says so, and put aside for every other answer.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeDecision, ChangeReview, ExecEvent, ExecResult, Reviewer } from '../src/index.ts';
import { bench } from './support/drive-session.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('questions about what is held back');
const slow = { timeout: 60_000 };

/** Answers every question about a command with a yes, and those about changes as told. */
function answering(
  answer: (request: ChangeReview) => unknown,
): Reviewer & { readonly asked: ChangeReview[] } {
  const asked: ChangeReview[] = [];
  return {
    asked,
    review: async () => await Promise.resolve({ kind: 'approved' }),
    reviewChange: async (request) => {
      asked.push(request);
      return await Promise.resolve(answer(request) as ChangeDecision);
    },
  };
}

function heldIn(result: ExecResult): readonly string[] {
  return result.kind === 'not-run' ? [] : (result.held ?? []).map(({ path, lost }) => lost ?? path);
}

describe.skipIf(!usable)('what is held back, with somebody to ask', () => {
  it('is shown with its reason and its difference, frozen, and kept once', slow, async () => {
    const reviewer = answering(() => ({ kind: 'keep' }));
    await using at = await bench({ reviewer });
    writeFileSync(join(at.workspace, '.envrc'), 'old\n');
    const events: ExecEvent[] = [];
    at.runtime.onEvent((event) => events.push(event));
    const result = await at.runtime.exec({ command: 'echo new > .envrc; echo x > x', callId: 'one' });
    expect(heldIn(result)).toEqual([]);
    expect(result.kind === 'ran' && result.attempts[0].changes).toMatchObject({
      kind: 'committed',
      count: 2,
      held: [],
    });
    expect(readFileSync(join(at.workspace, '.envrc'), 'utf8')).toBe('new\n');
    const [request] = reviewer.asked;
    expect(request).toMatchObject({
      callId: 'one',
      command: 'echo new > .envrc; echo x > x',
      path: join(at.workspace, '.envrc'),
      diff: ['@@ -1 +1 @@', '-old', '+new'],
      omittedLines: 0,
      choices: ['keep', 'keep-for-session', 'keep-and-save-rule', 'drop', 'put-aside'],
    });
    expect(Object.isFrozen(request) && Object.isFrozen(request?.parts)).toBe(true);
    const types = events
      .map(({ type }) => type)
      .filter((type) => type.startsWith('changes.') || type.startsWith('attempt.'));
    expect(types).toEqual(['attempt.started', 'changes.reviewed', 'attempt.finished']);
    await at.runtime.exec({ command: 'echo again > .envrc' });
    expect(reviewer.asked).toHaveLength(2);
  });

  it.each([
    { says: 'an answer to another question', answer: { kind: 'approved' } },
    { says: 'a bare yes', answer: true },
    { says: 'nothing', answer: undefined },
    { says: 'an unknown word', answer: { kind: 'keep-forever' } },
    { says: 'put-aside', answer: { kind: 'put-aside' } },
    { says: 'a failure', answer: 'throw' },
  ])('stays put aside after $says', slow, async ({ answer }) => {
    const reviewer = answering(() => {
      if (answer === 'throw') throw new Error('no');
      return answer;
    });
    await using at = await bench({ reviewer });
    const result = await at.runtime.exec({ command: 'echo evil > .envrc' });
    expect([heldIn(result), existsSync(join(at.workspace, '.envrc'))]).toEqual([
      [join(at.workspace, '.envrc')],
      false,
    ]);
    expect(reviewer.asked).toHaveLength(1);
  });

  it('stays put aside when the reviewer is late, or the call is over', slow, async () => {
    const never: Reviewer = {
      review: async () => await Promise.resolve({ kind: 'denied', message: undefined }),
      reviewChange: async () => await new Promise(() => undefined),
    };
    await using at = await bench({ reviewer: never, reviewTimeoutMs: 50 });
    expect(heldIn(await at.runtime.exec({ command: 'echo evil > .envrc' }))).toHaveLength(1);
    expect(existsSync(join(at.workspace, '.envrc'))).toBe(false);
  });

  it('is gone when it is dropped', slow, async () => {
    await using at = await bench({ reviewer: answering(() => ({ kind: 'drop' })) });
    const result = await at.runtime.exec({ command: 'echo evil > .envrc' });
    expect(heldIn(result)).toEqual(['A reviewer dropped it.']);
    expect(existsSync(join(at.workspace, '.envrc'))).toBe(false);
  });

  it(
    'is kept without a question for the rest of the session, at that path and for that reason',
    slow,
    async () => {
      const reviewer = answering(() => ({ kind: 'keep-for-session' }));
      await using at = await bench({ reviewer });
      for (const text of ['one', 'two']) {
        await at.runtime.exec({ command: `echo ${text} > .envrc` });
        expect(readFileSync(join(at.workspace, '.envrc'), 'utf8')).toBe(`${text}\n`);
      }
      expect(reviewer.asked).toHaveLength(1);
      await at.runtime.exec({ command: 'mkdir d; echo x > d/.envrc' });
      expect(reviewer.asked).toHaveLength(2);
      await at.runtime.exec({ command: 'ln -sf d/.envrc .envrc' });
      expect(reviewer.asked).toHaveLength(3);
    },
  );

  it('is kept by a rule that is saved, and never asked about again', slow, async () => {
    const reviewer = answering(() => ({ kind: 'keep-and-save-rule' }));
    await using at = await bench({ reviewer, excludeSlashTmp: true });
    const home = join(at.workspace, '../home');
    mkdirSync(home, { recursive: true });
    await at.runtime.exec({ command: 'echo one > .envrc' });
    expect(readFileSync(join(home, 'rules/default.rules'), 'utf8')).toBe(
      `change_rule(paths = ["${join(at.workspace, '.envrc')}"], decision = "allow")\n`,
    );
    await at.runtime.exec({ command: 'echo two > .envrc' });
    expect([reviewer.asked.length, readFileSync(join(at.workspace, '.envrc'), 'utf8')]).toEqual([1, 'two\n']);
  });

  it('offers no rule for one setting of a file: it would let every other one pass', slow, async () => {
    const reviewer = answering(({ choices }) => ({
      kind: choices.includes('keep-and-save-rule') ? 'drop' : 'keep',
    }));
    await using at = await bench({ reviewer });
    await at.runtime.exec({
      command: 'git init -q . && git config core.fsmonitor ./x && git config user.name me',
    });
    expect(readFileSync(join(at.workspace, '.git/config'), 'utf8')).toContain('fsmonitor');
    expect(reviewer.asked[0]?.rule).toBeUndefined();
  });

  it(
    'is asked of nobody under a policy that asks nobody, nor of a reviewer of commands alone',
    slow,
    async () => {
      const reviewer = answering(() => ({ kind: 'keep' }));
      await using silent = await bench({ reviewer, approvalPolicy: 'never' });
      expect(heldIn(await silent.runtime.exec({ command: 'echo evil > .envrc' }))).toHaveLength(1);
      expect(reviewer.asked).toHaveLength(0);
      await using plain = await bench({
        reviewer: { review: async () => await Promise.resolve({ kind: 'approved' }) },
      });
      expect(heldIn(await plain.runtime.exec({ command: 'echo evil > .envrc' }))).toHaveLength(1);
    },
  );

  it('gives way to what somebody wrote while the question was open', slow, async () => {
    await using at = await bench({
      reviewer: answering(({ path }) => {
        writeFileSync(path, 'theirs\n');
        return { kind: 'keep' };
      }),
    });
    const events: ExecEvent[] = [];
    at.runtime.onEvent((event) => events.push(event));
    const result = await at.runtime.exec({ command: 'echo mine > .envrc' });
    expect([heldIn(result).length, readFileSync(join(at.workspace, '.envrc'), 'utf8')]).toEqual([
      1,
      'theirs\n',
    ]);
    const reviewed = events.find(({ type }) => type === 'changes.reviewed');
    expect(reviewed).toMatchObject({
      reviewed: { answer: 'keep', warning: expect.stringContaining('Not kept') as string },
    });
  });
});
