// A trace as lines for a person: each program below the one that started it.
import type { CommandTrace, TracedProgram } from './command-trace.ts';
import { deedsOfTraced, endOfTraced, wordsOfTraced } from './describe-traced.ts';

const mostPrograms = 2000;
const mostDeeds = 40;
const deepest = 40;

/** Without line breaks in a line; safe to print on a terminal. */
export function traceTree({ programs, lost }: CommandTrace): readonly string[] {
  const shown = programs.slice(0, mostPrograms);
  const children = new Map<number | undefined, TracedProgram[]>();
  for (const program of shown)
    children.set(program.parent, [...(children.get(program.parent) ?? []), program]);
  const lines: string[] = [];
  // No recursion: a command that starts itself is as deep as it likes.
  const open: { readonly program: TracedProgram; readonly depth: number }[] = [];
  const push = (parent: number | undefined, depth: number): void => {
    for (const program of (children.get(parent) ?? []).toReversed()) open.push({ program, depth });
  };
  push(undefined, 0);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { program, depth } = next;
    const margin = '  '.repeat(Math.min(depth, deepest));
    lines.push(`${margin}${wordsOfTraced(program)}  [${endOfTraced(program)}]`);
    const deeds = deedsOfTraced(program);
    lines.push(...deeds.slice(0, mostDeeds).map((deed) => `${margin}  · ${deed}`));
    if (deeds.length > mostDeeds) lines.push(`${margin}  · and ${String(deeds.length - mostDeeds)} more`);
    push(program.id, depth + 1);
  }
  if (programs.length > mostPrograms)
    lines.push(`and ${String(programs.length - mostPrograms)} more programs`);
  if (lost > 0) lines.push(`${String(lost)} records of the trace are lost`);
  return lines;
}
