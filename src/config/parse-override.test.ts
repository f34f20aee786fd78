import { describe, expect, it } from 'vitest';
import { parseOverride } from './parse-override.ts';

const rows: readonly { says: string; text: string; want: unknown }[] = [
  { says: 'a bare word is text', text: 'model=o3', want: { path: ['model'], value: 'o3' } },
  { says: 'quotes are TOML quotes', text: 'model="a b"', want: { path: ['model'], value: 'a b' } },
  {
    says: 'true is a boolean',
    text: 'features.exec_policy=true',
    want: { path: ['features', 'exec_policy'], value: true },
  },
  { says: 'a number is a number', text: 'a.b.c=42', want: { path: ['a', 'b', 'c'], value: 42 } },
  { says: 'a list is a list', text: 'a=["x","y"]', want: { path: ['a'], value: ['x', 'y'] } },
  { says: 'an inline table is a table', text: 'a={ b = 1 }', want: { path: ['a'], value: { b: 1 } } },
  { says: 'only the first equals sign divides', text: 'a=b=c', want: { path: ['a'], value: 'b=c' } },
  { says: 'spaces around the parts are ignored', text: ' a . b = 1 ', want: { path: ['a', 'b'], value: 1 } },
  {
    says: 'a quoted segment may hold dots',
    text: 'projects."/a.b".trust_level=trusted',
    want: { path: ['projects', '/a.b', 'trust_level'], value: 'trusted' },
  },
  { says: 'an empty value is empty text', text: 'a=', want: { path: ['a'], value: '' } },
  {
    says: 'a line break does not smuggle in a second key',
    text: 'a=1\nb=2',
    want: { path: ['a'], value: '1\nb=2' },
  },
  { says: 'no equals sign is refused', text: 'model', want: 'expected KEY=VALUE' },
  { says: 'no key is refused', text: '=x', want: 'expected KEY=VALUE' },
  {
    says: 'a broken key is refused',
    text: 'a..b=1',
    want: 'expected a dotted key such as sandbox_mode or features.exec_policy',
  },
  {
    says: 'the prototype is no key',
    text: '__proto__.x=1',
    want: 'expected a dotted key such as sandbox_mode or features.exec_policy',
  },
  {
    says: 'a header is no key',
    text: '[a]\nb=1',
    want: 'expected a dotted key such as sandbox_mode or features.exec_policy',
  },
];

describe('parseOverride', () => {
  for (const { says, text, want } of rows)
    it(says, () => {
      const parsed = parseOverride(text);
      expect(parsed.ok ? parsed.value : parsed.error).toEqual(want);
    });
});
