// `cordon mcp`: the runtime as an MCP server on standard input and output.
import { resolve } from 'node:path';
import type { ShellRuntime } from '../runtime/index.ts';
import type { ElicitingReviewer } from '../serve/mcp/eliciting-reviewer.ts';
import { CliError, type Edge, type Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { startRuntime } from './exec/start-runtime.ts';
import { approvalWords, networkWords, oneOf, sandboxModes } from './options/option-values.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { packageVersion } from './package-version.ts';
import { personSettings, workspaceAt } from './person-settings.ts';

export const mcpVerb: Verb = {
  usage: 'cordon mcp [OPTION]...',
  help: `
An MCP server on standard input and output, with the tools shell, exec_command, write_stdin, list_sessions and
terminate_session. Commands are gated by your rules and run in the sandbox. Questions go to the client as
elicitations; with a client that does not offer elicitation, what needs a question is refused. No client can widen
the sandbox: these options and the configuration decide.

  -s, --sandbox MODE           read-only, workspace-write (default), danger-full-access
  -a, --ask-for-approval WHEN  untrusted, on-failure, on-request (default), never, allowlist
  -C, --cwd DIR                the workspace (default: where it was started)
      --writable DIR           one more writable directory under workspace-write (repeatable)
      --network ACCESS         none (default), full
      --best-effort            run although this host cannot enforce everything

Exit status: 0 when the client is gone, 1 a rule file or the configuration cannot be used, 2 usage, 128+N signal N.
Clients, tools and answers: docs/mcp.md.
`,
  async run(args, edge) {
    const { createMcpServer, elicitingReviewer, boundedLines } = await import('../serve/mcp/index.ts');
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
    const reviewer = elicitingReviewer();
    const runtime = await openRuntime(args, edge, reviewer);
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

async function openRuntime(
  args: readonly string[],
  edge: Edge,
  reviewer: ElicitingReviewer,
): Promise<ShellRuntime> {
  const values = readOnlyOptions(args, {
    sandbox: { type: 'string', short: 's' },
    'ask-for-approval': { type: 'string', short: 'a' },
    cwd: { type: 'string', short: 'C' },
    writable: { type: 'string', multiple: true },
    network: { type: 'string' },
    'best-effort': { type: 'boolean' },
  });
  const workspace = workspaceAt(values.cwd, edge);
  const { config, settings } = await personSettings(edge, { verb: 'mcp', workspace });
  const from = edge.cwd ?? workspace;
  return await startRuntime({
    ...settings,
    workspace,
    sandbox: oneOf('--sandbox', values.sandbox, sandboxModes) ?? settings.sandbox,
    approvalPolicy:
      oneOf('--ask-for-approval', values['ask-for-approval'], approvalWords) ?? config.approvalPolicy,
    writableRoots: [...settings.writableRoots, ...(values.writable ?? []).map((path) => resolve(from, path))],
    network: oneOf('--network', values.network, networkWords) ?? settings.network,
    require: values['best-effort'] === true ? 'best-effort' : settings.require,
    baseEnv: edge.env,
    maxPollMs: config.maxPollMs,
    minPollMs: 5_000,
    defaultTimeoutMs: config.commandTimeoutMs,
    reviewer,
  });
}
