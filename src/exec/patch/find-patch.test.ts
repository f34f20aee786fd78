import { describe, expect, it } from 'vitest';
import { findPatch } from './find-patch.ts';

const body = '*** Begin Patch\n*** Delete File: a\n*** End Patch';
const found = (patch: string, directory?: string): unknown => ({ patch, directory });

const rows: readonly { says: string; command: string | readonly string[]; want: unknown }[] = [
  { says: 'an argv with the patch', command: ['apply_patch', body], want: found(body) },
  { says: 'the older name', command: ['applypatch', body], want: found(body) },
  { says: 'a here-document', command: `apply_patch <<'EOF'\n${body}\nEOF\n`, want: found(body) },
  { says: 'one in double quotes', command: `apply_patch <<"PATCH"\n${body}\nPATCH`, want: found(body) },
  {
    says: 'one without quotes in which nothing expands',
    command: `apply_patch <<EOF\n${body}\nEOF`,
    want: found(body),
  },
  {
    says: 'one after a cd',
    command: `cd sub/dir && apply_patch <<'EOF'\n${body}\nEOF`,
    want: found(body, 'sub/dir'),
  },
  {
    says: 'one handed to a shell',
    command: ['bash', '-lc', `apply_patch <<'EOF'\n${body}\nEOF`],
    want: found(body),
  },
  { says: 'a word in single quotes', command: `apply_patch '${body}'`, want: found(body) },
  {
    says: 'one with leading tabs taken off',
    command: `apply_patch <<-'EOF'\n\t${body}\n\tEOF`,
    want: found(body),
  },
];
const none: readonly { says: string; command: string | readonly string[] }[] = [
  { says: 'another command after it', command: `apply_patch <<'EOF'\n${body}\nEOF\nrm -rf x` },
  { says: 'another command before it', command: `touch x; apply_patch <<'EOF'\n${body}\nEOF` },
  { says: 'text that bash would expand', command: `apply_patch <<EOF\n${body}\n+$(id)\nEOF` },
  { says: 'no end', command: `apply_patch <<'EOF'\n${body}` },
  { says: 'a patch from a file', command: 'apply_patch < patch.txt' },
  { says: 'another program', command: ['apply_patches', body] },
  { says: 'more arguments', command: ['apply_patch', body, 'x'] },
  { says: 'an ordinary command', command: 'npm test' },
];

describe('findPatch finds', () => {
  for (const { says, command, want } of rows) it(says, () => expect(findPatch(command)).toEqual(want));
});

describe('findPatch leaves to the shell', () => {
  for (const { says, command } of none) it(says, () => expect(findPatch(command)).toBeUndefined());
});
