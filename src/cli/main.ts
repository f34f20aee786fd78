// The process edge: picks the verb, prints what went wrong, sets the exit status. Loads only the verb it runs,
// because `policy check` is called once per command in scripts and every import is start-up time.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CliError, type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { didYouMean } from './options/did-you-mean.ts';

interface Listed {
  readonly summary: string;
  load(): Promise<Verb>;
}

const verbs: Readonly<Record<string, Listed>> = {
  exec: {
    summary: 'one headless agent turn: a model asks, cordon decides and runs',
    load: async () => (await import('./exec-verb.ts')).execVerb,
  },
  sessions: {
    summary: 'list, show and remove the threads that exec kept',
    load: async () => (await import('./sessions-verb.ts')).sessionsVerb,
  },
  run: {
    summary: 'decide, ask on the terminal if needed, and run one command in the sandbox',
    load: async () => (await import('./run-verb.ts')).runVerb,
  },
  sandbox: {
    summary: 'run one command in the sandbox, without the policy gate',
    load: async () => (await import('./sandbox-verb.ts')).sandboxVerb,
  },
  policy: {
    summary: 'check, explain, list, change, test, compare and import rules',
    load: async () => (await import('./policy/policy-verb.ts')).policyVerb,
  },
  mcp: {
    summary: 'an MCP server on standard input and output',
    load: async () => (await import('./mcp-verb.ts')).mcpVerb,
  },
  serve: {
    summary: 'a JSON-RPC server on standard input and output, or a WebSocket on loopback',
    load: async () => (await import('./serve-verb.ts')).serveVerb,
  },
  init: {
    summary: 'rules to start from, for a project',
    load: async () => (await import('./init-verb.ts')).initVerb,
  },
  parse: {
    summary: 'split a script on stdin into the commands bash would run',
    load: async () => (await import('./parse-verb.ts')).parseVerb,
  },
  held: {
    summary: 'what commands wrote and was held back: list, show, keep, drop',
    load: async () => (await import('./held-verb.ts')).heldVerb,
  },
  changes: {
    summary: 'what commands changed and can be taken back: list, show, diff, drop',
    load: async () => (await import('./changes-verb.ts')).changesVerb,
  },
  undo: {
    summary: 'take back what a command changed, all of it or some paths',
    load: async () => (await import('./undo-verb.ts')).undoVerb,
  },
  audit: {
    summary: 'the log of decisions: whether it is whole, and what stands in it',
    load: async () => (await import('./audit-verb.ts')).auditVerb,
  },
  setup: {
    summary: 'lets the AppArmor of Ubuntu and its like know the sandbox',
    load: async () => (await import('./setup-verb.ts')).setupVerb,
  },
  doctor: {
    summary: 'what this host can enforce, and what to do about the rest',
    load: async () => (await import('./doctor-verb.ts')).doctorVerb,
  },
};

export async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  quietOnClosedPipe(process.stdout);
  quietOnClosedPipe(process.stderr);
  // The name is `launcherBuildChannel` of sandbox/, which most verbs need not load.
  const tellOnce = (_: unknown, name: string | symbol): void => {
    unsubscribe(name, tellOnce);
    process.stderr.write('cordon: building the launcher, once; this takes some seconds\n');
  };
  subscribe('cordon:launcher.build', tellOnce);
  process.exitCode = await dispatch(argv, edgeOf(process));
}

/** Answers with the exit status of one command line; prints to the edge's streams only. */
export async function dispatch(argv: readonly string[], edge: Edge): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined) {
    edge.stderr.write(overview());
    return exitStatus.usage;
  }
  if (word === '--help' || word === '-h' || word === 'help') return await help(rest[0], edge);
  if (word === '--version' || word === '-V') {
    const { packageVersion } = await import('./package-version.ts');
    edge.stdout.write(`cordon ${packageVersion()}\n`);
    return exitStatus.done;
  }
  const listed = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (listed === undefined) {
    const kind = word.startsWith('-') ? 'option' : 'command';
    const near = didYouMean(word, [...Object.keys(verbs), '--help', '--version']);
    edge.stderr.write(
      `cordon: unknown ${kind} ${JSON.stringify(word)}${near}\nUsage: cordon COMMAND [OPTION]...   (cordon --help)\n`,
    );
    return exitStatus.usage;
  }
  const verb = await listed.load();
  const wantsHelp = rest[0] === '--help' || rest[0] === '-h';
  if (wantsHelp) {
    edge.stdout.write(manual(verb));
    return exitStatus.done;
  }
  return await runVerb(word, verb, rest, edge);
}

async function runVerb(word: string, verb: Verb, args: readonly string[], edge: Edge): Promise<number> {
  try {
    return await verb.run(args, edge);
  } catch (error) {
    if (error instanceof UsageError) {
      edge.stderr.write(`cordon ${word}: ${await shown(error.message)}\nUsage: ${verb.usage}\n`);
      return exitStatus.usage;
    }
    if (error instanceof CliError) {
      edge.stderr.write(
        `cordon ${word}: ${await shown(error.message)}\n${error.hint === undefined ? '' : `${await shown(error.hint)}\n`}`,
      );
      return error.status;
    }
    const text = error instanceof Error ? error.message : String(error);
    const hint =
      error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `${error.hint}\n` : '';
    edge.stderr.write(`cordon ${word}: ${await shown(text)}\n${hint}`);
    if (edge.env['CORDON_DEBUG'] !== undefined && error instanceof Error)
      edge.stderr.write(`${error.stack ?? ''}\n`);
    return exitStatus.failed;
  }
}

/** Messages name files and programs, and a name may hold what a terminal obeys. */
async function shown(message: string): Promise<string> {
  const { visible } = await import('./terminal/visible-text.ts');
  return message.split('\n').map(visible).join('\n');
}

function manual(verb: Verb): string {
  return `Usage: ${verb.usage}\n\n${verb.help.trimEnd()}\n`;
}

function overview(): string {
  const width = Math.max(...Object.keys(verbs).map((word) => word.length));
  const lines = Object.entries(verbs).map(([word, { summary }]) => `  ${word.padEnd(width)}  ${summary}`);
  return `Usage: cordon COMMAND [OPTION]...\n\n${lines.join('\n')}\n\n\`cordon COMMAND --help\` tells more.\n`;
}

async function help(word: string | undefined, edge: Edge): Promise<number> {
  const listed = word !== undefined && Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  edge.stdout.write(listed === undefined ? overview() : manual(await listed.load()));
  return exitStatus.done;
}

function edgeOf(host: NodeJS.Process): Edge {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    host.on(signal, () => {
      if (controller.signal.aborted) host.exit(statusOfSignal(signal));
      controller.abort(signal);
    });
  }
  return {
    stdin: host.stdin,
    // Few starts need it.
    reopenStdin: () => new (host.getBuiltinModule('node:tty').ReadStream)(host.stdin.fd),
    stdout: host.stdout,
    stderr: host.stderr,
    env: host.env,
    platform: host.platform,
    cwd: currentDirectory(host),
    interrupted: controller.signal,
  };
}

function currentDirectory(host: NodeJS.Process): string | undefined {
  try {
    return host.cwd();
  } catch {
    return undefined;
  }
}

/**
 * `cordon … | head -1` must end quietly, as other programs do that nobody reads any more; its status says that the work
 * was not done. A full disk is said in one sentence.
 */
function quietOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? statusOfSignal('SIGPIPE'));
    // Standard error itself may be what is full.
    if (stream === process.stdout)
      process.stderr.write(`cordon: Cannot write to standard output: ${error.code ?? 'unknown error'}\n`);
    process.exit(exitStatus.failed);
  });
}
