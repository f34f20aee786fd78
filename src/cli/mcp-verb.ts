// `cordon mcp`: the runtime as an MCP server on standard input and output.
import { CliError, type Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { packageVersion } from './package-version.ts';
import { servedHelp, servedOptions, servedRuntime } from './serve/served-runtime.ts';

export const mcpVerb: Verb = {
  usage: 'cordon mcp [OPTION]...',
  help: `
An MCP server on standard input and output, with the tools shell, exec_command, write_stdin, list_sessions and
terminate_session. Commands are gated by your rules and run in the sandbox. Questions go to the client as
elicitations; with a client that does not offer elicitation, what needs a question is refused. No client can widen
the sandbox: these options and the configuration decide.

${servedHelp}

Exit status: 0 when the client is gone, 1 a rule file or the configuration cannot be used, 2 usage, 128+N signal N.
Clients, tools and answers: docs/mcp.md.
`,
  async run(args, edge) {
    const { createMcpServer, elicitingReviewer, boundedLines } = await import('../serve/mcp/index.ts');
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
    const reviewer = elicitingReviewer();
    const values = readOnlyOptions(args, servedOptions);
    const open = await servedRuntime(values, edge, { verb: 'mcp', more: { minPollMs: 5_000 } });
    const runtime = await open(undefined, reviewer);
    try {
      const server = createMcpServer({ runtime, version: packageVersion() });
      reviewer.connect(server);
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
      return edge.interrupted.aborted ? statusOfSignal(String(edge.interrupted.reason)) : exitStatus.done;
    } finally {
      await runtime.close();
      edge.stdin.destroy();
    }
  },
};
