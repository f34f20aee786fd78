import { describe, expect, it } from 'vitest';
import { choosePaint } from './paint.ts';

describe('choosePaint', () => {
  const rows: readonly {
    says: string;
    choice: 'always' | 'never' | 'auto';
    isTerminal: boolean;
    env: Record<string, string>;
    painted: boolean;
  }[] = [
    { says: 'auto paints a terminal', choice: 'auto', isTerminal: true, env: {}, painted: true },
    { says: 'auto leaves a pipe alone', choice: 'auto', isTerminal: false, env: {}, painted: false },
    { says: 'auto obeys NO_COLOR', choice: 'auto', isTerminal: true, env: { NO_COLOR: '1' }, painted: false },
    {
      says: 'auto ignores an empty NO_COLOR',
      choice: 'auto',
      isTerminal: true,
      env: { NO_COLOR: '' },
      painted: true,
    },
    {
      says: 'auto leaves a dumb terminal alone',
      choice: 'auto',
      isTerminal: true,
      env: { TERM: 'dumb' },
      painted: false,
    },
    { says: 'always paints', choice: 'always', isTerminal: false, env: { NO_COLOR: '1' }, painted: true },
    { says: 'never does not', choice: 'never', isTerminal: true, env: {}, painted: false },
  ];
  for (const { says, choice, isTerminal, env, painted } of rows)
    it(says, () => expect(choosePaint(choice, { isTerminal, env }).good('x') !== 'x').toBe(painted));
});
