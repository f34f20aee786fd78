// The door to the records of commits: what stood there before, and how it comes back.
export {
  changeJournal,
  dropRecord,
  findRecord,
  type FoundRecord,
  type JournalOptions,
  listRecords,
  recordLimits,
  type RecordLimits,
  recordPlaces,
} from './record-store.ts';
export { readRecordChanges, undoRecord, type UndoTools, type UndoWish } from './undo-record.ts';
