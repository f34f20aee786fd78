// Fields that many messages share. Strict everywhere: a misspelled field would silently be its default. Null is left out,
// because clients of this protocol write it for what they do not say.
import { z } from 'zod';
import type { CommandWish, SandboxPolicy, TerminalSize } from '../protocol/commands.ts';

const longest = 1024 * 1024;

export const text: z.ZodType<string> = z.string().max(longest);

/** What becomes a word of a command, a path or a name: the kernel ends them at a NUL. */
export const word: z.ZodType<string> = z
  .string()
  .max(longest)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');

export const name: z.ZodType<string> = z
  .string()
  .min(1)
  .max(256)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');

export const argv: z.ZodType<readonly string[]> = z.array(word).min(1).max(10_000);

export const command: z.ZodType<readonly string[] | string> = z.union([
  word.refine((value) => value !== '', 'must not be empty'),
  argv,
]);

export const size: z.ZodType<TerminalSize> = z.strictObject({
  rows: z.int().min(1).max(1_000),
  cols: z.int().min(1).max(1_000),
});

/** At most 16 MiB as text; whether it is base64 is looked at where it is read. */
export const base64: z.ZodType<string> = z.string().max(16 * longest);

export const milliseconds: z.ZodType<number> = z.int().min(1).max(86_400_000);
export const wait: z.ZodType<number> = z.int().min(0).max(300_000);
export const count: z.ZodType<number> = z.int().min(0);

/** `__proto__` as a name is a variable like any other, and never a prototype. */
export const environment: z.ZodType<Readonly<Record<string, string | null>>> = z.record(
  z
    .string()
    .min(1)
    .max(1024)
    .refine((value) => !/[=\0]/u.test(value), 'must not contain "=" or a NUL character'),
  word.nullable(),
);

export const sandboxPolicy: z.ZodType<SandboxPolicy> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('dangerFullAccess') }),
  z.strictObject({ type: z.literal('readOnly'), networkAccess: z.boolean().optional() }),
  z.strictObject({
    type: z.literal('workspaceWrite'),
    writableRoots: z.array(word).max(100).optional(),
    networkAccess: z.boolean().optional(),
    excludeSlashTmp: z.boolean().optional(),
    excludeTmpdirEnvVar: z.boolean().optional(),
  }),
]);

type OwnWish = Exclude<keyof CommandWish, 'sandboxPolicy'>;

/** Of a {@link CommandWish}, but for the sandbox. */
export const ownWish: { readonly [K in OwnWish]: z.ZodType<CommandWish[K]> } = {
  cwd: word.nullish().describe('Absolute, or below the workspace. Default: the workspace.'),
  env: environment.nullish().describe('Added to the environment; null takes a name away.'),
  timeoutMs: milliseconds.nullish().describe('Milliseconds; waiting for an answer does not count.'),
  disableTimeout: z.boolean().optional(),
  sandboxPermissions: z.enum(['use_default', 'require_escalated']).nullish(),
  justification: word.nullish().describe('Why it has to leave the sandbox.'),
  prefixRule: argv.nullish().describe('First words of the command, as a rule a person could save.'),
};

export const narrowed: { readonly sandboxPolicy: z.ZodType<SandboxPolicy | null | undefined> } = {
  sandboxPolicy: sandboxPolicy.nullish().describe('Never wider than the server’s.'),
};

export const nothing: z.ZodType<Readonly<Record<string, never>>> = z.strictObject({});
