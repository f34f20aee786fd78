// `cordon held`: what commands wrote and was held back, for a person to look at, keep or drop.
import { existsSync } from 'node:fs';
import { cordonHome } from '../config/home.ts';
import { type AbsolutePath, assertNever, showBytePath } from '../domain/index.ts';
import {
  type HeldEntry,
  heldPlaces,
  heldStore,
  type HeldStore,
  keepHeld,
  placeOf,
  unifiedDiff,
} from '../airlock/held/index.ts';
import { CliError, type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { oneOf } from './options/option-values.ts';
import { readOptions } from './options/read-options.ts';
import { visible } from './terminal/visible-text.ts';

const actions = ['list', 'show', 'keep', 'drop'] as const;

export const heldVerb: Verb = {
  usage: 'cordon held [list] [--json] | show ID | keep [--force] ID... | drop ID...|--all',
  help: `What a command wrote is held back when something outside would run or obey it by itself: a hook, a setting of
git that starts a program, a start-up file, an editor's task. It is put aside here.

  list        newest first: ID, when, path, what was held back
  show ID     why, and the difference between what stands there and what the command wrote
  keep ID     puts it where the command wanted it, and forgets it here
  drop ID     forgets it

Options:
  --json    list as one JSON line each
  --force   keep also where the path was changed since
  --all     drop everything

Exit status: 0; 1 when an ID is unknown or cannot be kept; 2 for a wrong command line.`,
  run: async (args, edge) => {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean' },
      force: { type: 'boolean' },
      all: { type: 'boolean' },
    });
    const [word = 'list', ...ids] = positionals as readonly string[];
    const action = oneOf('the action', word, actions) ?? 'list';
    const stores = openStores(edge);
    switch (action) {
      case 'list':
        list(stores, edge, values.json === true ? 'json' : 'table');
        return await Promise.resolve(exitStatus.done);
      case 'show':
        for (const id of some(ids)) show(find(stores, id), edge);
        return exitStatus.done;
      case 'keep':
        for (const id of some(ids))
          keep(find(stores, id), values.force === true ? 'overwrite' : 'as-left', edge);
        return exitStatus.done;
      case 'drop':
        drop(stores, values.all === true ? 'all' : some(ids));
        return exitStatus.done;
      default:
        return assertNever(action, 'heldVerb');
    }
  },
};

interface Found {
  readonly store: HeldStore;
  readonly entry: HeldEntry;
}

function openStores(edge: Edge): readonly HeldStore[] {
  const uid = process.getuid?.() ?? 0;
  const places: readonly AbsolutePath[] = heldPlaces(cordonHome(edge.env), uid);
  return places.filter((place) => existsSync(place)).map((place) => heldStore(place, Date.now));
}

function some(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) throw new UsageError('name what you mean by its ID (`cordon held list`)');
  return ids;
}

function find(stores: readonly HeldStore[], id: string): Found {
  for (const store of stores) {
    const entry = store.find(id);
    if (entry !== undefined) return { store, entry };
  }
  throw new CliError(
    exitStatus.failed,
    `Cannot find ${JSON.stringify(id)}: nothing of that ID is held back`,
    'See `cordon held list`.',
  );
}

function list(stores: readonly HeldStore[], edge: Edge, shape: 'json' | 'table'): void {
  const entries = stores.flatMap((store) => store.list()).toSorted((one, other) => other.at - one.at);
  for (const entry of entries) {
    const path = showBytePath(placeOf(entry));
    const when = new Date(entry.at).toISOString();
    const parts = entry.parts.flatMap(({ part }) => part ?? []);
    const { id, command } = entry;
    edge.stdout.write(
      shape === 'json'
        ? `${JSON.stringify({ id, at: when, path, parts, reason: entry.parts[0].reason, runs: entry.parts[0].runs, command })}\n`
        : `${id}  ${when.slice(0, 16).replace('T', ' ')}  ${visible(path)}${parts.length === 0 ? '' : `  (${visible(parts.join(', '))})`}\n`,
    );
  }
  if (entries.length === 0 && shape === 'table') edge.stdout.write('Nothing is held back.\n');
}

function show({ store, entry }: Found, edge: Edge): void {
  const path = showBytePath(placeOf(entry));
  const lines = [path, `  written by: ${entry.command}`];
  for (const { part, reason, runs } of entry.parts)
    lines.push(`  ${part === undefined ? '' : `${part}: `}${reason} Run by: ${runs}.`);
  if (entry.after.kind === 'symlink') lines.push(`  a link to ${showBytePath(entry.after.target)}`);
  if (entry.after.kind === 'file' && (entry.after.mode & 0o111) !== 0) lines.push('  executable');
  const text = (which: 'before' | 'after'): string =>
    Buffer.from(store.content(entry.id, which) ?? []).toString('utf8');
  lines.push(...unifiedDiff(text('before'), text('after')));
  edge.stdout.write(`${lines.map(visible).join('\n')}\n`);
}

function keep({ store, entry }: Found, how: 'overwrite' | 'as-left', edge: Edge): void {
  const kept = keepHeld(store, entry, { overwrite: how === 'overwrite' });
  const path = visible(showBytePath(placeOf(entry)));
  if (!kept.ok) {
    const hint =
      kept.error.kind === 'changed'
        ? `\`cordon held show ${entry.id}\` shows it; --force overwrites.`
        : undefined;
    throw new CliError(exitStatus.failed, `Cannot keep ${path}: ${kept.error.reason}`, hint);
  }
  store.drop(entry.id);
  edge.stdout.write(`Kept ${path}\n`);
}

function drop(stores: readonly HeldStore[], ids: readonly string[] | 'all'): void {
  if (ids === 'all') {
    for (const store of stores) for (const { id } of store.list()) store.drop(id);
    return;
  }
  for (const id of ids) {
    const { store, entry } = find(stores, id);
    store.drop(entry.id);
  }
}
