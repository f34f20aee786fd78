// The judge's door.
export { findJudged, judgeChanges } from './judge-changes.ts';
export type { JudgeWorld } from './world.ts';
export type { ContentRule, TableRow } from './table/table-row.ts';
export { kindsOf } from './apply-rules.ts';
