// What a client answers to a question. What cannot be read is no yes.
import { z } from 'zod';
import type { CommandDecision, FileChangeDecision } from '../protocol/approvals.ts';
import type { ServerRequests } from '../protocol/methods.ts';
import { text, word } from './fields.ts';

const amendment = z.array(word).min(1).max(10_000);

export const commandDecision: z.ZodType<CommandDecision> = z.union([
  z.enum(['accept', 'acceptForSession', 'acceptWithGrant', 'acceptUnsandboxed', 'decline', 'cancel']),
  z.strictObject({ acceptWithExecpolicyAmendment: z.strictObject({ execpolicy_amendment: amendment }) }),
]);

export const fileDecision: z.ZodType<FileChangeDecision> = z.enum([
  'accept',
  'acceptForSession',
  'acceptWithExecpolicyAmendment',
  'drop',
  'decline',
  'cancel',
]);

export const answers: { readonly [M in keyof ServerRequests]: z.ZodType<ServerRequests[M]['result']> } = {
  'item/commandExecution/requestApproval': z.looseObject({
    decision: z.union([
      commandDecision,
      z.literal('acceptWithExecpolicyAmendment'),
      z.strictObject({ decline: z.strictObject({ message: text.optional() }) }),
    ]),
    accept_settings: z
      .looseObject({ for_session: z.boolean().nullish(), allow_prefix_rule: z.boolean().nullish() })
      .nullish(),
    message: text.nullish(),
  }),
  'item/fileChange/requestApproval': z.looseObject({ decision: fileDecision }),
  execCommandApproval: z.looseObject({
    decision: z.union([
      z.enum([
        'approved',
        'approved_for_session',
        'approved_allow_prefix',
        'approved_unsandboxed',
        'denied',
        'timed_out',
        'abort',
      ]),
      z.strictObject({
        approved_execpolicy_amendment: z.strictObject({ proposed_execpolicy_amendment: amendment }),
      }),
      z.strictObject({ denied: z.strictObject({ rejection: text }) }),
    ]),
  }),
};
