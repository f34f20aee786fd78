// What a command wrote: change sets, the judge of what runs later, what is held back, commit and undo. Imports the
// domain and the launcher's language only; the runtime wires it.
export {
  explainPath,
  judgeChanges,
  kindsOf,
  type PathExplanation,
  type ContentRule,
  type JudgeWorld,
  type TableRow,
} from './judge/index.ts';
export {
  type HeldEntry,
  heldPlaces,
  heldStore,
  type HeldStore,
  keepHeld,
  openHeldPlace,
  placeOf,
  putAside,
  unifiedDiff,
} from './held/index.ts';
export {
  type FileOwner,
  type FileStep,
  findGitTemplates,
  findRepositories,
  type FoundBeneath,
  readBeneath,
  realTree,
  writeTogether,
} from './tree/index.ts';
export { makeWorld, type WorldParts } from './make-world.ts';
export { type Alarm, setAlarm, startScan, type Scan } from './scan/index.ts';
export {
  airlockCandidates,
  findAirlock,
  type LaidCommand,
  layCommand,
  type AirlockStart,
  type ChangeJournal,
  type LayTools,
  makeLayerSet,
  openPendingSet,
  type PendingRead,
  type PendingSet,
  processNow,
  protectedPart,
  type Readers,
  recoverSets,
  RecoveryTurns,
  settleSet,
  type SettleTools,
} from './layer/index.ts';
export {
  changeJournal,
  dropRecord,
  findRecord,
  type FoundRecord,
  listRecords,
  readRecordChanges,
  recordLimits,
  type RecordLimits,
  recordPlaces,
  undoRecord,
  type UndoTools,
  type UndoWish,
} from './records/index.ts';
export { describeRecord, diffRecord } from './describe-record.ts';
export { describePending, diffPending } from './describe-pending.ts';
export { judgedLayers, type JudgedLayersOptions } from './judged-layers.ts';
