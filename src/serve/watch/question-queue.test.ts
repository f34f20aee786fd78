import { describe, expect, it } from 'vitest';
import type { ApprovalRequest, CallId, ChangeReview } from '../../domain/index.ts';
import type { PageDecision } from '../../web/protocol/index.ts';
import { QuestionQueue, type QuestionNews } from './question-queue.ts';
import { asks } from './testdata/requests.ts';

const never = (): AbortSignal => new AbortController().signal;
const queue = (): QuestionQueue =>
  new QuestionQueue({ quote: (argv) => argv.join(' '), rulesFile: '/h/rules/default.rules' }, () => 7);

async function answered(request: ApprovalRequest, decision: PageDecision): Promise<unknown> {
  const questions = queue();
  const decided = questions.reviewer.review(request, never());
  const [question] = questions.list();
  if (!questions.answer(question?.questionId ?? '', decision)) return 'not taken';
  return await decided;
}

describe('a question on the page', () => {
  it('has the words of the terminal, and the words a rule may take', () => {
    const questions = queue();
    void questions.reviewer.review(asks(), never());
    expect(questions.list()).toEqual([
      {
        questionId: expect.any(String),
        callId: 'call',
        askedAtMs: 7,
        title: 'Run this command?',
        lines: ['git push origin main'],
        isDiff: false,
        marked: [],
        facts: [
          { name: 'in', text: '/w', isWarning: false },
          { name: 'why', text: 'a rule says so', isWarning: false },
        ],
        prefix: { words: ['git', 'push', 'origin', 'main'], atLeast: 2, isExact: false },
        choices: [
          { kind: 'approved', key: 'y', says: 'yes, this once' },
          {
            kind: 'approved-for-session',
            key: 'a',
            says: 'yes, and not again for exactly this, here, until cordon ends (nothing is saved)',
          },
          {
            kind: 'approved-allow-prefix',
            key: 'p',
            says: 'yes, and from now on, in every directory: git push and whatever words follow (saved in /h/rules/default.rules)',
          },
          { kind: 'denied', key: 'n', says: 'no (or Esc), and tell the model why' },
          { kind: 'abort', key: '', says: 'no, and stop' },
        ],
      },
    ]);
  });

  const amendment = { allowPrefix: ['git', 'push'] as const };
  it.each<[string, Partial<ApprovalRequest>, PageDecision, unknown]>([
    ['yes', {}, { kind: 'approved' }, { kind: 'approved' }],
    ['for the session', {}, { kind: 'approved-for-session' }, { kind: 'approved-for-session' }],
    ['no, with a word', {}, { kind: 'denied', message: 'why' }, { kind: 'denied', message: 'why' }],
    ['stop', {}, { kind: 'abort' }, { kind: 'abort' }],
    [
      'the offered prefix',
      {},
      { kind: 'approved-allow-prefix', words: ['git', 'push'] },
      { kind: 'approved-allow-prefix', amendment },
    ],
    [
      'a longer one',
      {},
      { kind: 'approved-allow-prefix', words: ['git', 'push', 'origin'] },
      { kind: 'approved-allow-prefix', amendment: { allowPrefix: ['git', 'push', 'origin'] } },
    ],
    [
      'all of it',
      {},
      { kind: 'approved-allow-prefix', words: ['git', 'push', 'origin', 'main'] },
      {
        kind: 'approved-allow-prefix',
        amendment: { allowPrefix: ['git', 'push', 'origin', 'main'], exact: true },
      },
    ],
    ['a shorter prefix', {}, { kind: 'approved-allow-prefix', words: ['git'] }, 'not taken'],
    ['another prefix', {}, { kind: 'approved-allow-prefix', words: ['git', 'pull'] }, 'not taken'],
    [
      'a prefix beyond the command',
      {},
      { kind: 'approved-allow-prefix', words: ['git', 'push', 'x'] },
      'not taken',
    ],
    [
      'a prefix where none is on offer',
      { amendment: undefined },
      { kind: 'approved-allow-prefix', words: ['git', 'push'] },
      'not taken',
    ],
    ['leaving the sandbox, not on offer', {}, { kind: 'approved-unsandboxed' }, 'not taken'],
    ['a grant, not on offer', {}, { kind: 'approved-grant' }, 'not taken'],
    ['the answer of another question', {}, { kind: 'keep' }, 'not taken'],
    [
      'a plain yes, where only leaving is on offer',
      { choices: ['approved-unsandboxed', 'denied', 'abort'] },
      { kind: 'approved' },
      'not taken',
    ],
  ])('takes %s for what it is', async (_, more, decision, decided) => {
    expect(await answered(asks(more), decision)).toEqual(decided);
  });

  it('is answered once, tells of it, and knows no other name', async () => {
    const questions = queue();
    const news: QuestionNews['kind'][] = [];
    questions.onNews(({ kind }) => news.push(kind));
    const decided = questions.reviewer.review(asks(), never());
    const id = questions.list()[0]?.questionId ?? '';
    expect([
      questions.answer('other', { kind: 'approved' }),
      questions.answer(id, { kind: 'abort' }),
      questions.answer(id, { kind: 'approved' }),
    ]).toEqual([false, true, false]);
    expect(await decided).toEqual({ kind: 'abort' });
    expect([questions.list(), news]).toEqual([[], ['asked', 'over']]);
  });

  it('goes when it is withdrawn, and when the page is gone for good', async () => {
    const questions = queue();
    const withdrawal = new AbortController();
    const first = questions.reviewer.review(asks(), withdrawal.signal);
    const second = questions.reviewer.review(asks(), never());
    withdrawal.abort();
    await expect(first).rejects.toThrow('withdrawn');
    expect(questions.list()).toHaveLength(1);
    questions.close();
    await expect(second).rejects.toThrow('gone');
    expect(questions.list()).toEqual([]);
  });

  it('points at the lines of a script that it is about, and shows files as a difference', () => {
    const questions = queue();
    void questions.reviewer.review(asks({ script: 'ls\nrm -rf x', concerns: [['rm', '-rf', 'x']] }), never());
    void questions.reviewer.review(
      asks({ changes: [{ path: '/w/a' as never, kind: 'update', diff: ['-x', '+y'] }] }),
      never(),
    );
    expect(questions.list().map(({ lines, marked, isDiff }) => ({ lines, marked, isDiff }))).toEqual([
      { lines: ['ls', 'rm -rf x'], marked: [1], isDiff: false },
      { lines: ['update /w/a', '-x', '+y'], marked: [], isDiff: true },
    ]);
  });

  it('asks about what was held back, and takes its own answers alone', async () => {
    const review: ChangeReview = {
      id: 'h',
      callId: 'call' as CallId,
      command: 'echo x > .envrc',
      path: '/w/.envrc',
      parts: [{ reason: 'A shell obeys it.', runs: 'direnv' }],
      diff: ['+x'],
      omittedLines: 0,
      choices: ['keep', 'drop', 'put-aside'],
    };
    const questions = queue();
    const decided = questions.reviewer.reviewChange(review, never());
    const id = questions.list()[0]?.questionId ?? '';
    expect(questions.answer(id, { kind: 'approved' })).toBe(false);
    expect(questions.answer(id, { kind: 'keep-for-session' })).toBe(false);
    expect(questions.answer(id, { kind: 'drop' })).toBe(true);
    expect(await decided).toEqual({ kind: 'drop' });
  });
});
