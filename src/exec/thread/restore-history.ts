// From the records of a thread to a conversation that a model can go on with. A run may have ended at any byte: a call
// without an answer is answered here, because a server refuses a conversation with an open call, and is never run again.
import type { HistoryItem } from '../model/response-items.ts';
import { answerItem, modelCall } from '../tools/model-call.ts';
import type { ThreadRecord } from './thread-record.ts';

export interface RestoredHistory {
  readonly items: readonly HistoryItem[];
  /** Answers that were made up for calls without one, in order: they belong into the file, too. */
  readonly supplied: readonly HistoryItem[];
}

export const lostAnswer =
  'The run ended before this call was answered. It may have run, in part or whole: look before you try again.';

export function restoreHistory(records: readonly ThreadRecord[]): RestoredHistory {
  const items: HistoryItem[] = [];
  const open = new Map<string, HistoryItem>();
  const supplied: HistoryItem[] = [];
  const closeOpen = (): void => {
    supplied.push(...open.values());
    items.push(...open.values());
    open.clear();
  };
  for (const record of records) {
    switch (record.kind) {
      case 'thread':
        break;
      case 'answer':
        items.push(record.item);
        open.delete(String(record.item['call_id']));
        break;
      case 'input':
      case 'response':
        closeOpen();
        items.push(...record.items);
        for (const [index, item] of record.items.entries()) {
          const call = modelCall(item, `call_without_id_${index}`);
          if (call !== undefined) open.set(call.callId, answerItem(call, lostAnswer));
        }
        break;
    }
  }
  closeOpen();
  return { items, supplied };
}
