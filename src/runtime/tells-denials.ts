// Whether the sandbox is to tell what it refuses, call by call.
import { asksAfterDenial } from '../orchestrator/index.ts';
import type { ShellRuntimeOptions } from './shell-runtime.ts';

/** A denial that nobody can be asked about is told in words, for nothing. */
export function tellsDenials({
  watch,
  approvalPolicy = 'on-request',
  reviewer,
}: ShellRuntimeOptions): boolean {
  const wish = watch?.denials ?? 'auto';
  return wish === 'always' || (wish === 'auto' && reviewer !== undefined && asksAfterDenial(approvalPolicy));
}
