// The lines of `cordon exec --json` as a schema: docs/exec-json.schema.json is made of it, and every line that a test sees
// is checked by it. A field that is in one of the two only does not compile, or does not pass.
import * as z from 'zod';
import type { ThreadEvent } from '../report/thread-event.ts';

const count = z.int().min(0);
const text = z.string();

const sandbox = z.strictObject({
  kind: z.enum(['landlock', 'seatbelt', 'none']),
  level: z.enum(['full', 'partial', 'none']),
  layers: z.array(text),
  missing: z.array(z.strictObject({ restriction: text, because: text })),
});

const denied = z.strictObject({
  by: z.enum(['policy', 'approval', 'sandbox', 'request']),
  rule: text.nullable(),
  path: text.nullable(),
  reason: text,
});

const held = z.strictObject({ id: text.nullable(), path: text, parts: z.array(text), reason: text });
const conflict = z.strictObject({ id: text.nullable(), path: text, reason: text });

const commandItem = z.strictObject({
  id: text,
  type: z.literal('command_execution'),
  command: text,
  aggregated_output: text,
  exit_code: z.int().nullable(),
  status: z.enum(['in_progress', 'completed', 'failed', 'declined']),
  call_id: text,
  cwd: text,
  duration_ms: count.nullable(),
  timed_out: z.boolean(),
  signal: text.nullable(),
  sandbox: sandbox.nullable(),
  denied: denied.nullable(),
  held: z.array(held).exactOptional(),
  conflicts: z.array(conflict).exactOptional(),
  unsettled: text.exactOptional(),
  end: z.literal('turn_ended').exactOptional(),
  interaction: z.strictObject({ call_id: text, chars: text, output: text }).exactOptional(),
});

const fileChangeItem = z.strictObject({
  id: text,
  type: z.literal('file_change'),
  changes: z.array(z.strictObject({ path: text, kind: z.enum(['add', 'delete', 'update']) })),
  status: z.enum(['in_progress', 'completed', 'failed']),
  call_id: text,
  cwd: text,
  duration_ms: count.nullable(),
  denied: denied.nullable(),
  error: text.nullable(),
});

const item = z.discriminatedUnion('type', [
  z.strictObject({ id: text, type: z.enum(['agent_message', 'reasoning']), text }),
  z.strictObject({ id: text, type: z.literal('web_search'), query: text }),
  commandItem,
  fileChangeItem,
]);

const error = z.strictObject({
  kind: z.enum([
    'model',
    'max_turns',
    'max_tool_calls',
    'loop',
    'output_schema',
    'deadline',
    'interrupted',
    'internal',
  ]),
  message: text,
});

export const threadEventSchema: z.ZodType<ThreadEvent> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('thread.started'), thread_id: text }),
  z.strictObject({ type: z.literal('turn.started') }),
  z.strictObject({ type: z.enum(['item.started', 'item.completed']), item }),
  z.strictObject({ type: z.literal('item.updated'), item: commandItem }),
  z.strictObject({
    type: z.literal('model.retry'),
    message: text,
    retry: count,
    of: count.nullable(),
    wait_ms: z.number().min(0),
  }),
  z.strictObject({
    type: z.literal('item.output_delta'),
    item_id: text,
    stream: z.enum(['stdout', 'stderr', 'tty']),
    delta: text,
    truncated: z.literal(true).exactOptional(),
  }),
  z.strictObject({ type: z.literal('message.delta'), delta: text }),
  z.strictObject({
    type: z.literal('changes.preview'),
    changes: z.array(
      z.strictObject({
        path: text,
        kind: z.enum(['create', 'modify', 'delete', 'mode']),
        held: z.array(z.strictObject({ part: text.nullable(), reason: text })),
      }),
    ),
    omitted: count,
    diff: z.array(text),
    forbidden: z.strictObject({ path: text, reason: text, rule: text }).nullable(),
    outcome: z.enum(['committed', 'dropped', 'unsettled']),
    problem: text.nullable(),
    held: z.array(held),
    conflicts: z.array(conflict),
  }),
  z.strictObject({
    type: z.literal('turn.completed'),
    usage: z.strictObject({
      input_tokens: count,
      cached_input_tokens: count,
      cache_write_input_tokens: count,
      output_tokens: count,
      reasoning_output_tokens: count,
    }),
  }),
  z.strictObject({ type: z.enum(['turn.failed', 'turn.interrupted']), error }),
]);
