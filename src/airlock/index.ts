// What a command wrote: change sets, the judge of what runs later, what is held back, commit and undo. Imports the
// domain only; the runtime wires it.
export { judgeChanges, kindsOf, type ContentRule, type JudgeWorld, type TableRow } from './judge/index.ts';
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
export { findGitTemplates, findRepositories, realTree } from './tree/index.ts';
export { makeWorld, type WorldParts } from './make-world.ts';
export { startScan, type Scan } from './scan/index.ts';
