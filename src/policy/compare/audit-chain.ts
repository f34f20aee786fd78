// The log of decisions as a chain: each line carries the hash of the line before it of the same run, and the first line of
// a run that of the last line it found. Whoever changes, takes out or adds a line in the middle breaks it. It holds
// against slips and careless hands; somebody who may write the whole file can write a whole new chain, so keep the head.
import { createHash } from 'node:crypto';
import { objectIn } from './decision-log.ts';

export interface ChainLink {
  readonly run: string;
  /** From 0. */
  readonly seq: number;
  /** SHA-256 in hex; zeros where there was no line before. */
  readonly prev: string;
}

export const noLine: string = '0'.repeat(64);

/** @param line without its line break */
export function hashOfLine(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

export interface BrokenLine {
  /** From 1. */
  readonly line: number;
  readonly because: string;
}

export interface VerifiedLog {
  readonly lines: number;
  readonly runs: number;
  /** Written by a version without chains; all of them stand before the first chained line. */
  readonly unchained: number;
  readonly broken: readonly BrokenLine[];
  /** The hash of the last line: who keeps it elsewhere notices that lines at the end are gone. */
  readonly head: string;
}

/** Reads the text of a whole log. Never throws. */
export function verifyLog(text: string): VerifiedLog {
  const runs = new Map<string, { seq: number; hash: string }>();
  const known = new Set([noLine]);
  const broken: BrokenLine[] = [];
  let [lines, unchained, head] = [0, 0, noLine];
  const all = text.split('\n');
  for (const [index, line] of all.entries()) {
    if (line === '' && index === all.length - 1) continue;
    lines += 1;
    const fault = index === all.length - 1 ? 'it was never finished' : faultOf(line, runs, known);
    if (fault === 'unchained') {
      if (runs.size === 0) unchained += 1;
      else broken.push({ line: index + 1, because: 'it has no place in the chain' });
    } else if (fault !== undefined) broken.push({ line: index + 1, because: fault });
    head = hashOfLine(line);
    known.add(head);
  }
  return { lines, runs: runs.size, unchained, broken, head };
}

function faultOf(
  line: string,
  runs: Map<string, { seq: number; hash: string }>,
  known: ReadonlySet<string>,
): string | undefined {
  const link = linkIn(line);
  if (link === undefined || link === 'unchained') return link ?? 'it is no JSON object';
  const last = runs.get(link.run);
  runs.set(link.run, { seq: link.seq, hash: hashOfLine(line) });
  if (last === undefined) {
    if (link.seq !== 0) return `lines before it are gone: its run begins with number ${link.seq}`;
    return known.has(link.prev) ? undefined : 'the line it was written after is gone or changed';
  }
  if (link.seq !== last.seq + 1) return `it is number ${link.seq} of its run, after number ${last.seq}`;
  return link.prev === last.hash ? undefined : 'the line before it is not the one it was written after';
}

function linkIn(line: string): ChainLink | 'unchained' | undefined {
  const value = objectIn(line);
  if (value === undefined) return undefined;
  const { chain } = value;
  if (chain === undefined) return 'unchained';
  if (typeof chain !== 'object' || chain === null) return undefined;
  const { run, seq, prev } = chain as Readonly<Record<string, unknown>>;
  return typeof run === 'string' && typeof seq === 'number' && typeof prev === 'string'
    ? { run, seq, prev }
    : undefined;
}
