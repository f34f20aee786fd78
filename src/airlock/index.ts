// What a command wrote: change sets, the judge of what runs later, what is held back, commit and undo. Imports the
// domain only; the runtime wires it.
export type { JudgeWorld } from './judge/world.ts';
export type { ContentRule, TableRow } from './judge/table-row.ts';
