// `cordon exec --preview`: what the whole turn wrote is one change set, decided about when the turn is over. In
// --json the line that ends the turn comes last: what became of its changes belongs to it.
import { previewEvent, type Report, type ThreadEvent, type TurnEnd } from '../../exec/index.ts';
import type { ChangeSet, ShellRuntime } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { decidePreview } from '../run/preview.ts';
import { runTerminal } from '../run/run-terminal.ts';
import type { ExecArguments } from './exec-arguments.ts';

export interface HeldTurn {
  readonly args: ExecArguments;
  readonly edge: Edge;
  readonly runtime: ShellRuntime;
  readonly home: string;
  readonly report: Report;
}

/** A turn that did not complete changes nothing. A commit that brought nothing in is a failed turn. */
export async function decideTurn(
  { args, edge, runtime, home, report }: HeldTurn,
  run: (set: ChangeSet, report: Report) => Promise<TurnEnd>,
): Promise<TurnEnd> {
  await using set = runtime.changeSet();
  const last: { event?: ThreadEvent } = {};
  const held: Report = {
    ...report,
    event: (event) => {
      if (args.json && isEnd(event)) last.event = event;
      else report.event(event);
    },
  };
  try {
    const end = await run(set, held);
    const isDone = end.kind === 'completed';
    const settled = await decidePreview(
      set,
      {
        verb: 'exec',
        who: 'the turn',
        tell: args.json ? (ended) => report.event(previewEvent(ended)) : undefined,
        applies: isDone && args.preview === 'apply',
        canAsk: isDone && !args.json,
        terminal: runTerminal(edge, `${home}/rules/default.rules`),
      },
      edge,
    );
    if (!isDone || settled === undefined || settled.kind === 'committed') return end;
    const error = { kind: 'internal', message: 'What the turn wrote did not come in' } as const;
    if (args.json) last.event = { type: 'turn.failed', error };
    return { kind: 'failed', error, lastMessage: end.lastMessage };
  } finally {
    if (last.event !== undefined) report.event(last.event);
  }
}

function isEnd({ type }: ThreadEvent): boolean {
  return type === 'turn.completed' || type === 'turn.failed' || type === 'turn.interrupted';
}
