// Runs what start-exec.ts made ready: starts the runtime, tells the report, keeps the last message, sets the status.
import { writeFile } from 'node:fs/promises';
import type { Config } from '../../config/index.ts';
import {
  choosePaint,
  defaultModel,
  humanReport,
  type HumanReportOptions,
  jsonReport,
  type Report,
  type ResolvedProvider,
  type TurnEnd,
} from '../../exec/index.ts';
import type { ShellRuntimeOptions } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { exitStatus, statusOfSignal } from '../exit-status.ts';
import { describeSandbox } from './describe-sandbox.ts';
import type { ExecArguments } from './exec-arguments.ts';
import { runHeadless } from './run-headless.ts';
import { startRuntime } from './start-runtime.ts';
import { watchLimits } from './watch-limits.ts';

export interface ExecPlan {
  readonly args: ExecArguments;
  readonly config: Config;
  readonly options: ShellRuntimeOptions;
  readonly provider: ResolvedProvider;
  readonly prompt: string;
  readonly threadId: string;
  readonly version: string;
  readonly outputFile: string | undefined;
}

export async function runExec(plan: ExecPlan, edge: Edge): Promise<number> {
  const { args, config, options, provider, prompt, threadId } = plan;
  const runtime = await startRuntime(options);
  const limits = watchLimits(args.timeoutMs, edge.interrupted);
  try {
    const report = reporter(args, edge, {
      version: plan.version,
      workdir: options.workspace,
      model: config.model ?? defaultModel,
      provider: `${provider.provider.name} (${provider.endpoint.url.host})`,
      sandbox: describeSandbox(runtime.sandbox),
      prompt,
    });
    runtime.onEvent((event) => report.runtimeEvent(event));
    const run = { prompt, threadId, maxTurns: args.maxTurns, config, provider, runtime, options, report };
    const end = await runHeadless(run, limits.signal);
    const kept = await keepLastMessage(plan.outputFile, end, edge);
    return kept ? statusOf(end, edge.interrupted) : exitStatus.failed;
  } finally {
    limits.stop();
    await runtime.close();
  }
}

function reporter(args: ExecArguments, edge: Edge, banner: HumanReportOptions['banner']): Report {
  const out = {
    stdout: (text: string) => void edge.stdout.write(text),
    stderr: (text: string) => void edge.stderr.write(text),
  };
  if (args.json) return jsonReport(out);
  const paint = choosePaint(args.color, { isTerminal: edge.stderr.isTTY, env: edge.env });
  return humanReport({ ...out, paint, banner, stdoutIsTerminal: edge.stdout.isTTY });
}

/** False when it could not be written; that is a failure, since somebody waits for the file. */
async function keepLastMessage(file: string | undefined, end: TurnEnd, edge: Edge): Promise<boolean> {
  if (file === undefined || end.kind === 'failed') return true;
  if (end.lastMessage === undefined)
    edge.stderr.write(`cordon exec: the model said nothing, so ${file} is empty\n`);
  try {
    await writeFile(file, end.lastMessage ?? '');
    return true;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    edge.stderr.write(`cordon exec: Cannot write the last message to ${file}: ${why}\n`);
    return false;
  }
}

function statusOf(end: TurnEnd, interrupted: AbortSignal): number {
  if (end.kind === 'completed') return exitStatus.done;
  if (end.error.kind === 'deadline') return exitStatus.deadline;
  if (end.error.kind === 'interrupted') return statusOfSignal(String(interrupted.reason));
  return exitStatus.failed;
}
