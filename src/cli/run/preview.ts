// `cordon run --preview`: what the command would change, and whether it is to be.
import { describeSettled, type SettledChanges } from '../../domain/index.ts';
import type { ChangeSet } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { askAboutChanges } from '../terminal/ask-about-changes.ts';
import type { RunTerminal } from './run-terminal.ts';
import { visible } from '../terminal/visible-text.ts';

export interface PreviewWish {
  readonly json: boolean;
  /** Without a question. */
  readonly applies: boolean;
  /** Standard input was the command's. */
  readonly canAsk: boolean;
  readonly terminal: RunTerminal;
}

/** What became of the set; undefined: it was dropped. */
export async function decidePreview(
  set: ChangeSet,
  { json, applies, canAsk, terminal }: PreviewWish,
  edge: Edge,
): Promise<SettledChanges | undefined> {
  const { changes, omitted, forbidden, problem } = set;
  const diff = changes.length === 0 ? [] : await set.diff();
  const lines = [...overview(set), ...diff];
  const asks = !json && !applies && canAsk && edge.stdin.isTTY && edge.stderr.isTTY && changes.length > 0;
  if (!json && !asks) edge.stderr.write(lines.map((line) => `${visible(line)}\n`).join(''));
  const wants = asks ? await ask(lines, terminal, edge.interrupted) : applies;
  const isDropped = dropped(set);
  const settled = wants ? await set.commit() : undefined;
  if (settled === undefined) await set.discard();
  if (json)
    edge.stdout.write(
      `${JSON.stringify({ type: 'changes.preview', set: set.id, changes, omitted, forbidden, problem, diff, settled: settled ?? { kind: 'dropped' } })}\n`,
    );
  else
    for (const line of settled === undefined ? [isDropped] : describeSettled(settled))
      edge.stderr.write(`cordon run: ${visible(line)}\n`);
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

async function ask(
  lines: readonly string[],
  terminal: RunTerminal,
  interrupted: AbortSignal,
): Promise<boolean> {
  const question = {
    title: 'this is what the command would change. Keep it?',
    lines,
    keys: [
      { key: 'y', says: 'yes, all of it', answer: true },
      { key: 'n', says: 'no, drop it', answer: false },
    ],
  };
  const answer = await terminal.ask(async (asking) => await askAboutChanges(question, asking, interrupted));
  return answer === true;
}
