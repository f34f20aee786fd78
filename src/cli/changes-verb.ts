// `cordon changes`: what commands changed and can be taken back, for a person to look at.
import { assertNever, type ChangeRecord } from '../domain/index.ts';
import { openHistory } from './changes/open-history.ts';
import { recordLine, recordLines } from './changes/show-record.ts';
import { type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { oneOf } from './options/option-values.ts';
import { readOptions } from './options/read-options.ts';
import { visible } from './terminal/visible-text.ts';

const actions = ['list', 'show', 'diff', 'drop'] as const;

export const changesVerb: Verb = {
  usage: 'cordon changes [list] [--json] | show [--json] ID | diff ID [PATH]... | drop ID...|--all',
  help: `What a one-shot command replaced and removed is kept where \`journal\` is set in [changes] of the configuration, or
--journal was given to \`cordon run\` or \`cordon exec\`. \`cordon undo\` brings it back.

  list         newest first: ID, when, how much, the command
  show ID      what it changed, and what of it an undo would leave as it is now
  diff ID      the difference between what stood there and what stands there now
  drop ID      forgets what is kept; the workspace stays as it is

An ID may be cut short where no other begins so.

Options:
  --json    list and show as JSON, one line each
  --all     drop everything

Exit status: 0; 1 when an ID or a path is unknown; 2 for a wrong command line.`,
  run: async (args, edge) => {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean' },
      all: { type: 'boolean' },
    });
    const [word = 'list', ...rest] = positionals as readonly string[];
    const action = oneOf('the action', word, actions) ?? 'list';
    const { history, base } = await openHistory(edge);
    const json = values.json === true;
    switch (action) {
      case 'list':
        list(history.list(), edge, json ? 'json' : 'table');
        return exitStatus.done;
      case 'show': {
        const shown = await history.show(one(rest));
        write(edge, json ? [JSON.stringify(shown)] : recordLines(shown));
        return exitStatus.done;
      }
      case 'diff': {
        const [id, ...paths] = rest;
        const only = paths.map((path) => (path.startsWith('/') ? path : `${base}/${path}`));
        write(edge, (await history.diff(one([id ?? '']), only.length === 0 ? {} : { only })).map(visible));
        return exitStatus.done;
      }
      case 'drop':
        if (values.all !== true && rest.length === 0)
          throw new UsageError('name what you mean by its ID, or --all');
        for (const id of values.all === true ? history.list().map((record) => record.id) : rest) {
          if (values.all !== true) await history.show(id);
          await history.drop(id);
        }
        return exitStatus.done;
      default:
        return assertNever(action, 'changesVerb');
    }
  },
};

function one(ids: readonly string[]): string {
  const [id = '', ...more] = ids;
  if (id === '' || more.length > 0) throw new UsageError('name one ID (`cordon changes list`)');
  return id;
}

function list(records: readonly ChangeRecord[], edge: Edge, shape: 'json' | 'table'): void {
  if (records.length === 0 && shape === 'table') write(edge, ['Nothing is kept.']);
  write(
    edge,
    records.map((record) =>
      shape === 'json'
        ? JSON.stringify({ ...record, at: new Date(record.at).toISOString() })
        : recordLine(record),
    ),
  );
}

function write(edge: Edge, lines: readonly string[]): void {
  edge.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
