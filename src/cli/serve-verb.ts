// `cordon serve`: the runtime as a JSON-RPC server, on standard input and output or on a WebSocket of loopback.
import type { LoopbackAddress } from '../serve/loopback/index.ts';
import type { RpcServer, RpcServerParts } from '../serve/rpc/index.ts';
import { type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { milliseconds } from './options/option-values.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { packageVersion } from './package-version.ts';
import { statusOfResult } from './run/status-of-result.ts';
import { interrupted, listenUntilOver, problemsOf, tokenFor } from './serve/listening.ts';
import { servedHelp, servedOptions, servedRuntime } from './serve/served-runtime.ts';
import { pageAddress, watchPage } from './serve/watch-page.ts';

export const serveVerb: Verb = {
  usage: 'cordon serve [OPTION]...',
  help: `
A JSON-RPC 2.0 server: commands with numbered output that a client can resume, sessions, change sets, and questions to
the client. Commands are gated by your rules and run in the sandbox. No client can widen the sandbox: these options
and the configuration decide.

      --listen ADDRESS         stdio (default), one message a line; or ws://127.0.0.1:PORT, ws://[::1]:PORT, where
                               port 0 takes a free one. Nothing but loopback is ever listened on
      --token-stdin            take the token from the first line of standard input (default: a new one)
      --exit-on-stdin-close    end when standard input ends (with ws://)
      --resume SECONDS         how long a client that went away may come back (with ws://, default 600)
      --web                    a page on loopback that shows commands, output, changes and decisions as they happen;
                               questions then go to whoever looks at it, and to no client
      --web-port PORT          its port (default: a free one)
${servedHelp}

With ws:// the first line on standard output is {"url":…,"token":…}, and a client sends the token as
"Authorization: Bearer TOKEN"; it is written to no file. With --token-stdin the line has no token.
With --web standard error says the page's address, with a token of its own: docs/page.md.
Exit status: 0 when the client is gone, 1 a rule file, the configuration or the address cannot be used, 2 usage,
128+N signal N. Methods, questions and errors: docs/serve.md.
`,
  async run(args, edge) {
    const values = readOnlyOptions(args, {
      ...servedOptions,
      listen: { type: 'string' },
      'token-stdin': { type: 'boolean' },
      'exit-on-stdin-close': { type: 'boolean' },
      resume: { type: 'string' },
      web: { type: 'boolean' },
      'web-port': { type: 'string' },
    });
    const page = pageAddress(values);
    const { loopbackAddress } = await import('../serve/loopback/index.ts');
    const isStdio = values.listen === undefined || values.listen === 'stdio';
    const address = isStdio ? undefined : loopbackAddress(values.listen ?? '', 'ws');
    if (!isStdio && address === undefined)
      throw new UsageError(
        `--listen takes stdio or an address on loopback, such as ws://127.0.0.1:0, found ${JSON.stringify(values.listen)}`,
      );
    for (const option of ['token-stdin', 'exit-on-stdin-close', 'resume'] as const)
      if (isStdio && values[option] !== undefined) throw new UsageError(`--${option} needs --listen ws://…`);
    const openRuntime = await servedRuntime(values, edge, { verb: 'serve', more: { watchRules: true } });
    // Before anybody connects: a rule file that cannot be used stops everything.
    const first = await openRuntime(undefined, { review: nobody });
    if (page === undefined) await first.close();
    const { createRpcServer } = await import('../serve/rpc/index.ts');
    const onProblem = problemsOf('serve', edge);
    const watched =
      page === undefined
        ? undefined
        : await watchPage({ edge, values, address: page, openRuntime, runtime: first, onProblem });
    const parts: RpcServerParts = {
      openRuntime: watched?.openRuntime ?? openRuntime,
      exitCodeOf: (result) => statusOfResult(result, undefined),
      version: packageVersion(),
      platform: edge.platform,
      resumeMs: isStdio ? 0 : milliseconds('--resume', values.resume ?? '600'),
      onProblem,
    };
    const server = createRpcServer(parts);
    try {
      if (address === undefined) await serveStdio(server, edge);
      else await serveWebSockets(server, edge, { address, values });
      return edge.interrupted.aborted ? statusOfSignal(String(edge.interrupted.reason)) : exitStatus.done;
    } finally {
      await server.close();
      await watched?.close();
      edge.stdin.destroy();
    }
  },
};

async function nobody(): Promise<never> {
  return await Promise.reject(new Error('nobody is asked'));
}

async function serveStdio(server: RpcServer, edge: Edge): Promise<void> {
  const { stdioWire } = await import('../serve/rpc/index.ts');
  const over = new Promise<void>((resolve) => {
    const wire = stdioWire(edge.stdin, edge.stdout, {
      onLine: (line) => connection.receive(line),
      onBadLine: (why) => connection.refuse(why),
      onEnd: () => {
        connection.end();
        resolve();
      },
    });
    const connection = server.connect(wire);
  });
  await Promise.race([over, interrupted(edge)]);
}

interface WebSocketOptions {
  readonly address: LoopbackAddress;
  readonly values: {
    readonly 'token-stdin'?: boolean | undefined;
    readonly 'exit-on-stdin-close'?: boolean | undefined;
  };
}

async function serveWebSockets(
  server: RpcServer,
  edge: Edge,
  { address, values }: WebSocketOptions,
): Promise<void> {
  const { listenOnWebSocket } = await import('../serve/rpc/index.ts');
  const token = await tokenFor(edge, values);
  await listenUntilOver(edge, async () => await listenOnWebSocket(server, address, token.value), {
    token,
    endsWithInput: values['exit-on-stdin-close'],
    hint: 'Port 0 takes a free one.',
  });
}
