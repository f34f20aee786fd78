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
export { protectedPart, type Readers, settleSet, type SettleTools } from './settle-set.ts';
export { type LaidCommand, layCommand, type LayTools } from './lay-command.ts';
export { openPendingSet, type PendingRead, type PendingSet } from './pending-set.ts';
