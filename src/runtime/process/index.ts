export { HeadTailBuffer } from './head-tail-buffer.ts';
export { LauncherChannel, type ChannelEvents } from './launcher-channel.ts';
export { type ProcessEntry, type ProcessTable, processTable } from './process-table.ts';
export { processRunner, type ProcessRunner, type ProcessRunnerOptions } from './process-runner.ts';
export { ProcessTree, type TreeRoot } from './process-tree.ts';
export { renderCaptured } from './render-captured.ts';
export { SpillFile, type SpillLimits, type SpillReport } from './spill-file.ts';
