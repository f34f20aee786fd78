// One command over layers of its own, where it writes and this host has them; else over the directories themselves, where
// names are held read-only, and the record says what is missing.
import type {
  Enforcement,
  EnforcementGap,
  LauncherReport,
  PreparedCommand,
  RunnerIo,
  SettledChanges,
  Started,
} from '../domain/index.ts';
import { layCommand, type LayTools, type PendingSet } from '../airlock/index.ts';
import type { Around, Begin } from './process/index.ts';

/** What was written is settled also where the run itself rejects. */
export function inLayers(tools: LayTools, review: ReviewHeld = asItIs): Around {
  return async (command, io, begin) => await runInLayers(command, io, begin, { tools, review });
}

/** Asks about what was held back, where somebody can be asked. Never rejects. */
export type ReviewHeld = (settled: SettledChanges) => Promise<SettledChanges>;

const asItIs: ReviewHeld = async (settled) => await Promise.resolve(settled);

async function runInLayers(
  command: PreparedCommand,
  io: RunnerIo,
  begin: Begin,
  { tools, review }: { readonly tools: LayTools; readonly review: ReviewHeld },
): Promise<Started<never>> {
  if (command.kind !== 'launched' || command.writes === undefined) return await begin(command, io);
  const laid = await layCommand(command, tools);
  if (laid.kind === 'direct') return await beginWithout([laid.because], { command, io, begin });
  const gaps = laid.direct.map(({ root, because }) => `${root}: ${because}`);
  const begun = await beginWithout(gaps, { command: laid.command, io, begin }).catch(
    async (error: unknown) => {
      await laid.settle();
      throw error;
    },
  );
  const changes = await laid.settle();
  // A session writes to the directories themselves.
  if (begun.kind === 'live') return begun;
  const { outcome } = begun;
  // Nothing ran: the kernel has no such layers here.
  if (outcome.kind === 'spawn-failed' && outcome.failure.stage === 'layers')
    return await beginWithout([outcome.failure.message], { command, io, begin });
  return { ...begun, changes: await review(changes) };
}

/** What was written stays in the set. What cannot be held back there does not run. */
export function inPendingSet(set: PendingSet): Around {
  return async (command, io, begin) => {
    if (command.kind !== 'launched') return notHeld('it runs without a sandbox');
    const laid = await set.lay(command).catch((error: unknown) => ({
      ok: false as const,
      error: error instanceof Error ? error.message : String(error),
    }));
    if (!laid.ok) return notHeld(laid.error);
    const begun = await begin(laid.value, io);
    return begun.kind === 'live' ? begun : { ...begun, changes: { kind: 'pending', id: set.id } };
  };
}

function notHeld(because: string): Started<never> {
  const message = `Cannot hold back what the command writes, so it was not started: ${because}`;
  const hint = 'Run it without holding its changes back, or see `cordon doctor`';
  return {
    kind: 'finished',
    outcome: { kind: 'spawn-failed', failure: { stage: 'layers', errno: undefined, message, hint } },
    report: { enforcement: undefined, denials: [] },
  };
}

interface Run {
  readonly command: PreparedCommand;
  readonly io: RunnerIo;
  readonly begin: Begin;
}

async function beginWithout(
  reasons: readonly string[],
  { command, io, begin }: Run,
): Promise<Started<never>> {
  if (reasons.length === 0) return await begin(command, io);
  const gaps = reasons.map((why): EnforcementGap => ({
    restriction: 'judged-changes',
    because: `what is written counts at once, and is not judged: ${why}`,
  }));
  const begun = await begin(command, {
    ...io,
    onStarted: (enforcement, pid) => io.onStarted(withGaps(enforcement, gaps), pid),
  });
  return { ...begun, report: reportWith(begun.report, gaps) };
}

function reportWith(report: LauncherReport, gaps: readonly EnforcementGap[]): LauncherReport {
  const { enforcement } = report;
  return enforcement === undefined ? report : { ...report, enforcement: withGaps(enforcement, gaps) };
}

function withGaps(enforcement: Enforcement, gaps: readonly EnforcementGap[]): Enforcement {
  return { ...enforcement, missing: [...enforcement.missing, ...gaps] };
}
