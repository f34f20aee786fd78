// Which of the refused calls that the launcher told of are the sandbox's doing: where this user could not have written anyway,
// or the host itself holds the place read-only, the failure is an ordinary one.
import { absolutePath, type DenialEvidence, type DenialFacts, type LauncherReport } from '../domain/index.ts';

export function confirmDenials(
  { denials }: LauncherReport,
  facts: DenialFacts | undefined,
): readonly DenialEvidence[] {
  return denials.filter((denial) => isOfSandbox(denial, facts));
}

function isOfSandbox({ restriction, target, seen }: DenialEvidence, facts: DenialFacts | undefined): boolean {
  const isWrite = restriction === 'file-write' || restriction === 'protected-paths';
  const path = target === undefined ? undefined : absolutePath(target);
  // Processes have other numbers outside: there is no such place here to look at.
  if (!isWrite || facts === undefined || path === undefined || path.startsWith('/proc/')) return true;
  const place = seen !== undefined && removesName(seen.call) ? absolutePath(`${path}/..`) : path;
  return place !== undefined && facts.couldWrite(place);
}

/** To remove or rename a file is to write its directory, whatever the file's own mode. */
export function removesName(call: string): boolean {
  return /^(?:unlink|rename|rmdir)/u.test(call);
}
