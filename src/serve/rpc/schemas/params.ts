// What a client may send, method by method. Every request is read here once, before anything happens.
import { z } from 'zod';
import type { Methods } from '../protocol/methods.ts';
import {
  argv,
  base64,
  command,
  count,
  environment,
  milliseconds,
  name,
  narrowed,
  nothing,
  ownWish,
  size,
  text,
  wait,
  word,
} from './fields.ts';

const processNamed = z.strictObject({ processId: name });
const sessionNamed = z.strictObject({ sessionId: z.int() });
const changeSetNamed = z.strictObject({ changeSetId: name });
const choice = z.strictObject({
  changeSetId: name,
  only: z.array(word).max(10_000).optional(),
  except: z.array(word).max(10_000).optional(),
});

const read = z.strictObject({
  processId: name,
  afterSeq: count.nullish().describe('The last number already read. Default 0.'),
  maxBytes: z
    .int()
    .min(1)
    .max(1024 * 1024)
    .nullish()
    .describe('One piece comes in any case.'),
  waitMs: z.int().min(0).max(60_000).nullish().describe('Milliseconds to wait when there is nothing new.'),
});

export const params: { readonly [M in keyof Methods]: z.ZodType<Methods[M]['params']> } = {
  // Loose: what a client says of itself beyond this is nothing to refuse it for.
  initialize: z.looseObject({
    clientInfo: z.looseObject({ name: text, title: text.nullish(), version: text.optional() }).nullish(),
    clientName: text.nullish(),
    capabilities: z
      .looseObject({
        approvals: z.enum(['item', 'execCommandApproval', 'none']).optional(),
        optOutNotificationMethods: z.array(text).max(100).nullish(),
      })
      .nullish(),
    resumeSessionId: text.nullish(),
  }),
  'command/exec': z.strictObject({
    command,
    processId: name.nullish(),
    tty: z.boolean().optional(),
    size: size.nullish(),
    streamStdin: z.boolean().optional(),
    streamStdoutStderr: z.boolean().optional(),
    outputBytesCap: count.nullish(),
    disableOutputCap: z.boolean().optional(),
    permissionProfile: z.null().optional(),
    changes: z.enum(['commit', 'hold']).optional(),
    ...ownWish,
    ...narrowed,
  }),
  'command/exec/write': z.strictObject({
    processId: name,
    deltaBase64: base64.nullish(),
    closeStdin: z.boolean().optional(),
  }),
  'command/exec/resize': z.strictObject({ processId: name, size }),
  'command/exec/terminate': processNamed,
  'command/read': read,
  'command/list': nothing,
  'process/start': z.strictObject({
    processId: name,
    argv,
    cwd: word.nullish().describe('A path, or a file:// address.'),
    env: environment.nullish(),
    tty: z.boolean().optional(),
    size: size.nullish(),
    pipeStdin: z.boolean().optional(),
    arg0: z.null().optional(),
    timeoutMs: milliseconds.nullish(),
    ...narrowed,
  }),
  'process/read': read,
  'process/write': z.strictObject({ processId: name, writeId: name, chunk: base64 }),
  'process/signal': z.strictObject({ processId: name, signal: z.literal('interrupt') }),
  'process/terminate': processNamed,
  'session/open': z.strictObject({
    command,
    tty: z.boolean().optional(),
    size: size.nullish(),
    stdin: z.enum(['closed', 'open']).optional(),
    yieldMs: wait.optional(),
    ...ownWish,
    ...narrowed,
  }),
  'session/write': z.strictObject({
    sessionId: z.int(),
    chars: text.optional(),
    yieldMs: wait.optional(),
    until: z.enum(['time', 'exit']).optional(),
  }),
  'session/list': nothing,
  'session/resize': z.strictObject({ sessionId: z.int(), size }),
  'session/interrupt': sessionNamed,
  'session/terminate': sessionNamed,
  'changeSet/open': z.strictObject(narrowed),
  'changeSet/exec': z.strictObject({ changeSetId: name, command, ...ownWish }),
  'changeSet/diff': choice,
  'changeSet/commit': choice,
  'changeSet/discard': changeSetNamed,
};
