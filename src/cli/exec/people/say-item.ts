// What the report says of an item: how it began, how it ended, and who held it back.
import { type CommandItem, type FileChangeItem, stripControl } from '../../../exec/index.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { layOut } from './screen.ts';

/** Rows of a command that are shown: a script can be as long as a program. */
const commandRows = 24;

/** The command and where it starts, one row or more. */
export function startRows(item: CommandItem, paint: Paint, columns: number | undefined): string[] {
  const command = stripControl(item.command);
  const place = `in ${stripControl(item.cwd)}`;
  const [head = '', ...rest] = layOut(`exec ${command}`, columns === undefined ? undefined : columns - 2);
  const rows = [head, ...rest.map((row) => `  ${row}`)];
  const shown =
    rows.length > commandRows
      ? [...rows.slice(0, commandRows), `  [${rows.length - commandRows} more lines]`]
      : rows;
  const painted = shown.map((row, index) => (index === 0 ? `${paint.strong('exec')}${row.slice(4)}` : row));
  const last = painted.at(-1) ?? '';
  const fits = columns === undefined || `${shown.at(-1) ?? ''} ${place}`.length <= columns;
  if (fits) return [...painted.slice(0, -1), `${last} ${paint.dim(place)}`];
  return [...painted, ...layOut(place, columns, '  ').map((row) => paint.dim(row))];
}

export function endRows(item: CommandItem, paint: Paint, columns: number | undefined): string[] {
  const took = item.duration_ms === null ? '' : ` in ${durationText(item.duration_ms)}`;
  const sandbox = item.sandbox === null ? '' : ` (${sandboxText(item.sandbox)})`;
  const { text, isGood } = verdict(item);
  const painted = isGood ? paint.good(text) : paint.bad(text);
  const fits = columns === undefined || text.length + took.length + sandbox.length <= columns;
  const head = fits
    ? [`${painted}${took}${sandbox === '' ? '' : paint.dim(sandbox)}`]
    : [`${painted}${took}`, ...layOut(sandbox.trim(), columns, '  ').map((row) => paint.dim(row))];
  return [...head, ...deniedRows(item, paint, columns), ...settledRows(item, paint, columns)];
}

export function fileChangeRows(item: FileChangeItem, paint: Paint, columns: number | undefined): string[] {
  const marks = { add: 'A', update: 'M', delete: 'D' } as const;
  const said =
    item.status === 'completed'
      ? paint.good('written')
      : paint.bad(item.denied === null ? 'failed' : 'refused');
  return [
    `${paint.strong('patch')} ${said}`,
    ...item.changes.flatMap(({ path, kind }) =>
      layOut(`${marks[kind]} ${stripControl(path)}`, columns, '  '),
    ),
    ...(item.error === null ? [] : layOut(stripControl(item.error), columns, '  ')),
    ...deniedRows(item, paint, columns),
  ];
}

function verdict(item: CommandItem): { readonly text: string; readonly isGood: boolean } {
  const bad = (text: string): ReturnType<typeof verdict> => ({ text, isGood: false });
  if (item.status === 'declined') return bad('refused');
  if (item.end === 'turn_ended') return bad('ended with the turn');
  if (item.timed_out) return bad('timed out');
  if (item.signal !== null) return bad(`killed by ${item.signal}`);
  if (item.exit_code === null) return bad('cancelled');
  return item.exit_code === 0 ? { text: 'succeeded', isGood: true } : bad(`exited ${item.exit_code}`);
}

function deniedRows(
  { denied }: Pick<CommandItem, 'denied'>,
  paint: Paint,
  columns: number | undefined,
): string[] {
  if (denied === null) return [];
  const rule = denied.rule === null || denied.reason.includes(denied.rule) ? '' : ` (${denied.rule})`;
  const by = `by ${denied.by}`;
  return layOut(`${by}: ${stripControl(denied.reason + rule)}`, columns, '  ').map((row, index) =>
    index === 0 ? `  ${paint.bad(by)}${row.slice(2 + by.length)}` : row,
  );
}

/** What the command wrote and is not there: whoever looks at the workspace would miss it. */
function settledRows(item: CommandItem, paint: Paint, columns: number | undefined): string[] {
  const { held = [], conflicts = [], unsettled } = item;
  const lines = [
    ...held.map(({ path, parts, reason, id }) => {
      const part = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
      return `held back ${path}${part}: ${reason}${id === null ? '' : `; cordon held show ${id}`}`;
    }),
    ...conflicts.map(({ path, reason }) => `not written ${path}: ${reason}`),
    ...(unsettled === undefined ? [] : [unsettled]),
  ];
  return lines.flatMap((line) => layOut(stripControl(line), columns, '  ')).map((row) => paint.bad(row));
}

/** What is missing belongs on the screen; a wish is never printed in the place of a fact. */
function sandboxText(sandbox: NonNullable<CommandItem['sandbox']>): string {
  if (sandbox.kind === 'none') return 'no sandbox';
  const missing = sandbox.missing.map(({ restriction }) => restriction).join(', ');
  return `${sandbox.kind}, ${sandbox.level}${missing === '' ? '' : `, not enforced: ${missing}`}`;
}
