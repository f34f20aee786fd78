// The tools of the MCP server over one runtime. A refusal is an answer with `isError`, never a protocol error: the model
// reads it and does something else.
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { type Argv, type ExecEvent, isNonEmpty } from '../../domain/index.ts';
import { explainRefusal, type ShellRuntime } from '../../runtime/index.ts';
import { outputOf, readOf, refused, type RunOutput, type ToolAnswer, toolAnswer } from './run-output.ts';

export interface McpParts {
  readonly runtime: ShellRuntime;
  /** Of the package. */
  readonly version: string;
  /** Told which call of the runtime belongs to which request, until the function it answers with is called. */
  readonly relate?: ((callId: string, requestId: string | number) => () => void) | undefined;
}

/** Not connected yet. Closing it ends neither the runtime nor its sessions. */
export function createMcpServer({ runtime, version, relate }: McpParts): McpServer {
  const server = new McpServer({ name: 'cordon', version }, { maxToolInputElements: 20_000 });

  server.registerTool(
    'shell',
    {
      title: 'Run a command',
      description:
        'Runs one command in the sandbox to its end and returns its output and exit code. A refusal is final: do something else.',
      inputSchema: shellInput,
      outputSchema: runOutput,
      annotations: runs,
    },
    async (args, extra) =>
      await withProgress(extra, async (callId) => {
        const input = { ...wishOf(args), callId, command: commandOf(args.command) };
        const given = { ...input, timeoutMs: args.timeout_ms, stdin: args.stdin };
        return outputOf(await runtime.exec(given, extra.signal));
      }),
  );

  server.registerTool(
    'exec_command',
    {
      title: 'Start a command',
      description:
        'Starts a command in the sandbox and answers when it ended or the wait is over; then it goes on as a session for write_stdin.',
      inputSchema: execCommandInput,
      outputSchema: runOutput,
      annotations: runs,
    },
    async (args, extra) =>
      await withProgress(extra, async (callId) => {
        const opening = { ...wishOf(args), callId, command: args.cmd, tty: args.tty };
        const read = await runtime.sessions.open(
          { ...opening, yieldMs: args.yield_time_ms, stdin: args.tty === true ? undefined : 'open' },
          extra.signal,
        );
        return read.ok ? readOf(read.value) : refused(read.error.kind, explainRefusal(read.error));
      }),
  );

  server.registerTool(
    'write_stdin',
    {
      title: 'Type into a session',
      description:
        'Types into a command that still runs, or with no characters waits for more of its output.',
      inputSchema: writeStdinInput,
      outputSchema: runOutput,
      annotations: runs,
    },
    async (args, extra) =>
      await toolAnswer(async () => {
        const read = await runtime.sessions.write(
          { sessionId: args.session_id, chars: args.chars, yieldMs: args.yield_time_ms },
          extra.signal,
        );
        return read.ok ? readOf(read.value) : refused(read.error.kind, read.error.reason);
      }),
  );

  server.registerTool(
    'list_sessions',
    {
      title: 'List sessions',
      description: 'The commands that still run, least recently used first.',
      inputSchema: nothing,
      outputSchema: sessionsOutput,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    () => {
      const sessions = runtime.sessions.list().map(({ sessionId, command, cwd, tty, pid }) => ({
        session_id: sessionId,
        command,
        cwd,
        tty,
        pid: pid ?? null,
      }));
      return { content: [{ type: 'text', text: JSON.stringify(sessions) }], structuredContent: { sessions } };
    },
  );

  server.registerTool(
    'terminate_session',
    {
      title: 'End a session',
      description: 'Ends a command that still runs, and everything it started.',
      inputSchema: terminateInput,
      outputSchema: runOutput,
      annotations: { ...runs, idempotentHint: true },
    },
    async ({ session_id }) =>
      await toolAnswer(async () => {
        const result = await runtime.sessions.terminate(session_id);
        if (result !== undefined) return outputOf(result);
        return refused('unknown-session', `no session has the id ${String(session_id)}`);
      }),
  );

  return server;

  async function withProgress(
    extra: ToolExtra,
    run: (callId: string) => Promise<RunOutput>,
  ): Promise<ToolAnswer> {
    const callId = `mcp-${randomUUID()}`;
    const stop = tellProgress(callId, extra);
    const settle = relate?.(callId, extra.requestId);
    try {
      return await toolAnswer(async () => await run(callId));
    } finally {
      stop();
      settle?.();
    }
  }

  /** Bytes so far, at most four times a second, to a client that asked for progress. */
  function tellProgress(callId: string, extra: ToolExtra): () => void {
    const token = extra._meta?.progressToken;
    if (token === undefined) return () => undefined;
    let bytes = 0;
    let last = 0;
    return runtime.onEvent((event: ExecEvent) => {
      if (event.callId !== callId || event.type !== 'output.chunk') return;
      bytes += event.bytes.length;
      if (performance.now() - last < 250) return;
      last = performance.now();
      const params = { progressToken: token, progress: bytes, message: `${String(bytes)} bytes of output` };
      // A client that is gone is noticed by its connection.
      extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
    });
  }
}

/** Whatever runs a command may do anything that the sandbox lets it. */
const runs = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };

interface ToolExtra {
  readonly requestId: string | number;
  readonly _meta?: { readonly progressToken?: string | number | undefined } | undefined;
  sendNotification(notification: {
    method: 'notifications/progress';
    params: { progressToken: string | number; progress: number; message: string };
  }): Promise<void>;
}

interface Wish {
  readonly workdir?: string | undefined;
  readonly login?: boolean | undefined;
  readonly sandbox_permissions?: 'use_default' | 'require_escalated' | undefined;
  readonly justification?: string | undefined;
  readonly prefix_rule?: readonly string[] | undefined;
}

function wishOf({ workdir, login, sandbox_permissions, justification, prefix_rule = [] }: Wish) {
  return {
    cwd: workdir,
    login,
    access:
      sandbox_permissions === 'require_escalated'
        ? ({ kind: 'unsandboxed', justification: justification ?? '' } as const)
        : undefined,
    proposedPrefix: isNonEmpty(prefix_rule) ? (prefix_rule as Argv) : undefined,
  };
}

function commandOf(command: string | readonly string[]): string | Argv {
  return typeof command === 'string' ? command : (command as unknown as Argv);
}

// What a client may send and gets back. Strict: a misspelled field would silently be its default. No field widens the
// sandbox; asking to leave it is a question to a person.

const text = z
  .string()
  .max(1024 * 1024)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');
const words = z.array(text).min(1).max(10_000);
const milliseconds = z.int().min(1).max(86_400_000);
const wait = z.int().min(0).max(300_000);

const wish = {
  workdir: text.min(1).optional().describe('Where it starts. Default: the workspace.'),
  login: z.boolean().optional().describe('Whether the shell reads its login profile. Default: false.'),
  sandbox_permissions: z
    .enum(['use_default', 'require_escalated'])
    .optional()
    .describe('"require_escalated" asks a person to let the command leave the sandbox.'),
  justification: text.optional().describe('Why it has to leave the sandbox, in one sentence.'),
  prefix_rule: words.optional().describe('First words of the command, as a rule a person could save.'),
};

const shellInput = z.strictObject({
  command: z.union([text.min(1), words]).describe('A script for bash, or a program and its arguments.'),
  timeout_ms: milliseconds.optional().describe('Deadline in milliseconds.'),
  stdin: text.optional().describe('What it reads on standard input. Default: nothing.'),
  ...wish,
});

const execCommandInput = z.strictObject({
  cmd: text.min(1).describe('A script for bash.'),
  tty: z.boolean().optional().describe('Whether it gets a terminal. Default: false.'),
  yield_time_ms: wait.optional().describe('How long to wait before answering. Default: 10000.'),
  ...wish,
});

const sessionId = z.int().describe('The session that exec_command named.');

const writeStdinInput = z.strictObject({
  session_id: sessionId,
  chars: z
    .string()
    .max(1024 * 1024)
    .optional()
    .describe('What to type; "\\u0003" is Ctrl-C. Default: only wait.'),
  yield_time_ms: wait.optional().describe('How long to wait for output.'),
});

const terminateInput = z.strictObject({ session_id: sessionId });
const nothing = z.strictObject({});

const runOutput = z.object({
  status: z.enum(['exited', 'signalled', 'timed-out', 'cancelled', 'failed', 'running', 'not-run']),
  succeeded: z.boolean(),
  exit_code: z.int().nullable().describe('Null while it runs, and when it did not exit by itself.'),
  signal: z.string().nullable(),
  output: z.string().describe('What it printed, both streams together; why it did not run, if it did not.'),
  session_id: z.int().nullable().describe('For write_stdin, while it runs.'),
  sandbox: z.string().nullable().describe('What held it; "none" outside of the sandbox.'),
  denied: z.string().nullable().describe('What the sandbox stopped.'),
  refusal: z.string().nullable().describe('Which kind of refusal it was.'),
  changes: z
    .array(z.string())
    .readonly()
    .describe('What rules did not let it start, and what of the files it wrote is not in place, and why.'),
}) satisfies z.ZodType<RunOutput>;

const sessionsOutput = z.object({
  sessions: z.array(
    z.object({
      session_id: z.int(),
      command: z.string(),
      cwd: z.string(),
      tty: z.boolean(),
      pid: z.int().nullable(),
    }),
  ),
});
