import { describe, expect, it } from 'vitest';
import { describeSettled } from './describe-settled.ts';
import type { AbsolutePath } from './primitives.ts';

const root = '/w' as AbsolutePath;
const committed = { kind: 'committed', count: 3, held: [], conflicts: [], direct: [] } as const;

describe('what became of a command’s changes', () => {
  it('needs no word when everything is in place', () => {
    expect(describeSettled(committed)).toEqual([]);
  });

  it('is told path by path, and in number from there on', () => {
    const conflicts = Array.from({ length: 12 }, (_, index) => ({
      path: `/w/${String(index)}`,
      conflict: 'changed-since' as const,
      ...(index === 0 ? { id: 'h1' } : {}),
    }));
    const lines = describeSettled({ ...committed, conflicts });
    expect(lines).toHaveLength(11);
    expect([lines[0], lines[10]]).toEqual([
      "Not changed: /w/0, because somebody else, or another command, changed it while the command ran. The command's own is in `cordon held show h1`.",
      'Not changed as well: 2 more paths.',
    ]);
  });

  it('says which path a rule forbids, and where work lies that could not be judged', () => {
    expect(
      describeSettled({ kind: 'discarded', path: '/w/ci.yml', reason: 'CI is ours', rule: 'team.rules:3' }),
    ).toEqual(['Nothing was changed: CI is ours (/w/ci.yml, by team.rules:3).']);
    expect(describeSettled({ kind: 'failed', because: 'no disk', directory: '/h/airlock/1' })).toEqual([
      'Nothing was changed: no disk. What the command wrote lies in /h/airlock/1.',
    ]);
    expect(describeSettled({ ...committed, direct: [{ root, because: 'it is a single file' }] })).toEqual([
      'What is written below /w counts at once, and is not judged: it is a single file.',
    ]);
  });
});
