import { describe, expect, it } from 'vitest';
import { checkLayers, importsOf, roomOf } from './check-layers.ts';

describe('checkLayers', () => {
  const rows = [
    {
      says: 'lets any room import the domain door',
      files: [{ path: 'shell/split.ts', imports: ['domain/index.ts'] }],
      want: [],
    },
    {
      says: 'refuses an import between siblings',
      files: [{ path: 'shell/split.ts', imports: ['policy/index.ts'] }],
      want: ['shell/split.ts: "shell" may not import "policy" (policy/index.ts)'],
    },
    {
      says: 'refuses an import that climbs',
      files: [{ path: 'domain/policy.ts', imports: ['cli/main.ts'] }],
      want: ['domain/policy.ts: "domain" may not import "cli" (cli/main.ts)'],
    },
    {
      says: 'refuses to enter a room by a window',
      files: [{ path: 'runtime/create.ts', imports: ['policy/evaluate.ts'] }],
      want: ['runtime/create.ts: enters "policy" by policy/evaluate.ts, not by its index.ts'],
    },
    {
      says: 'keeps the interpreter from knowing the policy around it',
      files: [{ path: 'starlark/run.ts', imports: ['policy/rule.ts'] }],
      want: ['starlark/run.ts: "starlark" may not import "policy" (policy/rule.ts)'],
    },
    {
      says: 'refuses a room that is not on the map',
      files: [{ path: 'attic/box.ts', imports: [] }],
      want: ['attic/box.ts: room "attic" is not on the map (scripts/check-layers.ts)'],
    },
    {
      says: "refuses the launcher's protocol outside its room",
      files: [
        { path: 'launcher/a.ts', imports: [], protocolWords: ['startFrame'] },
        { path: 'cli/b.ts', imports: [], protocolWords: ['startFrame'] },
      ],
      want: ['cli/b.ts: speaks the launcher\'s protocol (startFrame); only "launcher" does'],
    },
    {
      says: 'reports a ring once, however long',
      files: [
        { path: 'shell/a.ts', imports: ['shell/b.ts'] },
        { path: 'shell/b.ts', imports: ['shell/c.ts'] },
        { path: 'shell/c.ts', imports: ['shell/a.ts'] },
      ],
      want: ['Ring of imports: shell/a.ts <-> shell/b.ts <-> shell/c.ts'],
    },
  ];
  for (const { says, files, want } of rows) it(says, () => expect(checkLayers(files)).toEqual(want));
});

describe('importsOf', () => {
  const rows = [
    { says: 'sees a type import', text: "import type { A } from './a.ts';", want: ['shell/a.ts'] },
    {
      says: 'sees an import over several lines',
      text: "import {\n  a,\n  b,\n} from '../domain/index.ts';",
      want: ['domain/index.ts'],
    },
    { says: 'sees a re-export', text: "export * from './b.ts';", want: ['shell/b.ts'] },
    { says: 'sees a lazy import', text: "const x = await import('./c.ts');", want: ['shell/c.ts'] },
    { says: 'leaves packages alone', text: "import { z } from 'zod';\nimport 'node:fs';", want: [] },
  ];
  for (const { says, text, want } of rows)
    it(says, () => expect(importsOf(text, 'shell/x.ts')).toEqual(want));
});

describe('roomOf', () => {
  it('finds the innermost room', () => {
    expect(['index.ts', 'policy/rule.ts', 'starlark/scan.ts', 'cli/policy/check.ts'].map(roomOf)).toEqual([
      'index',
      'policy',
      'starlark',
      'cli',
    ]);
  });
});
