// The door to what was held back.
export { heldLimits, heldStore, type HeldStore, placeOf } from './held-store.ts';
export type { HeldEntry } from './held-entry.ts';
export { heldPlaces, openHeldPlace } from './held-place.ts';
export { keepHeld, type KeepRefused } from './keep-held.ts';
export { putAside } from './put-aside.ts';
export { unifiedDiff } from './unified-diff.ts';
