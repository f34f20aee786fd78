// Rows of the table whose own path is a link: where it leads has the role as well. And the files that start-up files
// read: they run with them.
import { bytePath, type BytePath, type TreeReader } from '../../domain/index.ts';
import { expandHome, follow, ledBefore, type Errand } from './follow.ts';
import { inside, parentOf } from './path.ts';
import type { TableRow } from './table/table-row.ts';
import { filesReadBy } from './table/files-read-by.ts';
import { readText } from './view.ts';

const top = bytePath('/');
/** How many start-up files deep, each read by the one before. */
const deepest = 5;

export function collectRowRoles(errand: Errand, rows: readonly TableRow[], tops: readonly BytePath[]): void {
  const { home, after } = errand.view;
  const names = new Map(
    [...tops, ...(home === undefined ? [] : [home])].map((at) => [at, nameSet(after, at)]),
  );
  /** What is not there leads nowhere: most of a table is skipped with one look at the directory. */
  const mayBe = (place: BytePath, fixed: string): boolean => {
    const [first = ''] = fixed.split('/');
    return names.get(place)?.has(first) !== false;
  };
  for (const row of rows) {
    const [fixed, open] = fixedPart(row.pattern);
    const places = row.where === 'home' ? (home === undefined ? [] : [home]) : tops;
    if (fixed === '') continue;
    for (const place of places) {
      if (!mayBe(place, fixed)) continue;
      const path = inside(place, fixed);
      const real = follow(errand, path, top, { what: `what ${row.runs} reads`, runs: row.runs });
      if (real !== path) {
        if (open) errand.roles.in(real, { kind: 'row', row });
        else errand.roles.at(real, { kind: 'row', row });
      }
      if (row.reads === true) collectReads(errand, path, row.runs, 1);
    }
  }
}

function nameSet(reader: TreeReader, directory: BytePath): ReadonlySet<string> | undefined {
  const listed = reader.list(directory);
  return listed.kind === 'unreadable' ? undefined : new Set(listed.kind === 'names' ? listed.names : []);
}

/** The part before the first wildcard, and whether anything below counts. */
function fixedPart(pattern: string): readonly [string, boolean] {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => part.includes('*'));
  if (wild < 0) return [pattern, false];
  return [parts.slice(0, wild).join('/'), true];
}

function collectReads(errand: Errand, path: BytePath, runs: string, depth: number): void {
  const { view, roles } = errand;
  const then = ledBefore(view, path);
  const text = then === undefined ? undefined : readText(view.before, then);
  if (text === undefined || depth > deepest) return;
  const role = { kind: 'program', reason: `${shown(errand, path)} reads or runs this file.`, runs } as const;
  const base = view.home ?? parentOf(path);
  for (const { word, kind } of filesReadBy(text)) {
    const named = expandHome(view, word);
    const real = follow(errand, named, base, { what: `what ${shown(errand, path)} reads`, runs });
    const there = view.before.stat(real).kind;
    if (kind === 'directory') {
      if (view.inRoots(real) && real !== view.home && !view.roots.includes(real)) roles.in(real, role);
    } else if (there !== 'directory') {
      roles.at(real, role);
      if (there === 'file') collectReads(errand, real, runs, depth + 1);
    }
  }
}

function shown({ view }: Errand, path: BytePath): string {
  const { home } = view;
  return home !== undefined && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
