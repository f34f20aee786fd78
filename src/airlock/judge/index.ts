// The judge's door.
export { judgeChanges } from './judge-changes.ts';
export { findJudged } from './judge-once.ts';
export type { JudgeWorld } from './world.ts';
export type { ContentRule, TableRow } from './table/table-row.ts';
export { type ExplainedRole, explainPath, type ForbiddenPath, type PathExplanation } from './explain-path.ts';
export { kindsOf } from './apply-rules.ts';
