export { HeadTailBuffer } from './head-tail-buffer.ts';
export { type ProcessEntry, type ProcessTable, processTable } from './process-table.ts';
export {
  type Around,
  type Attach,
  type Begin,
  processRunner,
  type ProcessRunner,
  type ProcessRunnerOptions,
} from './process-runner.ts';
export { ProcessTree, type TreeRoot } from './process-tree.ts';
export { renderCaptured } from './render-captured.ts';
export { SpillFile, type SpillLimits, type SpillReport } from './spill-file.ts';
export { asStarted, type BegunRun, type Launch } from './launched-process.ts';
export { type CaptureOptions, OutputCapture } from './output-capture.ts';
export type { ProcessEnd, ProgramOutput, StartedProcess } from './started-process.ts';
export type { Deliver, DrainLimits } from './output-pump.ts';
export { inputFeed, type InputFeed } from './input-feed.ts';
export type { LiveProcess } from './live-process.ts';
