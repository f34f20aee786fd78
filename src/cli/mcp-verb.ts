// `cordon mcp`: the runtime as an MCP server, on standard input and output or over HTTP on loopback.
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CliError, type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { milliseconds } from './options/option-values.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { packageVersion } from './package-version.ts';
import { listenUntilOver, problemsOf, tokenFor } from './serve/listening.ts';
import { servedHelp, servedOptions, servedRuntime } from './serve/served-runtime.ts';

export const mcpVerb: Verb = {
  usage: 'cordon mcp [OPTION]...',
  help: `
An MCP server on standard input and output, with the tools shell, exec_command, write_stdin, list_sessions and
terminate_session. Commands are gated by your rules and run in the sandbox. Questions go to the client as
elicitations; with a client that does not offer elicitation, what needs a question is refused. No client can widen
the sandbox: these options and the configuration decide.

      --http                   streamable HTTP on 127.0.0.1 instead, for several clients
      --port N                 where (with --http; default: a free one)
      --token-stdin            take the token from the first line of standard input (with --http; default: a new one)
      --exit-on-stdin-close    end when standard input ends (with --http)
      --resume SECONDS         how long a client may be away before its session ends (with --http, default 600)
${servedHelp}

With --http the first line on standard output is {"url":…,"token":…}, and a client sends the token as
"Authorization: Bearer TOKEN"; it is written to no file. With --token-stdin the line has no token.
Exit status: 0 when the client is gone, 1 a rule file, the configuration or the port cannot be used, 2 usage,
128+N signal N. Clients, tools and answers: docs/mcp.md.
`,
  async run(args, edge) {
    const values = readOnlyOptions(args, {
      ...servedOptions,
      http: { type: 'boolean' },
      port: { type: 'string' },
      'token-stdin': { type: 'boolean' },
      'exit-on-stdin-close': { type: 'boolean' },
      resume: { type: 'string' },
    });
    const isHttp = values.http === true;
    for (const option of ['port', 'token-stdin', 'exit-on-stdin-close', 'resume'] as const)
      if (!isHttp && values[option] !== undefined) throw new UsageError(`--${option} needs --http`);
    const port = portOf(values.port);
    const idleMs = milliseconds('--resume', values.resume ?? '600');
    const open = await servedRuntime(values, edge, { verb: 'mcp', more: { minPollMs: 5_000 } });
    try {
      if (isHttp) await serveHttp(async () => await openSession(open), edge, { ...values, port, idleMs });
      else await serveStdio(await openSession(open), edge);
      return edge.interrupted.aborted ? statusOfSignal(String(edge.interrupted.reason)) : exitStatus.done;
    } finally {
      edge.stdin.destroy();
    }
  },
};

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/u.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`--port takes a number up to 65535, found ${JSON.stringify(text)}`);
}

interface Session {
  readonly server: McpServer;
  close(): Promise<void>;
}

async function openSession(open: Awaited<ReturnType<typeof servedRuntime>>): Promise<Session> {
  const { createMcpServer, elicitingReviewer } = await import('../serve/mcp/index.ts');
  const reviewer = elicitingReviewer();
  const runtime = await open(undefined, reviewer);
  const server = createMcpServer({ runtime, version: packageVersion(), relate: reviewer.relate });
  reviewer.connect(server);
  return { server, close: async () => await runtime.close() };
}

async function serveStdio({ server, close }: Session, edge: Edge): Promise<void> {
  const { boundedLines } = await import('../serve/mcp/index.ts');
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
  try {
    const lines = boundedLines();
    const over = new Promise<string | undefined>((settle) => {
      lines.once('end', () => settle(undefined));
      lines.once('error', (error) => settle(error.message));
      edge.stdin.once('error', () => settle(undefined));
      edge.stdout.once('close', () => settle(undefined));
      edge.interrupted.addEventListener('abort', () => settle(undefined), { once: true });
      if (edge.interrupted.aborted) settle(undefined);
    });
    await server.connect(new StdioServerTransport(edge.stdin.pipe(lines), edge.stdout));
    const why = await over;
    await server.close();
    if (why !== undefined) throw new CliError(exitStatus.failed, `Cannot go on: ${why}`);
  } finally {
    await close();
  }
}

interface HttpValues {
  readonly port: number;
  readonly idleMs: number;
  readonly 'token-stdin'?: boolean | undefined;
  readonly 'exit-on-stdin-close'?: boolean | undefined;
}

async function serveHttp(open: () => Promise<Session>, edge: Edge, values: HttpValues): Promise<void> {
  const { listenOnHttp } = await import('../serve/mcp/index.ts');
  // Before anybody connects: a rule file that cannot be used stops everything.
  await (await open()).close();
  const token = await tokenFor(edge, values);
  const options = {
    address: { host: '127.0.0.1', port: values.port },
    token: token.value,
    idleMs: values.idleMs,
    openSession: open,
    onProblem: problemsOf('mcp', edge),
  } as const;
  await listenUntilOver(edge, async () => await listenOnHttp(options), {
    token,
    endsWithInput: values['exit-on-stdin-close'],
    hint: 'Without --port a free one is taken.',
  });
}
