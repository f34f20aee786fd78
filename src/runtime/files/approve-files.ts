// Whether files may be written: what the rules say of the program, what the judge says of each path, and, where one of
// them wants it, what a person says who is shown the difference.
import { createHash } from 'node:crypto';
import {
  type AbsolutePath,
  type ApprovalPolicy,
  type ApprovalRequest,
  assertNever,
  type CallId,
  type Evaluation,
  type HeldPart,
  type JudgedChange,
  showBytePath,
} from '../../domain/index.ts';
import type { FileStep } from '../../airlock/index.ts';
import { type Approvals, type Gate, requireApproval, whyNobodyIsAsked } from '../../orchestrator/index.ts';
import type { ChangedFile, FileForesight, FileRefusal } from './file-change.ts';
import { type JudgedPlaces, judgeFiles, placeIn } from './judge-files.ts';
import type { FilePlaces } from './place-file.ts';

export interface AskedFiles {
  readonly callId: CallId;
  readonly cwd: AbsolutePath;
  readonly program: string;
  readonly files: readonly ChangedFile[];
}

export interface ApprovalParts extends JudgedPlaces, Pick<FilePlaces, 'profile'> {
  readonly gate: Gate;
  readonly approvals: Approvals;
  readonly approvalPolicy: ApprovalPolicy;
  readonly env: ReadonlyMap<string, string>;
}

/** undefined: they may. */
export async function approveFiles(
  steps: readonly FileStep[],
  asked: AskedFiles,
  parts: ApprovalParts,
  signal: AbortSignal,
): Promise<FileRefusal | undefined> {
  const question = whatToAsk(steps, asked, parts);
  const note = { callId: asked.callId, purpose: 'first-run', why: question.reason } as const;
  switch (question.kind) {
    case 'forbidden':
      parts.approvals.note({
        ...note,
        source: question.rule === null ? 'config' : 'rule',
        decision: 'forbidden',
      });
      return refusalFrom(question, question.by);
    case 'skip':
      parts.approvals.note({ ...note, source: 'config', decision: 'skip' });
      return undefined;
    case 'ask':
      return (await ask(question, asked, parts, signal)) ?? forbiddenSince(steps, asked, parts);
    default:
      return assertNever(question, 'approveFiles');
  }
}

/** What `approveFiles` would come to now, without asking anybody. */
export function foreseeFiles(
  steps: readonly FileStep[],
  asked: AskedFiles,
  parts: ApprovalParts,
): FileForesight {
  const question = whatToAsk(steps, asked, parts);
  const { reason } = question;
  if (question.kind === 'forbidden') return { kind: 'refused', refusal: refusalFrom(question, question.by) };
  if (question.kind === 'skip') return { kind: 'would-write', reason };
  const because = whyNobodyIsAsked(parts.approvalPolicy, question.rule === null ? 'sandbox' : 'rules');
  const outlook =
    because === undefined
      ? parts.approvals.outlook(requestOf(question, asked), subjectOf(asked))
      : 'nobody-to-ask';
  if (outlook === 'nobody-to-ask')
    return { kind: 'refused', refusal: refusalFrom(nobodyFor(question, because), 'approval') };
  return outlook === 'somebody-to-ask' ? { kind: 'would-ask', reason } : { kind: 'would-write', reason };
}

/** Somebody may have forbidden it while the question was open; a rule always beats an answer. */
function forbiddenSince(
  steps: readonly FileStep[],
  asked: AskedFiles,
  parts: ApprovalParts,
): FileRefusal | undefined {
  const now = whatToAsk(steps, asked, parts);
  return now.kind === 'forbidden' ? refusalFrom(now, now.by) : undefined;
}

interface Settled {
  readonly reason: string;
  readonly rule: string | null;
  readonly path: string | null;
}

type WhatToAsk =
  | ({ readonly kind: 'skip' } & Settled)
  | ({ readonly kind: 'ask'; readonly evaluation: Evaluation } & Settled)
  | ({ readonly kind: 'forbidden'; readonly by: FileRefusal['by'] } & Settled);

/** Without asking anybody. */
function whatToAsk(
  steps: readonly FileStep[],
  { program, cwd, callId }: AskedFiles,
  parts: ApprovalParts,
): WhatToAsk {
  const { gate, approvalPolicy, profile, env } = parts;
  const command = { kind: 'argv', argv: [program] } as const;
  const evaluation = gate.evaluate(gate.parse(command), { cwd, env, command, callId });
  const requirement = requireApproval(evaluation, {
    approvalPolicy,
    profile,
    access: { kind: 'default' },
    allowedRunsUnsandboxed: false,
  });
  const rule = ruleOf(evaluation);
  if (requirement.kind === 'forbidden')
    return {
      kind: 'forbidden',
      by:
        requirement.refusal === undefined || requirement.refusal === 'forbidden-by-policy'
          ? 'policy'
          : 'approval',
      reason: requirement.reason,
      rule,
      path: null,
    };
  const judgement = judgeFiles(steps, parts);
  if (judgement.kind === 'discarded') {
    const path = showBytePath(placeIn(judgement.change.root, judgement.change.path));
    return { kind: 'forbidden', by: 'policy', reason: judgement.reason, rule: judgement.rule, path };
  }
  const held = firstHeld(judgement.changes, profile);
  if (held !== undefined)
    return {
      kind: 'ask',
      evaluation,
      reason: reasonOf(held.part),
      rule: held.part.rule ?? null,
      path: showBytePath(placeIn(held.change.root, held.change.path)),
    };
  if (requirement.kind === 'needs-approval')
    return { kind: 'ask', evaluation, reason: requirement.reason, rule, path: null };
  return { kind: 'skip', reason: requirement.reason, rule, path: null };
}

/** Where nothing holds commands either, somebody wanted it so; a rule that asks still asks. */
function firstHeld(
  judged: readonly JudgedChange[],
  profile: FilePlaces['profile'],
): { readonly change: JudgedChange['change']; readonly part: HeldPart } | undefined {
  for (const { change, verdict } of judged) {
    if (verdict.kind === 'keep') continue;
    const part = verdict.held.find(({ rule }) => rule !== undefined || profile.kind !== 'danger-full-access');
    if (part !== undefined) return { change, part };
  }
  return undefined;
}

function reasonOf({ part, reason, runs }: HeldPart): string {
  return `${part === undefined ? '' : `${part}: `}${reason} Run by: ${runs}.`;
}

async function ask(
  question: Asked,
  asked: AskedFiles,
  parts: ApprovalParts,
  signal: AbortSignal,
): Promise<FileRefusal | undefined> {
  const because = whyNobodyIsAsked(parts.approvalPolicy, question.rule === null ? 'sandbox' : 'rules');
  const answer =
    because === undefined
      ? await parts.approvals.ask(
          requestOf(question, asked),
          subjectOf(asked),
          { ruleFor: () => undefined },
          signal,
        )
      : ({ kind: 'nobody-to-ask' } as const);
  if (answer.kind === 'nobody-to-ask') {
    const { callId } = asked;
    const settled = nobodyFor(question, because);
    const why = settled.reason;
    parts.approvals.note({ callId, purpose: 'first-run', source: 'config', decision: 'forbidden', why });
    return refusalFrom(settled, 'approval');
  }
  switch (answer.decision.kind) {
    case 'denied': {
      const said = answer.decision.message === undefined ? '' : `: ${answer.decision.message}`;
      return refusalFrom(
        { ...question, reason: `${question.reason} It was not approved${said}.` },
        'approval',
      );
    }
    case 'abort':
      return refusalFrom({ ...question, reason: 'The user stopped it.' }, 'approval');
    default:
      return undefined;
  }
}

type Asked = Extract<WhatToAsk, { readonly kind: 'ask' }>;

function requestOf(question: Asked, asked: AskedFiles): Omit<ApprovalRequest, 'id' | 'risk'> {
  return {
    callId: asked.callId,
    purpose: 'first-run',
    argv: [asked.program],
    script: undefined,
    cwd: asked.cwd,
    tty: false,
    reason: question.reason,
    cause: { kind: 'match', match: question.evaluation.decidedBy },
    parsed: question.evaluation.parsed,
    amendment: undefined,
    grant: undefined,
    changes: asked.files,
    choices: ['approved', 'denied', 'abort'],
  };
}

function subjectOf({ program, cwd, files }: AskedFiles): Parameters<Approvals['outlook']>[1] {
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  return { command: `${program} ${digest}`, cwd, access: 'default', tty: false, stdin: { kind: 'null' } };
}

function nobodyFor(question: Settled, because: string | undefined): Settled {
  const cause = because === undefined ? '' : ` because ${because}`;
  const reason = `${question.reason} Somebody would have to approve it, and nobody can be asked${cause}.`;
  return { ...question, reason };
}

function refusalFrom({ reason, rule, path }: Settled, by: FileRefusal['by']): FileRefusal {
  return { by, rule, path, reason };
}

function ruleOf({ decidedBy }: Evaluation): string | null {
  if (decidedBy.kind === 'heuristic') return null;
  const { source } = decidedBy;
  if (source.kind === 'file') return `${source.file}:${source.line}`;
  return source.kind === 'managed' ? `${source.file}#${source.index}` : null;
}
