// One attempt, from the choice of the sandbox to its record. Emits exactly one attempt.started and, once it ended,
// exactly one attempt.finished, whatever the runner does.
import type {
  AbsolutePath,
  AttemptOutcome,
  AttemptRecord,
  Enforcement,
  HeldChange,
  LauncherReport,
  PreparedCommand,
  PrepareError,
  Refusal,
  Result,
  Runner,
  SandboxAttempt,
  SandboxBackend,
  SettledChanges,
  WatchWish,
} from '../domain/index.ts';
import { buildTrace, err, isNonEmpty, noEnforcement, ok } from '../domain/index.ts';
import type { OrchestratorDeps } from './gate.ts';
import { pinPath, pinProgram } from './pin-programs.ts';
import type { Judged } from './judge.ts';
import { judgePrograms } from './judge-programs.ts';
import type { Leave } from './permit.ts';
import { escapeInvisible } from './show-command.ts';

export type Attempted<Live> =
  | { readonly kind: 'finished'; readonly record: AttemptRecord }
  /** The program runs on; `finish` closes the record once it has ended. */
  | {
      readonly kind: 'live';
      readonly handle: Live;
      finish(outcome: AttemptOutcome, report: LauncherReport): AttemptRecord;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface Ready {
  readonly attempt: SandboxAttempt;
  readonly command: PreparedCommand;
  readonly backend: SandboxBackend | undefined;
}

/** What both attempts of one request share. */
export interface AttemptParts<Live> {
  readonly judged: Judged;
  readonly deps: OrchestratorDeps;
  readonly runner: Runner<Live>;
  readonly signal: AbortSignal;
}

export async function runAttempt<Live>(
  ordinal: 1 | 2,
  leave: Leave,
  { judged, deps, runner, signal }: AttemptParts<Live>,
): Promise<Attempted<Live>> {
  if (signal.aborted) return refused({ kind: 'aborted', reason: 'the call was cancelled' });
  const ready = prepare(ordinal, leave, judged, deps);
  if (!ready.ok) return refused(ready.error);
  const { attempt, command, backend } = ready.value;
  const { callId, stdin, timeoutMs } = judged.request;
  const startedAt = deps.now();
  let enforced: Enforcement | undefined;
  const end = new AbortController();
  const onAbort = (): void => end.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const programs = judgePrograms({ judged, leave, deps, signal, abort: () => end.abort() });

  function onStarted(enforcement: Enforcement, pid: number | undefined): void {
    if (enforced !== undefined) return;
    enforced = enforcement;
    void deps.emit({ type: 'attempt.started', callId, attempt, enforcement, pid });
  }

  function finish(outcome: AttemptOutcome, report: LauncherReport, changes?: SettledChanges): AttemptRecord {
    // A program that could not be started has still been attempted: its end needs a beginning.
    if (enforced === undefined) onStarted(report.enforcement ?? noEnforcement, undefined);
    const enforcement = report.enforcement ?? enforced ?? noEnforcement;
    const { refused } = programs;
    const facts = deps.factsFor(judged.request);
    const found = backend?.findDenial(outcome, attempt.profile, report, facts);
    // What a refused program says ("Permission denied") is nothing that more access would help against.
    const denial = refused.length > 0 && found?.confidence === 'likely' ? undefined : found;
    const durationMs = Math.max(0, deps.now() - startedAt);
    const settled = changes === undefined ? {} : { changes };
    const refusedPrograms = isNonEmpty(refused) ? { refusedPrograms: refused } : {};
    const told = backend?.confirmDenials?.(report, facts) ?? [];
    const denials = isNonEmpty(told) ? { denials: told } : {};
    const record = {
      attempt,
      enforcement,
      outcome,
      denial,
      ...denials,
      durationMs,
      ...settled,
      ...refusedPrograms,
      ...(report.trace === undefined
        ? {}
        : { trace: buildTrace({ records: report.trace, denials: told, refused }) }),
    };
    void deps.emit({ type: 'attempt.finished', callId, record });
    const held = heldOf(record);
    if (held.length > 0) void deps.emit({ type: 'changes.held', callId, held });
    return record;
  }

  const io = {
    stdin,
    timeoutMs,
    onStarted,
    judge: programs,
    onOutput: (stream: 'stdout' | 'stderr' | 'tty', bytes: Uint8Array) =>
      deps.emit({ type: 'output.chunk', callId, stream, bytes }),
  };
  const started = await runner.start(command, io, end.signal).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const failure = { stage: 'launcher', errno: undefined, message } as const;
    const outcome = { kind: 'spawn-failed', failure } as const;
    return { kind: 'finished', outcome, report: noReport, changes: undefined } as const;
  });
  signal.removeEventListener('abort', onAbort);
  if (started.kind === 'live') return { kind: 'live', handle: started.handle, finish };
  return { kind: 'finished', record: finish(started.outcome, started.report, started.changes) };
}

/** What was put aside of what one attempt wrote. */
export function heldOf({ changes }: AttemptRecord): readonly HeldChange[] {
  return changes?.kind === 'committed' ? changes.held : [];
}

const noReport: LauncherReport = { enforcement: undefined, denials: [] };

function prepare(
  ordinal: 1 | 2,
  { profile, grant, selection: chosen }: Leave,
  { request, argv: planned, evaluation }: Judged,
  deps: OrchestratorDeps,
): Result<Ready, Refusal> {
  const argv = pinProgram(planned, evaluation);
  const selection = chosen ?? deps.selectSandbox(profile);
  if (selection.kind === 'unavailable') {
    return err({ kind: 'sandbox-unavailable', reason: selection.missing, hint: selection.hint });
  }
  const attempt: SandboxAttempt = { ordinal, selection, profile, grant };
  const env = deps.environmentFor(request, attempt);
  const { cwd, cwdIdentity, tty, isolated = false } = request;
  const place = { cwd, ...(cwdIdentity === undefined ? {} : { cwdIdentity }) };
  if (selection.kind === 'unsandboxed') {
    const command: PreparedCommand = {
      kind: 'direct',
      argv,
      ...place,
      env: pinPath(env, evaluation),
      enforcement: noEnforcement,
      ...(deps.limits === undefined ? {} : { limits: deps.limits }),
    };
    return ok({ attempt, command, backend: undefined });
  }
  const backend = deps.backends.find(({ kind }) => kind === selection.sandbox);
  if (backend === undefined) {
    return err({
      kind: 'sandbox-unavailable',
      reason: `no backend for ${selection.sandbox} is loaded`,
      hint: '',
    });
  }
  const { traces = false } = request;
  const watch = deps.programs?.watch(request.env) ?? (traces ? nothingAsked : undefined);
  const watched = {
    ...(watch === undefined ? {} : { watch }),
    ...(deps.tellsDenials === true || traces ? { tellsDenials: true } : {}),
    ...(traces ? { traces } : {}),
  };
  const prepared = backend.prepare({ argv, ...place, env, tty, isolated, ...watched }, profile);
  if (!prepared.ok) return err(refusalOfPrepare(prepared.error, cwd));
  return ok({ attempt, command: prepared.value, backend });
}

/** Every program is looked at, and nobody is asked about any. */
const nothingAsked: WatchWish = { programs: [], spokenOf: [] };

function refusalOfPrepare(error: PrepareError, cwd: AbsolutePath): Refusal {
  const reason = escapeInvisible(error.because);
  if (error.kind === 'bad-path' && error.path === cwd) return { kind: 'bad-request', reason };
  const hint =
    error.kind === 'bad-path' ? `check the path ${escapeInvisible(error.path)}` : 'see `cordon doctor`';
  return { kind: 'sandbox-unavailable', reason, hint };
}

function refused(refusal: Refusal): { readonly kind: 'refused'; readonly refusal: Refusal } {
  return { kind: 'refused', refusal };
}
