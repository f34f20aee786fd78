// The measured columns as a table for people, and as Markdown for docs/sandboxing.md.
import type { Column } from './measure.ts';
import { type Group, groupOf, type HostileRow } from './row.ts';
import { toolRows, wantedStatus } from './tools.ts';

export interface Summary {
  readonly name: string;
  readonly openByGroup: Readonly<Record<Group, number>>;
  /** Open among the probes that other sandboxes were measured with, and among all. */
  readonly openOfReference: number;
  readonly openOfAll: number;
  readonly proving: number;
  readonly tools: number;
  readonly toolsBeyond: number;
}

export const groups: readonly Group[] = [
  'fs',
  'prot',
  'ns',
  'priv',
  'proc',
  'net',
  'unix',
  'ipc',
  'leak',
  'tty',
  'life',
];

export function summarize(name: string, column: Column, rows: readonly HostileRow[]): Summary {
  const isOpen = (row: HostileRow): boolean => column.outcomes.get(row.name)?.outcome === 'open';
  const open = rows.filter(isOpen);
  const reference = open.filter((row) => !row.beyond);
  const works = toolRows.filter((row) => column.tools.get(row.name) === wantedStatus(row));
  const count = (group: Group): number => reference.filter((row) => groupOf(row.name) === group).length;
  return {
    name,
    openByGroup: Object.fromEntries(groups.map((group) => [group, count(group)])) as Record<Group, number>,
    openOfReference: reference.length,
    openOfAll: open.length,
    proving: rows.filter((row) => column.outcomes.get(row.name)?.outcome !== 'unsupported').length,
    tools: works.filter((row) => row.beyond !== true).length,
    toolsBeyond: works.filter((row) => row.beyond === true).length,
  };
}

export function renderSummary(summary: Summary): string {
  const cells = groups.map((group) => `${group} ${String(summary.openByGroup[group])}`).join('  ');
  return (
    `${summary.name}: ${String(summary.openOfReference)} open (${cells}), ${String(summary.openOfAll)} with the further probes; ` +
    `${String(summary.proving)} rows prove something here; tools ${String(summary.tools)} of 25, further tools ${String(summary.toolsBeyond)}`
  );
}
