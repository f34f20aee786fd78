// Layers: what one command writes, apart from the workspace until it was judged.
export {
  airlockCandidates,
  type AirlockWish,
  findAirlock,
  type FoundAirlock,
  spareAirlock,
} from './find-airlock.ts';
export {
  hasOtherSets,
  type Layer,
  type LayerSet,
  makeLayerSet,
  type OwnerMark,
  removeLayerSet,
} from './layer-set.ts';
export { layeredReader } from './layer-reader.ts';
export { processNow } from './own-process.ts';
export { recoverSets } from './recover-sets.ts';
export { RecoveryTurns } from './recovery-turns.ts';
export {
  protectedPart,
  type Readers,
  scanned,
  settleSet,
  type SettleTools,
  wholePath,
} from './settle-set.ts';
export { type LaidCommand, layCommand, type LayTools, openLayerSet } from './lay-command.ts';
export { type AirlockProcess, type AirlockStart, ask, askAirlock, startAirlock } from './airlock-process.ts';
export { chooseChanges, findStray, readChoice } from './choose-changes.ts';
export type { ChangeJournal, RecordAbout } from './keep-originals.ts';
export { say, type ScannedChange } from './speech.ts';
export { openPendingSet, type PendingRead, type PendingSet } from './pending-set.ts';
