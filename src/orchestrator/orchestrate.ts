// The story of one command: judge it, get leave, attempt it in the sandbox, and after a denial maybe once more with
// leave of its own. Emits exec.evaluated first and exec.finished last, once each.
import type {
  AttemptOutcome,
  AttemptRecord,
  ExecRequest,
  ExecResult,
  HeldChange,
  LauncherReport,
  NonEmpty,
  Refusal,
  Runner,
} from '../domain/index.ts';
import { decideEscalation } from './decide-escalation.ts';
import type { OrchestratorDeps } from './gate.ts';
import { judge } from './judge.ts';
import { type Permission, permitFirst, permitRetry } from './permit.ts';
import { type Attempted, heldOf, runAttempt } from './run-attempt.ts';

export type Orchestrated<Live> =
  | { readonly kind: 'settled'; readonly result: ExecResult }
  /** A session goes on. Whoever holds it calls `settle` once, when the program has ended. */
  | {
      readonly kind: 'live';
      readonly handle: Live;
      settle(outcome: AttemptOutcome, report: LauncherReport): Promise<Orchestrated<Live>>;
    };

/** Resolves for every outcome and every refusal. A runner that rejects has failed to start the program. */
export async function orchestrate<Live>(
  request: ExecRequest,
  deps: OrchestratorDeps,
  runner: Runner<Live>,
  signal: AbortSignal,
): Promise<Orchestrated<Live>> {
  const { callId } = request;
  const judged = judge(request, deps);
  const { evaluation, requirement } = judged;
  void deps.emit({ type: 'exec.evaluated', callId, evaluation, requirement });
  return await start(1, await permitFirst(judged, deps, signal), undefined);

  async function start(
    ordinal: 1 | 2,
    permission: Permission,
    denied: AttemptRecord | undefined,
  ): Promise<Orchestrated<Live>> {
    if (permission.kind === 'refused') return finish(refusedResult(permission.refusal, denied));
    const attempted = await runAttempt(ordinal, permission.leave, { judged, deps, runner, signal });
    return await proceed(attempted, denied);
  }

  async function proceed(
    attempted: Attempted<Live>,
    denied: AttemptRecord | undefined,
  ): Promise<Orchestrated<Live>> {
    switch (attempted.kind) {
      case 'refused':
        return finish(refusedResult(attempted.refusal, denied));
      case 'finished':
        return denied === undefined
          ? await maybeOnceMore(attempted.record)
          : finish(ranResult(attempted.record, [denied, attempted.record]));
      case 'live':
        return {
          kind: 'live',
          handle: attempted.handle,
          settle: async (outcome, report) =>
            await proceed({ kind: 'finished', record: attempted.finish(outcome, report) }, denied),
        };
    }
  }

  async function maybeOnceMore(record: AttemptRecord): Promise<Orchestrated<Live>> {
    const { denial } = record;
    // Without the sandbox nobody would watch what it starts: what a rule stopped is not tried again there.
    if (denial === undefined || record.refusedPrograms !== undefined)
      return finish(ranResult(record, [record]));
    const grant = deps.findGrant(denial, deps.profile);
    const escalation = decideEscalation(record, { ...deps, grant });
    if (escalation.kind === 'stop') return finish(ranResult(record, [record]));
    return await start(2, await permitRetry(judged, { escalation, denial }, deps, signal), record);
  }

  function finish(result: ExecResult): Orchestrated<Live> {
    void deps.emit({ type: 'exec.finished', callId, result });
    return { kind: 'settled', result };
  }

  function ranResult(last: AttemptRecord, attempts: NonEmpty<AttemptRecord>): ExecResult {
    const { outcome, denial } = last;
    const held = heldField(attempts);
    if (denial === undefined) return { kind: 'ran', callId, outcome, attempts, ...held };
    return { kind: 'blocked-by-sandbox', callId, outcome, denial, attempts, ...held };
  }

  /** After a denied attempt a refusal ends the matter with what the attempt really printed. */
  function refusedResult(refusal: Refusal, denied: AttemptRecord | undefined): ExecResult {
    if (denied?.denial === undefined) return { kind: 'not-run', callId, refusal };
    const { outcome, denial } = denied;
    const blocked = { kind: 'blocked-by-sandbox', callId, outcome, denial, attempts: [denied] } as const;
    return { ...blocked, ...heldField([denied]), retryRefused: refusal };
  }
}

function heldField(attempts: readonly AttemptRecord[]): { readonly held?: readonly HeldChange[] } {
  const held = attempts.flatMap(heldOf);
  return held.length === 0 ? {} : { held };
}
