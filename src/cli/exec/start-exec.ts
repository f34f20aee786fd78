// From the command line to a run: workspace, configuration, provider and prompt, each refused with one sentence before
// the parts that cost start-up time are loaded.
import { userInfo } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { hiddenPath } from '../options/option-values.ts';
import { withRealProjects } from '../../config/real-projects.ts';
import { reachServer } from '../../exec/model/reach-server.ts';
import { userHome } from '../../domain/index.ts';
import { resolveEndpoint } from '../../exec/model/resolve-endpoint.ts';
import type { ShellRuntimeOptions } from '../../runtime/index.ts';
import { CliError, type Edge } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';
import { homeOf } from '../person-settings.ts';
import { packageVersion } from '../package-version.ts';
import type { ExecArguments } from './exec-arguments.ts';
import { approver } from './approver.ts';
import { findWorkspace, type Workspace } from './find-workspace.ts';
import { openOutputFile } from './output-file.ts';
import { openThread, type OpenThread } from './open-thread.ts';
import { readAgentsFiles } from './read-agents-files.ts';
import { type InputFiles, readInputFiles } from './read-input-files.ts';
import { readPrompt } from './read-prompt.ts';
import { runtimeOptions } from './runtime-options.ts';
import { writableOf } from './writable-of.ts';

/** Answers with the exit status. @throws CliError for what cannot even start. */
export async function startExec(args: ExecArguments, edge: Edge): Promise<number> {
  const workspace = await findWorkspace(args, edge);
  const home = homeOf(edge);
  const loaded = await loadConfig({
    home,
    overrides: args.overrides,
    ...(args.profile === undefined ? {} : { profile: args.profile }),
  });
  const from = edge.cwd ?? workspace.directory;
  const config = {
    ...loaded.config,
    // Here, and not only for commands: what else is read for the model keeps to it, too.
    denyRead: [...loaded.config.denyRead, ...args.denyRead.map((path) => hiddenPath(path, from))],
    ...(args.model === undefined ? {} : { model: args.model }),
  };
  const named = await readInputFiles(args, edge.cwd ?? workspace.directory);
  const agents = await readAgentsFiles(
    { workspace: workspace.directory, home, userHome: userHome(edge.env, () => userInfo().homedir) },
    config,
  );
  const inputs = { ...named, agents: agents.files };
  const place = { home, workspace: workspace.directory, maxThreads: config.maxThreads };
  const thread = await openThread(args, place);
  try {
    return await startTurn(
      {
        args,
        config,
        thread,
        inputs,
        warnings: [...loaded.warnings, ...agents.notices],
        workspace,
        home,
      },
      edge,
    );
  } finally {
    await thread.file?.close();
  }
}

/** The approver is asked where commands cannot write, so where they can has to be known first. */
async function optionsFor(
  { args, config, workspace, home }: Start,
  edge: Edge,
): Promise<ShellRuntimeOptions> {
  const { auditFile } = workspace;
  const place = { workspace, home, env: edge.env, ...(auditFile === undefined ? {} : { auditFile }) };
  const options = runtimeOptions(args, withRealProjects(config), place);
  if (args.approver === undefined) return options;
  const writable = await writableOf(options);
  const cwd = edge.cwd ?? workspace.directory;
  return { ...options, reviewer: approver(args.approver, { cwd, writable, env: edge.env }) };
}

interface Start {
  readonly args: ExecArguments;
  readonly config: Config;
  readonly thread: OpenThread;
  readonly inputs: InputFiles;
  readonly warnings: readonly string[];
  readonly workspace: Workspace;
  readonly home: string;
}

async function startTurn(start: Start, edge: Edge): Promise<number> {
  const { args, config, thread, inputs, workspace } = start;
  const version = packageVersion();
  const identity = { threadId: thread.id, version, platform: edge.platform };
  const provider = resolveEndpoint(config, edge.env, identity);
  if (!provider.ok) throw new CliError(exitStatus.failed, provider.error);
  const options = await optionsFor(start, edge);
  if (args.preview !== undefined && options.sandbox !== 'workspace-write')
    throw new CliError(
      exitStatus.usage,
      `Cannot hold back what commands write: the sandbox is ${options.sandbox ?? 'read-only'}`,
      '--preview goes with --sandbox workspace-write.',
    );
  for (const note of [
    ...start.warnings,
    ...thread.notices,
    ...args.notes,
    ...ignoredWishes(args, config, options.sandbox),
  ])
    edge.stderr.write(`cordon exec: ${note}\n`);
  const prompt = await readPrompt(args.prompt, edge);
  const isWritten = workspace.outputFile !== undefined || workspace.summaryFile !== undefined;
  const place = { platform: edge.platform, writable: isWritten ? await writableOf(options) : [] };
  const output =
    workspace.outputFile === undefined ? undefined : await openOutputFile(workspace.outputFile, place);
  const summary =
    workspace.summaryFile === undefined
      ? undefined
      : await openOutputFile(workspace.summaryFile, { ...place, writes: 'append', what: 'the summary' });
  try {
    const { askHost } = await import('../../runtime/ask-host.ts');
    const host = askHost(options);
    // Its process works while the rest is loaded.
    await turn();
    const { runExec } = await import('./run-exec.ts');
    const post = await reachServer(provider.value.endpoint.url, edge.env);
    if (!post.ok) throw new CliError(exitStatus.failed, post.error);
    const plan = {
      post: post.value,
      args,
      config,
      options,
      host,
      prompt,
      thread,
      inputs,
      version,
      home: start.home,
      output,
      summary,
      provider: provider.value,
    };
    return await runExec(plan, edge);
  } finally {
    await output?.close();
    await summary?.close();
  }
}

/** A setting that cannot have an effect is said aloud: silence would read as consent. */
function ignoredWishes(args: ExecArguments, config: Config, sandbox: string | undefined): string[] {
  const { approvalPolicy = 'never' } = config;
  const asks = approvalPolicy !== 'never' && approvalPolicy !== 'allowlist';
  return [
    ...(asks && args.approver === undefined
      ? ['approval_policy is never or allowlist here: there is nobody to ask']
      : []),
    ...(args.approver !== undefined && !asks && config.approvalPolicy !== undefined
      ? [`--approver has no effect: approval_policy ${approvalPolicy} asks nobody`]
      : []),
    ...(args.addedDirectories.length > 0 && sandbox !== 'workspace-write'
      ? [`--add-dir has no effect under ${sandbox ?? 'read-only'}`]
      : []),
    ...(config.features.execPolicy ? [] : ['features.exec_policy is false: your own rules are not read']),
  ];
}
