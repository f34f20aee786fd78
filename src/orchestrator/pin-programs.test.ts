import { describe, expect, it } from 'vitest';
import { absolutePath, type Evaluation } from '../domain/index.ts';
import { pinPath, pinProgram } from './pin-programs.ts';

const touch = absolutePath('/usr/bin/touch');
if (touch === undefined) throw new Error('no path');
const evaluation = (verdict: Evaluation['verdict']): Evaluation => {
  const match = { kind: 'heuristic', class: 'safe', command: ['touch'], because: 'x' } as const;
  const parsed = {
    kind: 'plain',
    from: 'argv',
    commands: [{ argv: ['touch'], directory: { kind: 'start' } }],
    literalCommands: [],
  } as const;
  return {
    verdict,
    decidedBy: match,
    matches: [match],
    parsed,
    pinned: { programs: [{ name: 'touch', path: touch }], dropFromPath: ['/w/bin'] },
  };
};
const env = new Map([
  ['PATH', '/w/bin:/usr/bin:/w/bin'],
  ['A', '1'],
]);

describe('a program behind a writable directory of PATH', () => {
  it('is run by the path it was trusted at', () => {
    expect(pinProgram(['touch', 'x'], evaluation('allowed'))).toEqual(['/usr/bin/touch', 'x']);
    expect(pinProgram(['other'], evaluation('allowed'))).toEqual(['other']);
  });

  it('finds no other one on PATH where trust let it run', () => {
    expect([...pinPath(env, evaluation('allowed'))]).toEqual([
      ['PATH', '/usr/bin'],
      ['A', '1'],
    ]);
    expect(pinPath(env, evaluation('unknown'))).toBe(env);
  });
});
