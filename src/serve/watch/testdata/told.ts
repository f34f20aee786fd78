// What the page is told: results and news. The published schema is made of them, and what tests see is checked by them.
import { z } from 'zod';
import type {
  PageQuestion,
  ScreenRows,
  WatchedCall,
  WatchMethods,
  WatchNotifications,
} from '../../../web/protocol/index.ts';
import { count } from '../../rpc/schemas/fields.ts';

const text = z.string();
const texts = z.array(text);
const said = text.nullable();

const call: z.ZodType<WatchedCall> = z.strictObject({
  callId: text,
  client: count.describe('Clients of the server count from 1.'),
  command: text.describe('Somebody else’s text, as are most others here.'),
  cwd: text,
  tty: z.boolean(),
  state: z.enum(['judged', 'asked', 'running', 'finished', 'refused']),
  beganAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  verdict: said,
  because: said,
  pid: count.nullable(),
  session: count.nullable(),
  attempts: z.array(
    z.strictObject({
      ordinal: z.union([z.literal(1), z.literal(2)]),
      sandbox: text,
      enforcement: z.enum(['full', 'partial', 'none']),
      missing: texts,
      limits: text,
      grant: said,
    }),
  ),
  denials: texts,
  notes: texts,
  ending: said,
  succeeded: z.boolean(),
});

const kinds = [
  'approved',
  'approved-for-session',
  'approved-grant',
  'approved-unsandboxed',
  'approved-allow-prefix',
  'denied',
  'abort',
  'keep',
  'keep-for-session',
  'keep-and-save-rule',
  'drop',
  'put-aside',
] as const;

const question: z.ZodType<PageQuestion> = z.strictObject({
  questionId: text,
  callId: text,
  askedAtMs: z.number(),
  title: text,
  lines: texts,
  isDiff: z.boolean(),
  marked: z.array(count),
  facts: z.array(z.strictObject({ name: text, text, isWarning: z.boolean() })),
  prefix: z.strictObject({ words: texts, atLeast: count, isExact: z.boolean() }).nullable(),
  choices: z.array(z.strictObject({ kind: z.enum(kinds), key: text, says: text })),
});

const color = z.union([z.int().min(0).max(15), z.string().regex(/^#[\da-f]{6}$/u)]);
const rows: z.ZodType<ScreenRows> = z.strictObject({
  callId: text,
  from: count.describe('These rows take the place of all from here on.'),
  rows: z.array(
    z.strictObject({
      runs: z.array(
        z.strictObject({
          text,
          fg: color.optional(),
          bg: color.optional(),
          look: z
            .string()
            .regex(/^[bdiusvh]+$/u)
            .optional(),
        }),
      ),
      isWrapped: z.literal(true).optional(),
    }),
  ),
  first: count,
  cursor: z.strictObject({ row: count, col: count }).nullable(),
  alternate: z.boolean(),
  columns: count.nullable(),
  missedBytes: count,
});

export const watchResults: { readonly [M in keyof WatchMethods]: z.ZodType<WatchMethods[M]['result']> } = {
  'watch/start': z.strictObject({
    place: z.strictObject({ version: text, workspace: text, limits: text, enforcedBy: text }),
    calls: z.array(call),
    questions: z.array(question),
  }),
  'watch/answer': z.strictObject({ isTaken: z.boolean() }),
  'watch/output': rows,
  'watch/changes': z.strictObject({
    changes: z.array(
      z.strictObject({
        kind: z.enum(['set', 'record']),
        id: text,
        command: text,
        atMs: z.number(),
        count,
        paths: z.array(z.strictObject({ path: text, kind: text, held: texts })),
        problem: said,
      }),
    ),
  }),
  'watch/diff': z.strictObject({ lines: texts, omitted: count }),
  'watch/audit': z.strictObject({
    entries: z.array(
      z.strictObject({
        atMs: z.number(),
        callId: text,
        command: said,
        purpose: text,
        source: text,
        decision: text,
        why: text,
      }),
    ),
    omitted: count,
  }),
};

export const watchTold: { readonly [M in keyof WatchNotifications]: z.ZodType<WatchNotifications[M]> } = {
  'watch/call': z.strictObject({ call }),
  'watch/forgotten': z.strictObject({ callId: text }),
  'watch/question': z.strictObject({ question }),
  'watch/answered': z.strictObject({ questionId: text }),
  'watch/rows': rows,
};
