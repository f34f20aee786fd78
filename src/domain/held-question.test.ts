import { describe, expect, it } from 'vitest';
import type { CallId, ChangeReview } from './index.ts';
import { heldQuestion } from './held-question.ts';

const request: ChangeReview = {
  id: 'h1',
  callId: 'call' as CallId,
  command: 'echo x > .envrc',
  path: '/w/.envrc',
  parts: [{ part: 'core.fsmonitor', reason: 'It names a program.', runs: 'git' }],
  diff: ['+x'],
  omittedLines: 3,
  rule: 'change_rule(…)',
  choices: ['keep', 'keep-for-session', 'keep-and-save-rule', 'drop', 'put-aside'],
};

describe('the question about what was held back', () => {
  it('says what, why, by which command, and what is not shown', () => {
    expect(heldQuestion(request).lines).toEqual([
      '/w/.envrc',
      'core.fsmonitor: It names a program. Run by: git.',
      'written by: echo x > .envrc',
      '+x',
      '3 more lines are NOT SHOWN',
      'rule: change_rule(…)',
    ]);
  });

  it('offers what is on offer, each by a key of its own that is not the one for paging', () => {
    const keys = heldQuestion(request).keys.map(({ key, answer }) => [key, answer]);
    expect(new Set(keys.map(([key]) => key)).size).toBe(5);
    expect(keys).toEqual([
      ['y', 'keep'],
      ['a', 'keep-for-session'],
      ['p', 'keep-and-save-rule'],
      ['x', 'drop'],
      ['n', 'put-aside'],
    ]);
    expect(heldQuestion({ ...request, choices: ['put-aside'] }).keys).toHaveLength(1);
  });
});
