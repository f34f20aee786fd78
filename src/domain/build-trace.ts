// Records in the order of their coming, put together to a tree.
import type { CommandTrace, TracedEnd, TracedFile, TracedProgram, TraceRecord } from './command-trace.ts';
import type { DenialEvidence } from './denial-evidence.ts';
import type { RefusedProgram } from './program-start.ts';

export interface TraceParts {
  readonly records: readonly TraceRecord[];
  readonly denials: readonly DenialEvidence[];
  readonly refused: readonly RefusedProgram[];
}

type Began = Extract<TraceRecord, { readonly kind: 'began' }>;

interface Growing {
  readonly began: Began;
  readonly parent: number | undefined;
  end: TracedEnd | undefined;
  endedAt: number | undefined;
  readonly files: TracedFile[];
  readonly denials: DenialEvidence[];
  readonly refused: RefusedProgram[];
}

export function buildTrace({ records, denials, refused }: TraceParts): CommandTrace {
  const programs: Growing[] = [];
  /** By pid, what it runs now; a number comes back, and then is another program's. */
  const current = new Map<number, number>();
  let lost = 0;

  const at = (pid: number): Growing | undefined => programs[current.get(pid) ?? 0];

  function begin(began: Began): void {
    const before = current.get(began.pid);
    const replaced = before === undefined ? undefined : programs[before];
    const isReplaced = replaced !== undefined && replaced.end === undefined;
    if (isReplaced) Object.assign(replaced, { end: { kind: 'replaced' }, endedAt: began.at });
    const first = programs.length === 0 ? undefined : 0;
    const parent = isReplaced ? before : (current.get(began.parent) ?? first);
    current.set(began.pid, programs.length);
    programs.push({
      began,
      parent,
      end: undefined,
      endedAt: undefined,
      files: [],
      denials: [],
      refused: [],
    });
  }

  for (const record of records) {
    if (record.kind === 'lost') lost += record.count;
    else if (record.kind === 'began') begin(record);
    else if (record.kind === 'wrote') at(record.pid)?.files.push(record.file);
    else {
      const ended = current.has(record.pid) ? at(record.pid) : undefined;
      if (ended !== undefined) Object.assign(ended, { end: record.end, endedAt: record.at });
    }
  }
  for (const denial of denials) placeOf(denial, programs, current)?.denials.push(denial);
  for (const each of refused)
    (current.has(each.pid) ? at(each.pid) : at(each.parent ?? 0))?.refused.push(each);
  return { programs: programs.map(finished), lost };
}

/** By the process, else by the file it ran: a process that was only forked is no program of its own. */
function placeOf(
  { seen }: DenialEvidence,
  programs: readonly Growing[],
  current: ReadonlyMap<number, number>,
): Growing | undefined {
  const known = seen === undefined ? undefined : current.get(seen.pid);
  if (known !== undefined) return programs[known];
  return programs.findLast(({ began }) => began.program === seen?.program) ?? programs[0];
}

function finished(
  { began, parent, end, endedAt, files, denials, refused }: Growing,
  id: number,
): TracedProgram {
  const { pid, program, argv, wordCount, cwd } = began;
  return {
    id,
    pid,
    parent,
    program,
    argv,
    wordCount,
    cwd,
    startedMs: began.at / 1000,
    durationMs: endedAt === undefined ? undefined : (endedAt - began.at) / 1000,
    end: end ?? { kind: 'with-command' },
    files,
    denials,
    refused,
  };
}
