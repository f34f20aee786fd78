// `cordon run`: decides about one command, asks on the terminal if needed, runs it in the sandbox.
import { resolve } from 'node:path';
import type { ExecInput, HeldExecResult, ShellRuntimeOptions } from '../runtime/index.ts';
import { CliError, type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { startRuntime } from './exec/start-runtime.ts';
import { decidePreview, type PreviewEnd } from './run/preview.ts';
import { printEvents } from './run/print-events.ts';
import { openTraceFile, showTrace } from './run/print-trace.ts';
import { limitHelp } from './options/limit-options.ts';
import { hiddenPath } from './options/option-values.ts';
import { overridesIn } from './options/overrides.ts';
import { shellLineHint } from './options/shell-line-hint.ts';
import { personSettings, workspaceAt } from './person-settings.ts';
import { readStdin } from './read-stdin.ts';
import { runOnTerminal } from './run/run-on-terminal.ts';
import { runTerminal, type RunTerminal } from './run/run-terminal.ts';
import { parseRunArguments, type RunArguments } from './run/run-arguments.ts';
import { sayResult } from './run/say-result.ts';
import { statusOfResult, statusOfSettled } from './run/status-of-result.ts';
import { isDumb, tidyTerminal } from './terminal/tidy-terminal.ts';
import { visible } from './terminal/visible-text.ts';

export const runVerb: Verb = {
  usage: 'cordon run [OPTION]... -- CMD [ARG]...',
  help: `
Checks CMD against the rules, asks on the terminal where they leave a question, and runs it in the sandbox. CMD is a
program and its arguments, not a line for a shell: for pipes and the like write \`-- bash -c 'a | b'\`.

  -s, --sandbox MODE           read-only, workspace-write (default), danger-full-access
  -a, --ask-for-approval WHEN  untrusted, on-failure, on-request (default), never, allowlist
  -C, --cwd DIR                start in DIR: the workspace
      --writable DIR           one more writable directory under workspace-write (repeatable)
      --deny-read PATH         keep a file or directory from being read (repeatable)
      --network ACCESS         none (default), full
  -c, --config KEY=VALUE       one setting of config.toml, for this run (repeatable)
      --rules FILE             one more rule file (repeatable)
      --timeout SECONDS        end the command after this long, with status 124 (default: command_timeout_ms of
                               the configuration, else never)
${limitHelp}
      --stdin                  give the command what stands on standard input, up to its end (then nobody can be asked).
                               A terminal needs no option: what is typed there is the command's, Ctrl-D ends it
  -t, --tty                    a terminal for the command, as wide and high as this one, for editors, pagers and shells;
                               it writes to the directories themselves, and is judged while it runs, as a session is
      --best-effort            run although this host cannot enforce everything; what is missing is said
      --json                   print every event as one JSON line; bytes are base64
      --trace[=FORM]           say afterwards what ran: the tree of programs with their ends, times, changes and denials.
                               FORM: tree (default), json, mermaid, chrome (chrome://tracing, Perfetto). It slows it down
      --trace-to FILE          write that to FILE instead of standard error
      --preview                keep what it writes out of the workspace, show it, and ask whether it is to be; with
                               --json, or without a terminal, it is dropped. Nothing runs that cannot be held back
      --journal                keep what it replaces and removes: \`cordon undo\` brings it back (\`cordon changes\`)
      --apply                  with --preview: show it, and keep it without a question

Exit status: the command's own; 128+N when signal N ended it; 124 deadline, 125 sandbox unavailable, 126 refused,
127 not found, 2 usage, 1 a rule file or the configuration cannot be used.
Rules: docs/policy-language.md. Questions and answers: docs/approvals.md. Events: docs/events.md.
`,
  async run(argv, edge) {
    const args = parseRunArguments(argv);
    if (args.tty && !(edge.stdin.isTTY && edge.stdout.isTTY))
      throw new UsageError('--tty needs a terminal on standard input and standard output');
    const input = args.readsStdin ? await readAll(edge) : undefined;
    const { options, terminal } = await optionsFor(args, edge);
    const traceFile = await openTraceFile(args, options, edge);
    const runtime = await startRuntime(options);
    const { turns } = terminal;
    runtime.onEvent(({ type }) => {
      if (type === 'output.chunk') turns.came();
    });
    const printed = printEvents(runtime.events({ whenFull: 'wait' }), {
      stdout: edge.stdout,
      stderr: edge.stderr,
      json: args.json,
      print: turns.print,
    });
    try {
      const request = {
        command: args.command,
        ...(args.timeoutMs === undefined ? {} : { timeoutMs: args.timeoutMs }),
        ...(args.trace === undefined ? {} : { trace: true }),
      };
      const result: HeldExecResult = args.tty
        ? await runOnTerminal(runtime, request, { edge, terminal })
        : await runtime.exec(
            {
              ...request,
              ...(input === undefined ? typedBy(args, terminal) : { stdin: { kind: 'bytes', bytes: input } }),
              ...(args.preview === undefined ? {} : { changes: 'hold' }),
            },
            edge.interrupted,
          );
      const { changeSet } = result;
      if (changeSet === undefined) await runtime.close();
      await printed;
      if (args.tty && !isDumb(edge.env)) edge.stdout.write(tidyTerminal);
      const by = edge.interrupted.aborted ? String(edge.interrupted.reason) : undefined;
      const status = statusOfResult(result, by);
      const hint = status === exitStatus.notFound ? shellLineHint(args.command) : undefined;
      if (!args.json)
        edge.stderr.write(
          [
            ...sayResult(result, args.preview === undefined ? options.changes : 'commit'),
            ...(hint === undefined ? [] : [visible(hint)]),
          ]
            .map((line) => `cordon run: ${line}\n`)
            .join(''),
        );
      await showTrace(result, args, { file: traceFile, edge });
      const settled =
        changeSet === undefined
          ? undefined
          : await decidePreview(
              changeSet,
              {
                verb: 'run',
                who: 'the command',
                tell: args.json ? (end) => edge.stdout.write(previewLine(end)) : undefined,
                applies: args.preview === 'apply',
                canAsk: !args.readsStdin,
                terminal,
              },
              edge,
            );
      return statusOfSettled(settled) ?? status;
    } finally {
      await runtime.close();
      await traceFile?.close();
    }
  },
};

function previewLine({ set: { id, ...held }, diff, settled }: PreviewEnd): string {
  const event = { type: 'changes.preview', set: id, ...held, diff, settled: settled ?? { kind: 'dropped' } };
  return `${JSON.stringify(event)}\n`;
}

/** What prints for programs is typed to by nobody. */
function typedBy({ json }: RunArguments, terminal: RunTerminal): Pick<ExecInput, 'stdin'> {
  return json || !terminal.canType ? {} : { stdin: lazily(() => terminal.typed()) };
}

/** Nothing is shared with a command before it reads. */
function lazily(open: () => AsyncIterableIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  let opened: AsyncIterableIterator<Uint8Array> | undefined;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => await (opened ??= open()).next(),
      return: async () => (await opened?.return?.()) ?? { done: true, value: undefined },
    }),
  };
}

interface RunParts {
  readonly options: ShellRuntimeOptions;
  readonly terminal: RunTerminal;
}

async function optionsFor(args: RunArguments, edge: Edge): Promise<RunParts> {
  const workspace = workspaceAt(args.cwd, edge);
  const { home, config, settings } = await personSettings(edge, {
    verb: 'run',
    workspace,
    overrides: await overridesIn(args.overrides),
  });
  const from = edge.cwd ?? workspace;
  const terminal = runTerminal(edge, `${home}/rules/default.rules`);
  // A terminal that was read to its end as input has no keys any more: a question would wait for them.
  const reviewer = args.readsStdin ? undefined : terminal.reviewer;
  const options: ShellRuntimeOptions = {
    ...settings,
    workspace,
    sandbox: args.sandbox ?? settings.sandbox,
    approvalPolicy: args.approvalPolicy ?? config.approvalPolicy ?? 'on-request',
    writableRoots: [...settings.writableRoots, ...args.writable.map((path) => resolve(from, path))],
    denyRead: [...settings.denyRead, ...args.denyRead.map((path) => hiddenPath(path, from))],
    network: args.network ?? settings.network,
    require: args.require ?? settings.require,
    limits: { ...settings.limits, ...args.limits },
    ...(args.journals ? { changes: 'journal' } : {}),
    rules: { ...settings.rules, files: args.rules.map((path) => resolve(from, path)) },
    baseEnv: edge.env,
    // A person can wait, and can stop it: without a word of theirs it may take its time.
    defaultTimeoutMs: config.commandTimeoutMs ?? 'none',
    // One command and no next one to wait for.
    spareLauncher: false,
    ...(reviewer === undefined ? {} : { reviewer }),
  };
  return { options, terminal };
}

/** Kept in memory whole: the question about the command shows it. */
const maxInputBytes = 256 * 1024 * 1024;

async function readAll(edge: Edge): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readStdin(edge)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxInputBytes)
      throw new CliError(
        exitStatus.failed,
        'Cannot give the command its input: standard input is larger than 256 MiB',
        'Put it into a file and let the command read that.',
      );
  }
  if (edge.interrupted.aborted)
    throw new CliError(
      statusOfSignal(String(edge.interrupted.reason)),
      'Interrupted before the input was read',
    );
  return Buffer.concat(chunks);
}
