// The lines of a thread's file. A response is one line: it is there whole, or it never came.
import { err, ok, type Result } from '../../domain/index.ts';
import { type HistoryItem, isObject, textAt } from '../model/response-items.ts';

export type ThreadRecord =
  /** The first line. */
  | {
      readonly kind: 'thread';
      readonly id: string;
      readonly workspace: string;
      /** ISO 8601. */
      readonly created: string;
    }
  /** What the user or the surroundings said; the model is asked next. */
  | { readonly kind: 'input'; readonly items: readonly HistoryItem[] }
  /** Everything of one completed response, before any of its calls ran. */
  | { readonly kind: 'response'; readonly items: readonly HistoryItem[] }
  /** What one call was answered. */
  | { readonly kind: 'answer'; readonly item: HistoryItem };

export function recordLine(record: ThreadRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The error is the end of a sentence. */
export function readRecord(line: string): Result<ThreadRecord, string> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return err('it is not JSON');
  }
  if (!isObject(value)) return err('it is not a JSON object');
  const items = value['items'];
  switch (value['kind']) {
    case 'thread': {
      const [id, workspace, created] = ['id', 'workspace', 'created'].map((key) => textAt(value, key));
      return id === undefined || workspace === undefined || created === undefined
        ? err('it lacks the id, workspace or created of the thread')
        : ok({ kind: 'thread', id, workspace, created });
    }
    case 'input':
    case 'response':
      return Array.isArray(items) && items.every(isObject)
        ? ok({ kind: value['kind'], items })
        : err('its items are no list of objects');
    case 'answer':
      return isObject(value['item']) ? ok({ kind: 'answer', item: value['item'] }) : err('it lacks its item');
    default:
      return err('it is of no kind this version knows');
  }
}
