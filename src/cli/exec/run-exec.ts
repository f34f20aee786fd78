// Runs what start-exec.ts made ready: starts the runtime, tells the report, keeps the last message, sets the status.
import type { Config } from '../../config/index.ts';
import {
  defaultModel,
  isPictureBytes,
  jsonReport,
  markdownSummary,
  type Post,
  type Report,
  type ResolvedProvider,
  type TurnEnd,
  turnTally,
  type TurnTally,
} from '../../exec/index.ts';
import type { AskedHost, ShellRuntimeOptions } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { exitStatus, statusOfSignal } from '../exit-status.ts';
import { describeSandbox } from './describe-sandbox.ts';
import type { ExecArguments } from './exec-arguments.ts';
import type { Banner } from './people/banner.ts';
import { choosePaint } from './people/paint.ts';
import { peopleReport } from './people/people-report.ts';
import { screenOf } from './people/screen.ts';
import type { OutputFile } from './output-file.ts';
import type { OpenThread } from './open-thread.ts';
import type { InputFiles } from './read-input-files.ts';
import { runHeadless } from './run-headless.ts';
import { decideTurn } from './decide-turn.ts';
import { startRuntimeOn } from './start-runtime.ts';
import { watchLimits } from './watch-limits.ts';

export interface ExecPlan {
  readonly args: ExecArguments;
  readonly config: Config;
  readonly options: ShellRuntimeOptions;
  /** Asked with these options. */
  readonly host: AskedHost;
  readonly provider: ResolvedProvider;
  readonly prompt: string;
  readonly thread: OpenThread;
  readonly inputs: InputFiles;
  readonly version: string;
  /** Of this person's rules and settings. */
  readonly home: string;
  readonly output: OutputFile | undefined;
  readonly summary: OutputFile | undefined;
  /** How requests to the model are sent. */
  readonly post: Post;
}

export async function runExec(plan: ExecPlan, edge: Edge): Promise<number> {
  const tally = turnTally();
  const started = performance.now();
  const end = await runToEnd(plan, tally, edge);
  await plan.summary?.write(
    markdownSummary(tally, {
      model: plan.config.model ?? defaultModel,
      workspace: plan.options.workspace,
      prompt: plan.prompt,
      durationMs: performance.now() - started,
      lastMessage: end.lastMessage,
    }),
  );
  await keepLastMessage(plan.output, end, edge);
  const status = statusOf(end, edge.interrupted);
  const refused = plan.args.failOnDenied && tally.refusedCount > 0;
  return status === exitStatus.done && refused ? exitStatus.denied : status;
}

/** Nothing the model started is alive when this resolves. */
async function runToEnd(plan: ExecPlan, tally: TurnTally, edge: Edge): Promise<TurnEnd> {
  const { args, config, options, provider, prompt, thread, inputs } = plan;
  const runtime = await startRuntimeOn(plan.host);
  const limits = watchLimits(args.timeoutMs, edge.interrupted);
  try {
    const shown = reporter(
      { args, edge, tally },
      {
        version: plan.version,
        workdir: options.workspace,
        model: config.model ?? defaultModel,
        provider: `${provider.provider.name} (${provider.endpoint.url.host})`,
        approval: approvalText(options.approvalPolicy),
        sandbox: describeSandbox(runtime.sandbox),
        prompt,
      },
    );
    const report: Report = {
      ...shown,
      event: (event) => {
        tally.note(event);
        shown.event(event);
      },
    };
    runtime.onEvent((event) => {
      if (!isPictureBytes(event)) report.runtimeEvent(event);
    });
    const run = {
      prompt,
      thread,
      inputs,
      includesDeltas: args.includesDeltas,
      maxTurns: args.maxTurns,
      maxToolCalls: args.maxToolCalls,
      maxRepeats: args.maxRepeats,
      config,
      provider,
      runtime,
      options,
      report,
      post: plan.post,
    };
    if (args.preview === undefined) return await runHeadless({ ...run, set: undefined }, limits.signal);
    return await decideTurn({ args, edge, runtime, home: plan.home, report }, async (set, held) =>
      runHeadless({ ...run, set, report: held }, limits.signal),
    );
  } finally {
    limits.stop();
    await runtime.close();
  }
}

function approvalText(policy: ShellRuntimeOptions['approvalPolicy']): string {
  return typeof policy === 'string' ? policy : 'granular';
}

interface Audience {
  readonly args: ExecArguments;
  readonly edge: Edge;
  readonly tally: TurnTally;
}

function reporter({ args, edge, tally }: Audience, banner: Banner): Report {
  const { stdout, stderr, env } = edge;
  const write = (text: string): void => void stdout.write(text);
  if (args.json)
    return jsonReport({
      stdout: write,
      stderr: (text) => void stderr.write(text),
      includesDeltas: args.includesDeltas,
    });
  return peopleReport({
    stdout: write,
    screen: screenOf(stderr, env),
    paint: choosePaint(args.color, { isTerminal: stderr.isTTY, env }),
    banner,
    isVerbose: args.isVerbose,
    stdoutIsTerminal: stdout.isTTY,
    showsBoth: stdout.isTTY && stderr.isTTY,
    tally,
    now: () => performance.now(),
  });
}

/** A message that cannot be kept is a failure: somebody waits for the file. */
async function keepLastMessage(output: OutputFile | undefined, end: TurnEnd, edge: Edge): Promise<void> {
  if (output === undefined || end.kind === 'failed') return;
  if (end.lastMessage === undefined)
    edge.stderr.write(`cordon exec: the model said nothing, so ${output.path} is empty\n`);
  await output.write(end.lastMessage ?? '');
}

function statusOf(end: TurnEnd, interrupted: AbortSignal): number {
  if (end.kind === 'completed') return exitStatus.done;
  if (end.error.kind === 'deadline') return exitStatus.deadline;
  if (end.error.kind === 'interrupted') return statusOfSignal(String(interrupted.reason));
  return exitStatus.failed;
}
