// `--preview` of run and exec: what was written, and whether it is to be.
import { describeSettled, type SettledChanges } from '../../domain/index.ts';
import type { ChangeSet } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { askAboutChanges } from '../terminal/ask-about-changes.ts';
import type { RunTerminal } from './run-terminal.ts';
import { visible } from '../terminal/visible-text.ts';

export interface Preview {
  readonly verb: 'run' | 'exec';
  /** Who wrote it, in the question. */
  readonly who: string;
  /** For programs, in place of what people are shown; nobody is asked then. */
  readonly tell?: ((end: PreviewEnd) => void) | undefined;
  /** Without a question. */
  readonly applies: boolean;
  /** Standard input was the command's. */
  readonly canAsk: boolean;
  readonly terminal: Pick<RunTerminal, 'ask'>;
}

/** What a set held when it ended; what became of it, undefined: it was dropped. */
export interface PreviewEnd {
  readonly set: Pick<ChangeSet, 'id' | 'changes' | 'omitted' | 'forbidden' | 'problem'>;
  readonly diff: readonly string[];
  readonly settled: SettledChanges | undefined;
}

/** What became of the set; undefined: it was dropped. */
export async function decidePreview(
  set: ChangeSet,
  { verb, who, tell, applies, canAsk, terminal }: Preview,
  edge: Edge,
): Promise<SettledChanges | undefined> {
  const { id, changes, omitted, forbidden, problem } = set;
  const diff = changes.length === 0 ? [] : await set.diff();
  const lines = [...overview(set), ...diff];
  const asks =
    tell === undefined && !applies && canAsk && edge.stdin.isTTY && edge.stderr.isTTY && changes.length > 0;
  if (tell === undefined && !asks) edge.stderr.write(lines.map((line) => `${visible(line)}\n`).join(''));
  const wants = asks ? await ask(lines, { who, terminal, interrupted: edge.interrupted }) : applies;
  const isDropped = dropped(set);
  const settled = wants ? await set.commit() : undefined;
  if (settled === undefined) await set.discard();
  if (tell !== undefined) tell({ set: { id, changes, omitted, forbidden, problem }, diff, settled });
  else
    for (const line of settled === undefined ? [isDropped] : describeSettled(settled))
      edge.stderr.write(`cordon ${verb}: ${visible(line)}\n`);
  return settled;
}

function dropped({ changes, problem }: ChangeSet): string {
  if (problem !== undefined) return `Nothing was changed: what it wrote cannot be read (${problem})`;
  return changes.length === 0 ? 'It would change nothing' : 'Nothing was changed: this was a preview';
}

function overview({ changes, omitted, forbidden }: ChangeSet): readonly string[] {
  return [
    ...changes.map(({ kind, path, held }) => {
      const parts = held?.flatMap(({ part }) => part ?? []) ?? [];
      const what = parts.length === 0 ? 'it' : parts.join(', ');
      const [first] = held ?? [];
      return `${kind} ${path}${first === undefined ? '' : `  (${what} would be held back: ${first.reason})`}`;
    }),
    ...(omitted === 0 ? [] : [`and ${String(omitted)} more changes`]),
    ...(forbidden === undefined
      ? []
      : [`A rule forbids it: ${forbidden.reason} (${forbidden.path}, by ${forbidden.rule})`]),
  ];
}

interface Asked extends Pick<Preview, 'who' | 'terminal'> {
  readonly interrupted: AbortSignal;
}

async function ask(lines: readonly string[], { who, terminal, interrupted }: Asked): Promise<boolean> {
  const question = {
    title: `this is what ${who} would change. Keep it?`,
    lines,
    keys: [
      { key: 'y', says: 'yes, all of it', answer: true },
      { key: 'n', says: 'no, drop it', answer: false },
    ],
  };
  const answer = await terminal.ask(async (asking) => await askAboutChanges(question, asking, interrupted));
  return answer === true;
}
