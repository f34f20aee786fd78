// Finds the rows of the table that name a path.
import { type BytePath, foldName } from '../../../domain/index.ts';
import { isWithin } from '../path.ts';
import type { TableRow } from './table-row.ts';

interface Compiled {
  readonly row: TableRow;
  readonly parts: readonly RegExp[];
  /** The pattern ends in `**`: what is below counts as well. */
  readonly open: boolean;
}

export interface RowIndex {
  readonly anywhere: {
    readonly literal: ReadonlyMap<string, readonly Compiled[]>;
    readonly wild: readonly Compiled[];
  };
  readonly home: {
    readonly literal: ReadonlyMap<string, readonly Compiled[]>;
    readonly wild: readonly Compiled[];
  };
}

export function indexRows(rows: readonly TableRow[]): RowIndex {
  return {
    anywhere: group(rows.filter(({ where }) => where === 'anywhere')),
    home: group(rows.filter(({ where }) => where === 'home')),
  };
}

/** What is installed below these is opened by nobody as a folder of its own. Moved out of it, it is. */
const installed = /^(node_modules|site-packages|dist-packages)$/;

export function matchRows(
  index: RowIndex,
  path: BytePath,
  places: { readonly root: BytePath; readonly home: BytePath | undefined },
): readonly TableRow[] {
  const found: TableRow[] = [];
  const names = foldedParts(path.slice(places.root === '/' ? 1 : places.root.length + 1));
  for (const [start, name] of names.entries()) {
    if (installed.test(name)) break;
    found.push(...matching(index.anywhere, names, start));
  }
  const { home } = places;
  if (home !== undefined && isWithin(path, home))
    found.push(...matching(index.home, foldedParts(path.slice(home.length + 1)), 0));
  return found;
}

function matching(rows: RowIndex['home'], names: readonly string[], start: number): TableRow[] {
  const candidates = [...(rows.literal.get(names[start] ?? '') ?? []), ...rows.wild];
  return candidates
    .filter(({ parts, open }) => {
      const length = names.length - start;
      if (open ? length < parts.length : length !== parts.length) return false;
      return parts.every((part, index) => part.test(names[start + index] ?? ''));
    })
    .map(({ row }) => row);
}

function foldedParts(path: string): string[] {
  return path.split('/').map(foldName);
}

function group(rows: readonly TableRow[]): RowIndex['home'] {
  const literal = new Map<string, Compiled[]>();
  const wild: Compiled[] = [];
  for (const row of rows) {
    const all = row.pattern.toLowerCase().split('/');
    const open = all.at(-1) === '**';
    const parts = (open ? all.slice(0, -1) : all).map(compilePart);
    const compiled = { row, parts, open };
    const first = all[0] ?? '';
    if (first.includes('*')) wild.push(compiled);
    else literal.set(first, [...(literal.get(first) ?? []), compiled]);
  }
  return { literal, wild };
}

function compilePart(part: string): RegExp {
  const escaped = part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${escaped}$`, 's');
}
