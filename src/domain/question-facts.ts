// What a person is told beside the command: where, in what, why, with what to read. For every surface that asks.
import type { AccessProfile } from './access.ts';
import type { ApprovalRequest } from './approval.ts';
import type { Argv } from './primitives.ts';
import { shownCommand } from './shown-command.ts';

/** Name and text, in order. Somebody else's text is in them: escape it before showing. */
export function questionFacts(
  request: ApprovalRequest,
  quote: (argv: Argv) => string,
): readonly (readonly [name: string, text: string])[] {
  const { cwd, reason, risk, input, tty, inputStaysOpen, cause, profile } = request;
  const denial = cause.kind === 'denial' ? cause.denial : undefined;
  const { shell } = shownCommand(request, quote);
  const found: (readonly [string, string] | undefined)[] = [
    ['in', cwd],
    shell === undefined ? undefined : ['with', quote(shell)],
    profile === undefined ? undefined : ['limit', describeProfile(profile)],
    ['why', reason],
    denial === undefined ? undefined : ['said', denial.excerpt],
    // The program printed it, so the program may have invented it.
    denial?.confidence === 'likely'
      ? ['note', 'read from what the command printed, which it may have made up']
      : undefined,
    input === undefined ? undefined : ['input', describeInput(input)],
    tty || inputStaysOpen === true ? ['with', openInput(tty)] : undefined,
    risk === undefined ? undefined : ['risk', `${risk.level}: ${risk.description}`],
  ];
  return found.filter((fact) => fact !== undefined);
}

/** What a fact begins with that says that nothing is held back. */
export const unconfined = 'NO SANDBOX';

/** What the attempt that is asked about could change. */
export function describeProfile(profile: AccessProfile): string {
  if (profile.kind === 'danger-full-access') {
    return `${unconfined}: it can change every file you can, and use the network`;
  }
  const network = profile.network === 'full' ? 'WITH the network' : 'no network';
  if (profile.kind === 'read-only') return `sandbox: writes nothing, ${network}`;
  const [first, ...others] = profile.writable;
  if (first === undefined) return `sandbox: writes nothing, ${network}`;
  const more = others.length === 0 ? '' : ` and ${others.join(', ')}`;
  return `sandbox: writes in ${first}${more}; ${network}`;
}

function openInput(tty: boolean): string {
  return `${tty ? 'a terminal' : 'an open input'}: what is typed later needs no approval of its own`;
}

/** Characters of the input that are shown; what follows is counted. */
const shownInput = 300;

function describeInput(input: Uint8Array): string {
  const text = Buffer.from(input).toString('utf8');
  const start = text.length <= shownInput ? text : `${text.slice(0, shownInput)}…`;
  return `${String(input.length)} bytes on standard input: ${start}`;
}
