// What the page may send, method by method. Everything is read here once, before anything happens.
import { z } from 'zod';
import type { PageDecision, WatchMethods } from '../../web/protocol/index.ts';
import { name, nothing, text, word } from '../rpc/schemas/fields.ts';

export const decision: z.ZodType<PageDecision> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum([
      'approved',
      'approved-for-session',
      'approved-grant',
      'approved-unsandboxed',
      'abort',
      'keep',
      'keep-for-session',
      'keep-and-save-rule',
      'drop',
      'put-aside',
    ]),
  }),
  z.strictObject({ kind: z.literal('approved-allow-prefix'), words: z.array(word).min(1).max(10_000) }),
  z.strictObject({ kind: z.literal('denied'), message: text.optional() }),
]);

export const watchParams: { readonly [M in keyof WatchMethods]: z.ZodType<WatchMethods[M]['params']> } = {
  'watch/start': nothing,
  'watch/answer': z.strictObject({ questionId: name, decision }),
  'watch/output': z.strictObject({ callId: name }),
  'watch/changes': nothing,
  'watch/diff': z.strictObject({ kind: z.enum(['set', 'record']), id: name }),
  'watch/audit': nothing,
};
