import { describe, expect, it } from 'vitest';
import { suggestName } from './suggest-name.ts';

const known = ['prefix_rule', 'host_executable', 'max', 'min', 'len', 'True', 'x', 'list'];

describe('a suggestion', () => {
  const rows = [
    { says: 'is the name with one letter wrong', name: 'prefix_rulr', want: 'prefix_rule' },
    { says: 'is the name with a letter left out', name: 'prefx_rule', want: 'prefix_rule' },
    { says: 'forgives case', name: 'true', want: 'True' },
    { says: 'is the nearest', name: 'mix', want: 'max' },
    { says: 'needs more than a shared letter', name: 'set', want: undefined },
    { says: 'is never made for one letter', name: 'y', want: undefined },
    { says: 'needs likeness', name: 'network', want: undefined },
    { says: 'is not looked for when the name is endless', name: 'prefix_rule'.repeat(100), want: undefined },
  ];
  for (const { says, name, want } of rows) it(says, () => expect(suggestName(name, known)).toBe(want));
});
