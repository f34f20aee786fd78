// What a person is told beside the command: where, in what, why, with what to read.
import type { AccessProfile, ApprovalRequest } from '../../domain/index.ts';
import { noteOf, shownCommand, type CommandLook } from './command-rows.ts';
import { visible } from './visible-text.ts';
import { wrapWords } from './wrap-spans.ts';

/** Rows of one fact at first: a long reason must not push the command off the screen. */
const shortFact = 4;

export interface FactRows {
  readonly rows: readonly string[];
  readonly isAbridged: boolean;
}

export function factRows(request: ApprovalRequest, look: CommandLook, everything: boolean): FactRows {
  let isAbridged = false;
  const rows = facts(request, look).flatMap(([name, value]) => {
    const { paint, columns } = look;
    const lines = wrapWords(visible(value), columns - 8);
    const shown = everything || lines.length <= shortFact ? lines : lines.slice(0, shortFact - 1);
    const style = value.startsWith(unconfined) ? 'bad' : undefined;
    const found = shown.map(
      (text, index) =>
        paint({ text: `  ${(index === 0 ? name : '').padEnd(6)}`, style: 'faint' }) + paint({ text, style }),
    );
    if (shown.length === lines.length) return found;
    isAbridged = true;
    return [...found, paint({ text: noteOf(lines.length - shown.length, columns), style: 'bad' })];
  });
  return { rows, isAbridged };
}

function facts(request: ApprovalRequest, look: CommandLook): readonly (readonly [string, string])[] {
  const { cwd, reason, risk, input, tty, inputStaysOpen, cause, profile } = request;
  const denial = cause.kind === 'denial' ? cause.denial : undefined;
  const { shell } = shownCommand(request, (argv) => look.quote(argv));
  const found: (readonly [string, string] | undefined)[] = [
    ['in', cwd],
    shell === undefined ? undefined : ['with', look.quote(shell)],
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

const unconfined = 'NO SANDBOX';

/** What the attempt that is asked about could change. */
function describeProfile(profile: AccessProfile): string {
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
