// `cordon undo`: what a command changed is as it was before, path by path.
import { realpathSync } from 'node:fs';
import type { ChangeRecord } from '../domain/index.ts';
import type { ChangeHistory } from '../runtime/index.ts';
import { openHistory } from './changes/open-history.ts';
import { paths as count, refusedLine } from './changes/show-record.ts';
import { CliError, type Edge, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { readOptions } from './options/read-options.ts';
import { visible } from './terminal/visible-text.ts';

export const undoVerb: Verb = {
  usage: 'cordon undo [--json] [--unjudged] [ID] [PATH]...',
  help: `Takes back what a command changed, made, removed and renamed, where it was kept (\`cordon changes list\`). Without ID:
the newest work of a command in the workspace that the current directory is in. With PATHs only what they name, and what is
below them; a PATH that looks like an ID is written ./PATH.

A path that is not as the command left it is left as it is, and told; so is what something outside would run or obey by
itself. Both stay in the record. The undo has a record of its own: \`cordon undo ID\` takes it back.

Options:
  --json       one JSON line that says what became of it
  --unjudged   bring back what something outside would run, too

Exit status: 0; 1 when there is nothing to take back, or it cannot be; 3 when part of it was left as it is; 2 for a wrong
command line.`,
  run: async (args, edge) => {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean' },
      unjudged: { type: 'boolean' },
    });
    const { history, base, close } = await openHistory(edge);
    const { record, paths } = await choose(history, positionals, { base, env: edge.env });
    const only = paths.map((path) => (path.startsWith('/') ? path : `${base}/${path}`));
    const done = await history.undo(record.id, {
      ...(only.length === 0 ? {} : { only }),
      unjudged: values.unjudged === true,
    });
    await close();
    if (values.json === true) edge.stdout.write(`${JSON.stringify({ record: record.id, ...done })}\n`);
    if (done.kind === 'failed')
      throw new CliError(
        exitStatus.failed,
        `Cannot take back ${record.id}: ${done.because}`,
        done.directory === undefined
          ? undefined
          : `Part of it is done; the next start goes on with ${done.directory}.`,
      );
    if (values.json !== true) say(record, done, edge);
    return done.refused.length > 0 ? exitStatus.denied : exitStatus.done;
  },
};

type Done = Extract<Awaited<ReturnType<ChangeHistory['undo']>>, { readonly kind: 'undone' }>;

function say(record: ChangeRecord, done: Done, edge: Edge): void {
  for (const refused of done.refused) edge.stderr.write(`${refusedLine(refused)}\n`);
  const back = done.id === undefined ? '' : `; \`cordon undo ${done.id}\` takes that back`;
  edge.stdout.write(`Took back ${count(done.count)} of ${record.id} (${visible(record.command)})${back}\n`);
}

interface Here {
  readonly base: string;
  readonly env: Edge['env'];
}

async function choose(
  history: ChangeHistory,
  words: readonly string[],
  here: Here,
): Promise<{ readonly record: ChangeRecord; readonly paths: readonly string[] }> {
  const records = history.list();
  const [first = '', ...rest] = words;
  if (/^c[0-9a-z]{5,}$/.test(first)) {
    const named = records.filter(({ id }) => id.startsWith(first));
    const [only, ...others] = named;
    if (only !== undefined && others.length === 0) return { record: only, paths: rest };
  }
  for (const record of records)
    if (record.undoes === undefined && (await isOfHere(history, record, here)))
      return { record, paths: words };
  throw new CliError(
    exitStatus.failed,
    'There is nothing to take back: nothing that a command changed in this workspace is kept',
    'See `cordon changes list`; `journal` in [changes] of the configuration, or --journal, keeps it.',
  );
}

/**
 * The first root of a command is its workspace, or a directory for temporary files that the workspace lies in: there the work
 * of many workspaces is together, and what it changed tells whose it is.
 */
async function isOfHere(
  history: ChangeHistory,
  { id, roots }: ChangeRecord,
  { base, env }: Here,
): Promise<boolean> {
  const [root] = roots;
  if (!isIn(base, root)) return false;
  const shared = ['/tmp', '/var/tmp', '/dev/shm', realPath(env['TMPDIR'] ?? '/tmp')];
  if (base === root || !shared.includes(root)) return true;
  const { changes } = await history.show(id);
  return changes.some(({ path }) => isIn(path, base));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isIn(directory: string, root: string | undefined): root is string {
  return root !== undefined && (directory === root || directory.startsWith(root === '/' ? '/' : `${root}/`));
}
