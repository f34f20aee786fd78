// `cordon exec`: one headless turn. Reads what was asked for, starts the runtime, tells the report, sets the status.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { type Config, cordonHome, loadConfig } from '../config/index.ts';
import {
  choosePaint,
  defaultModel,
  humanReport,
  jsonReport,
  type Report,
  resolveEndpoint,
  type TurnEnd,
} from '../exec/index.ts';
import { CliError, type Edge, type Verb } from './edge.ts';
import { describeSandbox } from './exec/describe-sandbox.ts';
import { type ExecArguments, parseExecArguments } from './exec/exec-arguments.ts';
import { findWorkspace } from './exec/find-workspace.ts';
import { readPrompt } from './exec/read-prompt.ts';
import { runHeadless } from './exec/run-headless.ts';
import { runtimeOptions } from './exec/runtime-options.ts';
import { startRuntime } from './exec/start-runtime.ts';
import { watchLimits } from './exec/watch-limits.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';

export const execVerb: Verb = {
  usage: 'cordon exec [OPTION]... [PROMPT|-]',
  help: `
Asks a model to do PROMPT and runs the commands it asks for, under rules and in a sandbox. Nobody is asked anything:
what would need an approval is refused, and the model is told. Without PROMPT, or with -, the prompt is read from stdin.

  -s, --sandbox MODE               read-only (default), workspace-write, danger-full-access
  -C, --cd DIR                     start in DIR: the workspace
      --add-dir DIR                one more writable directory under workspace-write (repeatable)
  -m, --model NAME                 the model to ask
  -c, --config KEY=VALUE           lay a value over config.toml; VALUE is TOML or plain text (repeatable)
      --json                       print one JSON event a line on stdout, and nothing else there
  -o, --output-last-message FILE   write the model's last message to FILE
      --timeout SECONDS            end the whole run after this long, with status 124
      --max-turns N                fail after N responses of the model (default 200)
      --skip-git-repo-check        start outside a git repository
      --color WHEN                 always, never, auto (default)
      --full-auto                  the same as --sandbox workspace-write
      --dangerously-bypass-approvals-and-sandbox
                                   no sandbox; rules still hold

Exit status: 0 done, 1 the turn failed or could not start, 2 usage, 124 deadline, 130 SIGINT, 143 SIGTERM.
Settings: docs/configuration.md. Events: docs/exec-mode.md.
`,
  async run(argv, edge) {
    const args = await parseExecArguments(argv);
    const workspace = await findWorkspace(args, edge);
    const home = cordonHome(edge.env);
    if (home === undefined) throw new CliError(exitStatus.failed, 'CORDON_HOME must be an absolute path');
    const loaded = await loadConfig({ home, overrides: args.overrides });
    const config = args.model === undefined ? loaded.config : { ...loaded.config, model: args.model };
    const threadId = randomUUID();
    const version = await packageVersion();
    const provider = resolveEndpoint(config, edge.env, { threadId, version, platform: edge.platform });
    if (!provider.ok) throw new CliError(exitStatus.failed, provider.error);
    const options = runtimeOptions(args, config, { workspace, home, env: edge.env });
    for (const note of [...loaded.warnings, ...args.notes, ...ignoredWishes(args, config, options.sandbox)])
      edge.stderr.write(`cordon exec: ${note}\n`);
    const prompt = await readPrompt(args.prompt, edge);

    const runtime = await startRuntime(options);
    const limits = watchLimits(args.timeoutMs, edge.interrupted);
    try {
      const report = reporter(args, edge, {
        version,
        workdir: workspace.directory,
        model: config.model ?? defaultModel,
        provider: `${provider.value.provider.name} (${provider.value.endpoint.url.host})`,
        sandbox: describeSandbox(runtime.sandbox),
        prompt,
      });
      runtime.onEvent((event) => report.runtimeEvent(event));
      const run = {
        prompt,
        threadId,
        maxTurns: args.maxTurns,
        config,
        provider: provider.value,
        runtime,
        options,
        report,
      };
      const end = await runHeadless(run, limits.signal);
      const kept = await keepLastMessage(workspace.outputFile, end, edge);
      return kept ? statusOf(end, edge.interrupted) : exitStatus.failed;
    } finally {
      limits.stop();
      await runtime.close();
    }
  },
};

function reporter(
  args: ExecArguments,
  edge: Edge,
  banner: Parameters<typeof humanReport>[0]['banner'],
): Report {
  const out = {
    stdout: (text: string) => void edge.stdout.write(text),
    stderr: (text: string) => void edge.stderr.write(text),
  };
  if (args.json) return jsonReport(out);
  const paint = choosePaint(args.color, { isTerminal: edge.stderr.isTTY, env: edge.env });
  return humanReport({ ...out, paint, banner, stdoutIsTerminal: edge.stdout.isTTY });
}

/** A setting that cannot have an effect is said aloud: silence would read as consent. */
function ignoredWishes(args: ExecArguments, config: Config, sandbox: string | undefined): string[] {
  const asks = config.approvalPolicy !== undefined && config.approvalPolicy !== 'never';
  return [
    ...(asks ? ['approval_policy is always never here: there is nobody to ask'] : []),
    ...(args.addedDirectories.length > 0 && sandbox !== 'workspace-write'
      ? [`--add-dir has no effect under ${sandbox ?? 'read-only'}`]
      : []),
    ...(config.features.execPolicy ? [] : ['features.exec_policy is false: your own rules are not read']),
  ];
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

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
