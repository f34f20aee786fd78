// What a command wrote: change sets, the judge of what runs later, what is held back, commit and undo. Imports the
// domain only; the runtime wires it.
export { judgeChanges, type ContentRule, type JudgeWorld, type TableRow } from './judge/index.ts';
