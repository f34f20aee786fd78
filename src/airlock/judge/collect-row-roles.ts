// Rows of the table whose own path is a link: where it leads has the role as well. And the files that start-up files
// read: they run with them.
import { bytePath, type BytePath } from '../../domain/index.ts';
import { expandHome, follow, ledBefore, type Errand } from './follow.ts';
import { inside, parentOf } from './path.ts';
import type { TableRow } from './table/table-row.ts';
import { filesReadBy } from './table/files-read-by.ts';
import { readText } from './view.ts';

const top = bytePath('/');
/** How many start-up files deep, each read by the one before. */
const deepest = 5;

/** The part of a row's pattern before the first wildcard, and whether anything below it counts. */
interface LeadingRow {
  readonly row: TableRow;
  readonly fixed: string;
  readonly open: boolean;
}

/** Rows by the first name of their patterns: what is not there leads nowhere. Rows that begin with a wildcard are left out. */
export type LeadingRows = Readonly<Record<TableRow['where'], ReadonlyMap<string, readonly LeadingRow[]>>>;

export function groupLeadingRows(rows: readonly TableRow[]): LeadingRows {
  const at = (where: TableRow['where']): ReadonlyMap<string, readonly LeadingRow[]> => {
    const groups = new Map<string, LeadingRow[]>();
    for (const leading of rows.filter((row) => row.where === where).map(leadingRow)) {
      const [first = ''] = leading.fixed.split('/');
      if (first !== '') groups.set(first, [...(groups.get(first) ?? []), leading]);
    }
    return groups;
  };
  return { home: at('home'), anywhere: at('anywhere') };
}

function leadingRow(row: TableRow): LeadingRow {
  const parts = row.pattern.split('/');
  const wild = parts.findIndex((part) => part.includes('*'));
  return wild < 0
    ? { row, fixed: row.pattern, open: false }
    : { row, fixed: parts.slice(0, wild).join('/'), open: true };
}

/** `tables`: all rows there are. `tops`: where those that count anywhere are looked for. */
export function collectRowRoles(
  errand: Errand,
  tables: readonly LeadingRows[],
  tops: readonly BytePath[],
): void {
  const { home, after } = errand.view;
  const places = [
    ...tops.map((place) => ({ place, where: 'anywhere' as const })),
    ...(home === undefined ? [] : [{ place: home, where: 'home' as const }]),
  ];
  for (const { place, where } of places) {
    const listed = after.list(place);
    const names = listed.kind === 'names' ? listed.names : [];
    for (const table of tables) {
      // What cannot be looked into may hold everything.
      const found =
        listed.kind === 'unreadable'
          ? [...table[where].values()].flat()
          : names.flatMap((name) => table[where].get(name) ?? []);
      for (const leading of found) collectRow(errand, place, leading);
    }
  }
}

function collectRow(errand: Errand, place: BytePath, { row, fixed, open }: LeadingRow): void {
  const path = inside(place, fixed);
  const real = follow(errand, path, top, { what: `what ${row.runs} reads`, runs: row.runs });
  if (real !== path) {
    if (open) errand.roles.in(real, { kind: 'row', row });
    else errand.roles.at(real, { kind: 'row', row });
  }
  if (row.reads === true) collectReads(errand, path, row.runs, 1);
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
