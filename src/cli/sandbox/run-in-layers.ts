// One command of `cordon sandbox` over layers of its own, where this host has them: run, settled, and said what became
// of its changes.
import { layCommand, type LayTools } from '../../airlock/index.ts';
import { describeSettled, type PreparedCommand } from '../../domain/index.ts';
import type { PassedThrough } from './pass-through.ts';

export interface LayeredRun {
  readonly end: PassedThrough;
  /** False when nothing of what the command wrote is in place. */
  readonly isSettled: boolean;
}

export async function runInLayers(
  prepared: PreparedCommand,
  start: (command: PreparedCommand) => Promise<PassedThrough>,
  tools: LayTools,
  say: (line: string) => void,
): Promise<LayeredRun> {
  if (prepared.kind !== 'launched' || prepared.writes === undefined)
    return { end: await start(prepared), isSettled: true };
  const laid = await layCommand(prepared, tools);
  if (laid.kind === 'direct') return await runDirectly(prepared, start, laid.because, say);
  const end = await start(laid.command);
  const settled = await laid.settle();
  // Nothing ran: the kernel has no such layers here.
  if (end.kind === 'failed' && end.failure.stage === 'layers')
    return await runDirectly(prepared, start, end.failure.message, say);
  for (const line of describeSettled(settled)) say(line);
  return { end, isSettled: settled.kind === 'committed' };
}

async function runDirectly(
  prepared: PreparedCommand,
  start: (command: PreparedCommand) => Promise<PassedThrough>,
  because: string,
  say: (line: string) => void,
): Promise<LayeredRun> {
  say(`what is written counts at once, and is not judged: ${because}`);
  return { end: await start(prepared), isSettled: true };
}
