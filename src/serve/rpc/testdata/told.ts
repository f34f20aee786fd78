// What the server says: results, questions and notifications. The published schema is made of them, and every message that
// a test sees is checked by them.
import { z } from 'zod';
import type { CommandResult } from '../protocol/commands.ts';
import type { Methods, Notifications, ServerRequests } from '../protocol/methods.ts';
import { commandDecision, fileDecision } from '../schemas/answers.ts';
import { count, nothing } from '../schemas/fields.ts';

const text = z.string();
const texts = z.array(text);
const said = text.nullable();

const refusal = z.enum([
  'forbidden-by-policy',
  'approval-needed-but-nobody-to-ask',
  'escalation-not-possible',
  'denied-by-reviewer',
  'aborted',
  'sandbox-unavailable',
  'bad-request',
]);

const commandResult: z.ZodType<CommandResult> = z.strictObject({
  exitCode: z.int(),
  stdout: text,
  stderr: text,
  status: z.enum(['exited', 'signalled', 'timed-out', 'cancelled', 'failed', 'not-run']),
  succeeded: z.boolean(),
  signal: said,
  sandbox: said,
  denied: said,
  sandboxDenied: z.boolean(),
  refusal: refusal.nullable(),
  reason: said,
  changes: texts,
  changeSetId: said,
});

const chunk = {
  seq: count,
  stream: z.enum(['stdout', 'stderr', 'pty']),
  chunk: text.describe('Base64, at most 64 KiB of bytes.'),
  offset: count.describe('Bytes of the command before this piece.'),
};

const read = z.strictObject({
  chunks: z.array(z.strictObject(chunk)),
  nextSeq: count,
  exited: z.boolean(),
  exitCode: z.int().nullable(),
  closed: z.boolean(),
  failure: said,
  sandboxDenied: z.boolean(),
  result: commandResult.nullable(),
});

const sessionRead = z.strictObject({
  status: z.enum(['running', 'finished', 'not-run']),
  sessionId: z.int().nullable(),
  output: text,
  warning: said,
  result: commandResult.nullable(),
});

const changeSetState = {
  changes: z.array(
    z.strictObject({ path: text, kind: z.enum(['create', 'modify', 'delete', 'mode']), held: texts }),
  ),
  omitted: count,
  forbidden: said,
  problem: said,
};

export const results: { readonly [M in keyof Methods]: z.ZodType<Methods[M]['result']> } = {
  initialize: z.strictObject({
    userAgent: text,
    sessionId: text.describe('A secret: who has it can resume this client.'),
    threadId: text,
    platformFamily: z.literal('unix'),
    platformOs: text,
    sandbox: z.strictObject({
      mode: z.enum(['read-only', 'workspace-write', 'danger-full-access']),
      network: z.enum(['none', 'full']),
      writableRoots: texts,
      enforcedBy: text,
    }),
    limits: z.strictObject({
      messageBytes: count,
      retainedBytes: count,
      openRequests: count,
      resumeMs: count,
    }),
  }),
  'command/exec': commandResult,
  'command/exec/write': nothing,
  'command/exec/resize': nothing,
  'command/exec/terminate': nothing,
  'command/read': read,
  'command/list': z.strictObject({
    commands: z.array(
      z.strictObject({ processId: text, command: text, running: z.boolean(), nextSeq: count }),
    ),
  }),
  'process/start': z.strictObject({ processId: text, sandboxType: text }),
  'process/read': read,
  'process/write': z.strictObject({ status: z.enum(['accepted', 'unknownProcess', 'stdinClosed']) }),
  'process/signal': nothing,
  'process/terminate': z.strictObject({ running: z.boolean() }),
  'session/open': sessionRead,
  'session/write': sessionRead,
  'session/list': z.strictObject({
    sessions: z.array(
      z.strictObject({
        sessionId: z.int(),
        command: text,
        cwd: text,
        tty: z.boolean(),
        pid: z.int().nullable(),
        openedAtMs: z.number(),
      }),
    ),
  }),
  'session/resize': nothing,
  'session/interrupt': nothing,
  'session/terminate': commandResult,
  'changeSet/open': z.strictObject({ changeSetId: text }),
  'changeSet/exec': z.strictObject({ ...changeSetState, result: commandResult }),
  'changeSet/diff': z.strictObject({ lines: texts }),
  'changeSet/commit': z.strictObject({
    status: z.enum(['committed', 'discarded', 'failed']),
    count,
    notes: texts,
  }),
  'changeSet/discard': nothing,
};

const question = { threadId: text, turnId: text, itemId: text, approvalId: text, startedAtMs: z.number() };
const risk = z.strictObject({ level: z.enum(['low', 'medium', 'high']), description: text }).nullable();

export const questions: { readonly [M in keyof ServerRequests]: z.ZodType<ServerRequests[M]['params']> } = {
  'item/commandExecution/requestApproval': z.strictObject({
    ...question,
    processId: said,
    kind: z.literal('command'),
    purpose: z.enum(['first-run', 'retry-with-grant', 'retry-unsandboxed']),
    reason: text,
    command: text,
    argv: texts,
    cwd: text,
    tty: z.boolean(),
    input: said,
    inputStaysOpen: z.boolean(),
    risk,
    allow_prefix: texts.nullable(),
    allow_prefix_exact: z.boolean(),
    proposedExecpolicyAmendment: texts.nullable(),
    grant: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('writable-path'), path: text }),
        z.strictObject({ kind: z.literal('network') }),
      ])
      .nullable(),
    availableDecisions: z.array(commandDecision),
  }),
  'item/fileChange/requestApproval': z.strictObject({
    ...question,
    reason: text,
    path: text,
    command: text,
    parts: z.array(z.strictObject({ part: said, reason: text, runs: text })),
    diff: texts,
    omittedLines: count,
    rule: said,
    grantRoot: z.null(),
    availableDecisions: z.array(fileDecision),
  }),
  execCommandApproval: z.strictObject({
    conversationId: text,
    callId: text,
    approvalId: text,
    command: texts,
    cwd: text,
    reason: text,
    risk,
    parsedCmd: z.array(z.strictObject({ type: z.literal('unknown'), cmd: text })),
    allow_prefix: texts.nullable(),
  }),
};

export const notifications: { readonly [M in keyof Notifications]: z.ZodType<Notifications[M]> } = {
  'command/exec/outputDelta': z.strictObject({
    processId: text,
    stream: z.enum(['stdout', 'stderr']),
    deltaBase64: text,
    capReached: z.boolean(),
    seq: count,
  }),
  'process/output': z.strictObject({ processId: text, ...chunk }),
  'process/exited': z.strictObject({
    processId: text,
    seq: count,
    exitCode: z.int(),
    sandboxDenied: z.boolean(),
  }),
  'process/closed': z.strictObject({ processId: text, seq: count }),
  'serverRequest/resolved': z.strictObject({ threadId: text, requestId: text }),
};
