export { HeadTailBuffer } from './head-tail-buffer.ts';
export { processRunner, type ProcessRunner, type ProcessRunnerOptions } from './process-runner.ts';
export { renderCaptured } from './render-captured.ts';
