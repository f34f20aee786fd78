// A remembered absence may never hide a program: on a real disk, with a clock that says all changes are old.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KnownAbsences } from './known-absences.ts';
import { createProgramResolver } from './resolve-program.ts';

const later = (): number => Date.now() + 3_600_000;

function world(): { readonly root: string; locate(): string | undefined } {
  const root = realpathSync(mkdtempSync(join(homedir(), '.cordon-absent-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of ['first', 'second']) mkdirSync(join(root, name));
  program(join(root, 'second', 'x'));
  const uid = process.getuid?.() ?? 0;
  const resolver = createProgramResolver({ writableRoots: [], uid, now: later });
  const path = `${root}/first:${root}/second`;
  return { root, locate: () => resolver.locate('x', { cwd: undefined, path }).path };
}

function program(file: string): void {
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
}

interface Row {
  readonly says: string;
  readonly before?: (root: string) => void;
  readonly change: (root: string) => void;
}

const rows: readonly Row[] = [
  { says: 'a program that was put there', change: (root) => program(`${root}/first/x`) },
  {
    says: 'a program that was moved there',
    before: (root) => program(`${root}/elsewhere`),
    change: (root) => renameSync(`${root}/elsewhere`, `${root}/first/x`),
  },
  {
    says: 'another directory under the same name',
    before: (root) => {
      mkdirSync(`${root}/other`);
      program(`${root}/other/x`);
    },
    change: (root) => {
      renameSync(`${root}/first`, `${root}/gone`);
      renameSync(`${root}/other`, `${root}/first`);
    },
  },
  {
    says: 'a directory that was missing',
    before: (root) => rmSync(`${root}/first`, { recursive: true }),
    change: (root) => {
      mkdirSync(`${root}/first`);
      program(`${root}/first/x`);
    },
  },
  {
    says: 'what a link that led nowhere leads to by now',
    before: (root) => symlinkSync(`${root}/target`, `${root}/first/x`),
    change: (root) => program(`${root}/target`),
  },
  {
    says: 'a file that became a program',
    before: (root) => {
      writeFileSync(`${root}/first/x`, '');
      chmodSync(`${root}/first/x`, 0o644);
    },
    change: (root) => chmodSync(`${root}/first/x`, 0o755),
  },
  {
    says: 'what a directory that is a link leads to by now',
    before: (root) => {
      mkdirSync(`${root}/other`);
      program(`${root}/other/x`);
      renameSync(`${root}/first`, `${root}/empty`);
      symlinkSync(`${root}/empty`, `${root}/first`);
    },
    change: (root) => {
      rmSync(`${root}/first`);
      symlinkSync(`${root}/other`, `${root}/first`);
    },
  },
];

describe('a name that was not there', () => {
  it.each(rows)('is found again as $says', ({ before, change }) => {
    const { root, locate } = world();
    before?.(root);
    const seen = [locate(), locate()];
    change(root);
    expect([...seen, locate()]).toEqual([`${root}/second/x`, `${root}/second/x`, `${root}/first/x`]);
  });

  it('is not looked for twice', () => {
    const { root } = world();
    const stats = statSync(`${root}/first`);
    const absences = new KnownAbsences(later);
    absences.note(`${root}/first`, stats, 'x');
    expect([
      absences.has(`${root}/first`, statSync(`${root}/first`), 'x'),
      absences.has(`${root}/first`, statSync(`${root}/first`), 'y'),
      absences.has(`${root}/first`, statSync(`${root}/second`), 'x'),
    ]).toEqual([true, false, false]);
  });

  it('is not remembered of a directory that changed a moment ago: two changes may show one time', () => {
    const { root } = world();
    const stats = statSync(root);
    const absences = new KnownAbsences(() => stats.ctimeMs + 4_000);
    absences.note(root, stats, 'y');
    expect(absences.has(root, stats, 'y')).toBe(false);
  });

  it('is forgotten when names come for ever', () => {
    const { root } = world();
    const stats = statSync(root);
    const absences = new KnownAbsences(later);
    for (let at = 0; at < 5_000; at += 1) absences.note(root, stats, `name${String(at)}`);
    expect([absences.has(root, stats, 'name0'), absences.has(root, stats, 'name4999')]).toEqual([
      false,
      true,
    ]);
  });
});
