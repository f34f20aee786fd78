// `cordon run`: decides about one command, asks on the terminal if needed, runs it in the sandbox.
import { resolve } from 'node:path';
import { cordonHome, loadConfig, runtimeSettings } from '../config/index.ts';
import type { ShellRuntimeOptions } from '../runtime/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { CliError, type Edge, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { startRuntime } from './exec/start-runtime.ts';
import { printEvents } from './run/print-events.ts';
import { parseRunArguments, type RunArguments } from './run/run-arguments.ts';
import { sayResult } from './run/say-result.ts';
import { statusOfResult } from './run/status-of-result.ts';
import { terminalReviewer } from './terminal-reviewer.ts';

export const runVerb: Verb = {
  usage: 'cordon run [OPTION]... -- CMD [ARG]...',
  help: `
Checks CMD against the rules, asks on the terminal where they leave a question, and runs it in the sandbox. CMD is a
program and its arguments, not a line for a shell: for pipes and the like write \`-- bash -c 'a | b'\`.

  -s, --sandbox MODE           read-only, workspace-write (default), danger-full-access
  -a, --ask-for-approval WHEN  untrusted, on-failure, on-request (default), never
  -C, --cwd DIR                start in DIR: the workspace
      --writable DIR           one more writable directory under workspace-write (repeatable)
      --network ACCESS         none (default), full
      --rules FILE             one more rule file (repeatable)
      --timeout SECONDS        end the command after this long, with status 124
      --stdin                  give the command what stands on standard input, up to its end (then nobody can be asked)
      --best-effort            run although this host cannot enforce everything; what is missing is said
      --json                   print every event as one JSON line; bytes are base64

Exit status: the command's own; 128+N when signal N ended it; 124 deadline, 125 sandbox unavailable, 126 refused,
127 not found, 2 usage, 1 a rule file or the configuration cannot be used.
Rules: docs/policy-language.md. Questions and answers: docs/approvals.md. Events: docs/events.md.
`,
  async run(argv, edge) {
    const args = parseRunArguments(argv);
    const input = args.readsStdin ? await readAll(edge.stdin) : undefined;
    const runtime = await startRuntime(await optionsFor(args, edge));
    const printed = printEvents(runtime.events(), {
      stdout: edge.stdout,
      stderr: edge.stderr,
      json: args.json,
    });
    try {
      const result = await runtime.exec(
        {
          command: args.command,
          timeoutMs: args.timeoutMs,
          ...(input === undefined ? {} : { stdin: { kind: 'bytes', bytes: input } }),
        },
        edge.interrupted,
      );
      await runtime.close();
      await printed;
      if (!args.json)
        edge.stderr.write(
          sayResult(result)
            .map((line) => `cordon run: ${line}\n`)
            .join(''),
        );
      const by = edge.interrupted.aborted ? String(edge.interrupted.reason) : undefined;
      return statusOfResult(result, by);
    } finally {
      await runtime.close();
    }
  },
};

async function optionsFor(args: RunArguments, edge: Edge): Promise<ShellRuntimeOptions> {
  const workspace = workspaceOf(args, edge);
  const home = cordonHome(edge.env);
  if (home === undefined) throw new CliError(exitStatus.failed, 'CORDON_HOME must be an absolute path');
  const { config, warnings } = await loadConfig({ home });
  for (const warning of warnings) edge.stderr.write(`cordon run: ${warning}\n`);
  const settings = runtimeSettings(config, { home, workspace, defaultSandbox: 'workspace-write' });
  const from = edge.cwd ?? workspace;
  const reviewer = terminalReviewer({
    input: edge.stdin,
    output: edge.stderr,
    env: edge.env,
    quote: quoteArgv,
  });
  return {
    ...settings,
    workspace,
    sandbox: args.sandbox ?? settings.sandbox,
    approvalPolicy: args.approvalPolicy ?? config.approvalPolicy ?? 'on-request',
    writableRoots: [...settings.writableRoots, ...args.writable.map((path) => resolve(from, path))],
    network: args.network ?? settings.network,
    require: args.require ?? settings.require,
    rules: { ...settings.rules, files: args.rules.map((path) => resolve(from, path)) },
    baseEnv: edge.env,
    // One command and no next one to wait for.
    spareLauncher: false,
    ...(reviewer === undefined ? {} : { reviewer }),
  };
}

function workspaceOf({ cwd }: RunArguments, edge: Edge): string {
  if (cwd?.startsWith('/') === true) return cwd;
  if (edge.cwd !== undefined) return resolve(edge.cwd, cwd ?? '');
  throw new CliError(
    exitStatus.failed,
    'The working directory no longer exists',
    'Change to one that does, or pass --cwd with an absolute path.',
  );
}

async function readAll(stdin: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
