// Decides whether the sandbox stopped a command that failed. The launcher's own report is certain. Words in the
// output are at most likely, and only when the profile and the file system agree: a path inside a writable root, or
// one this user could not have written anyway, is an ordinary failure, whatever the program prints about sandboxes.
import type {
  AbsolutePath,
  AccessProfile,
  AttemptOutcome,
  CapturedOutput,
  CapturedStream,
  DenialEvidence,
  DenialFacts,
  LauncherReport,
} from '../domain/index.ts';
import { absolutePath } from '../domain/index.ts';
import { confirmDenials } from './confirm-denials.ts';
import { type Complaint, readComplaints } from './read-denial.ts';

type Confined = Exclude<AccessProfile, { readonly kind: 'danger-full-access' }>;

/** 128 + SIGSYS: what a shell reports when seccomp killed its child. */
const exitOfSigsys = 159;
/** Not executable and not found: the shell's own answers, which no sandbox gives. */
const exitsOfTheShell: ReadonlySet<number> = new Set([126, 127]);

/** Evidence that the sandbox stopped the command, or undefined: it succeeded, or failed for a reason of its own. */
export function findDenial(
  outcome: AttemptOutcome,
  profile: AccessProfile,
  report: LauncherReport,
  facts?: DenialFacts,
): DenialEvidence | undefined {
  if (profile.kind === 'danger-full-access') return undefined;
  if (outcome.kind !== 'exited' && outcome.kind !== 'signalled') return undefined;
  if (outcome.kind === 'exited' && outcome.exitCode === 0) return undefined;
  const text = readOutput(outcome.output);
  const told = confirmDenials(report, facts);
  return findReported(told, text, facts) ?? findKilled(outcome) ?? findInWords(outcome, profile, text, facts);
}

/**
 * A program meets many denials it does not mind (caches, probes): the one it talks about is the one that counts. One that
 * nobody mentions counts where the program says that something was refused, or says nothing at all.
 */
function findReported(
  denials: readonly DenialEvidence[],
  text: string,
  facts: DenialFacts | undefined,
): DenialEvidence | undefined {
  if (denials.length === 0) return undefined;
  const complaints = readComplaints(text);
  const meant = new Set(complaints.flatMap((complaint) => meantPaths(complaint, facts)));
  const mentioned = denials.findLast(
    ({ target }) => target !== undefined && (text.includes(target) || meant.has(target)),
  );
  if (mentioned !== undefined) return mentioned;
  return complaints.length > 0 || text.trim() === '' ? denials.at(-1) : undefined;
}

function meantPaths(complaint: Complaint, facts: DenialFacts | undefined): readonly string[] {
  if (complaint.kind !== 'path') return [];
  return complaint.paths.flatMap((spelled) => resolvePath(spelled, facts) ?? []);
}

function resolvePath(spelled: string, facts: DenialFacts | undefined): AbsolutePath | undefined {
  const lexical = absolutePath(spelled.startsWith('/') ? spelled : `${facts?.cwd ?? ''}/${spelled}`);
  return lexical === undefined ? undefined : (facts?.realPath(lexical) ?? lexical);
}

function findKilled(outcome: AttemptOutcome): DenialEvidence | undefined {
  const killed =
    (outcome.kind === 'signalled' && outcome.signal === 'SIGSYS') ||
    (outcome.kind === 'exited' && outcome.exitCode === exitOfSigsys);
  if (!killed) return undefined;
  return {
    restriction: 'kernel-surface',
    confidence: 'likely',
    target: undefined,
    excerpt: 'killed by SIGSYS: a system call the sandbox does not permit',
  };
}

function findInWords(
  outcome: AttemptOutcome,
  profile: Confined,
  text: string,
  facts: DenialFacts | undefined,
): DenialEvidence | undefined {
  if (outcome.kind === 'exited' && exitsOfTheShell.has(outcome.exitCode)) return undefined;
  for (const complaint of readComplaints(text)) {
    const evidence = verify(complaint, profile, facts);
    if (evidence !== undefined) return evidence;
  }
  return undefined;
}

function verify(
  complaint: Complaint,
  profile: Confined,
  facts: DenialFacts | undefined,
): DenialEvidence | undefined {
  const { excerpt } = complaint;
  switch (complaint.kind) {
    case 'network':
      if (profile.network !== 'none') return undefined;
      return { restriction: 'network', confidence: 'likely', target: complaint.address, excerpt };
    case 'unix-socket':
      if (profile.network !== 'none') return undefined;
      return { restriction: 'unix-sockets', confidence: 'likely', target: complaint.path, excerpt };
    case 'path':
      return verifyPaths(complaint, profile, facts);
  }
}

function verifyPaths(
  complaint: Extract<Complaint, { kind: 'path' }>,
  profile: Confined,
  facts: DenialFacts | undefined,
): DenialEvidence | undefined {
  const found = complaint.paths.flatMap((spelled): DenialEvidence[] => {
    const target = resolvePath(spelled, facts);
    if (target === undefined) return [];
    const restriction = restrictionOn(target, complaint.answer, profile, facts);
    if (restriction === undefined) return [];
    return [{ restriction, confidence: 'likely', target, excerpt: complaint.excerpt }];
  });
  // `cannot move 'a' to '/srv/a'` names the source first; the path that lies outside is the one to blame.
  return found.find(({ restriction }) => restriction !== 'protected-paths') ?? found[0];
}

function restrictionOn(
  path: AbsolutePath,
  answer: 'read-only' | 'refused',
  profile: Confined,
  facts: DenialFacts | undefined,
): DenialEvidence['restriction'] | undefined {
  if (profile.denyRead.some((hidden) => isWithin(path, hidden))) return 'file-read';
  if (facts !== undefined && !facts.couldWrite(path)) return undefined;
  if (profile.kind === 'read-only') return 'file-write';
  if (profile.protect.some((kept) => isWithin(path, kept))) return 'protected-paths';
  if (!profile.writable.some((root) => isWithin(path, root))) return 'file-write';
  // Inside a writable root only a protected path is mounted read-only; a plain refusal there is the program's own.
  return answer === 'read-only' ? 'protected-paths' : undefined;
}

function isWithin(path: AbsolutePath, root: AbsolutePath): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}

/**
 * Complaints stand on stderr, so it is read last line first before stdout. Not both in arrival order: programs write
 * one complaint in several pieces, and a byte of the other stream between them would make another path of it.
 */
function readOutput({ stdout, stderr, aggregated }: CapturedOutput): string {
  const isApart = stdout.totalBytes + stderr.totalBytes > 0;
  return isApart ? `${decode(stdout)}\n${decode(stderr)}` : decode(aggregated);
}

function decode(stream: CapturedStream): string {
  const gap = stream.omittedBytes === 0 ? '' : '\n';
  return Buffer.concat([stream.head, Buffer.from(gap), stream.tail]).toString('utf8');
}
