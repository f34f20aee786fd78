// The records of commits that this user has, found where layers may lie, and what is done with them.
import {
  type AirlockStart,
  describeRecord,
  diffRecord,
  dropRecord,
  findRecord,
  type FoundRecord,
  type LayTools,
  listRecords,
  recordPlaces,
  undoRecord,
} from '../airlock/index.ts';
import { type AbsolutePath, RuntimeError, type UndoneChanges } from '../domain/index.ts';
import type { ChangeHistory } from './change-history.ts';
import { checkChangeChoice, checkUndoInput } from './check-input.ts';
import type { FindLauncher } from './find-launcher.ts';

export interface ChangeRecordParts {
  readonly home: AbsolutePath | undefined;
  readonly uid: number;
  /** Where relative paths of a choice start. */
  readonly workspace: AbsolutePath;
  readonly launcher: FindLauncher;
  /** Rules as they are now; the text is for people. */
  tools(command: string): LayTools;
}

export function changeRecords({ home, uid, workspace, launcher, tools }: ChangeRecordParts): ChangeHistory {
  const all = (): readonly FoundRecord[] => listRecords(recordPlaces(home, uid), uid);
  const find = (id: string): FoundRecord => {
    const found = findRecord(all(), id);
    if (found !== undefined) return found;
    const hint = 'See `list`; the oldest records go first';
    throw new RuntimeError('E_BAD_OPTION', 'Cannot find the record: no commit of that id is kept', { hint });
  };
  const start = async (): Promise<AirlockStart> => {
    const found = await launcher();
    if (!found.ok) throw new RuntimeError('E_BAD_OPTION', `Cannot read the record: ${found.error.what}`);
    const { launchers } = tools('');
    return { launcher: found.value, ...(launchers === undefined ? {} : { launchers }) };
  };

  return {
    list: () => all().map(({ record }) => record),
    show: async (id) => await describeRecord(find(id), await start()),
    diff: async (id, choice = {}) => {
      checkChangeChoice(choice);
      const found = find(id);
      return orThrow('show', await diffRecord(found, choice, { base: workspace, start: await start() }));
    },
    undo: async (id, input = {}): Promise<UndoneChanges> => {
      checkUndoInput(input);
      const { unjudged = false, ...choice } = input;
      const found = find(id);
      const wish = { choice, base: workspace, unjudged };
      const { command } = found.record;
      const by = { ...tools(`undo of ${command}`), ...(await start()) };
      return orThrow('undo', await undoRecord(found, wish, by));
    },
    drop: async (id) => {
      const found = findRecord(all(), id);
      if (found !== undefined) await dropRecord(found, await start());
    },
  };
}

function orThrow<T>(
  what: string,
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string },
): T {
  if (result.ok) return result.value;
  throw new RuntimeError('E_BAD_OPTION', `Cannot ${what} a part of the record: ${result.error}`);
}
