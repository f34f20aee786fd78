// What the launcher tells of a run that is traced: native/trace/ writes it.
import type { TracedChange, TraceRecord } from '../domain/index.ts';
import { signalName } from './signal-name.ts';

/** Numbers of so many bytes, and texts, in their order. Each throws where nothing more is there. */
export interface TraceReader {
  number(width: number): number;
  text(): string;
  list<T>(width: 1 | 2, read: () => T): T[];
}

export function readTrace(reader: TraceReader): TraceRecord {
  const kind = reader.number(1);
  switch (kind) {
    case 1:
      return readBegan(reader);
    case 2:
      return { kind: 'ended', pid: reader.number(4), at: reader.number(8), end: readEnd(reader) };
    case 3:
      return readWrote(reader);
    case 4:
      return { kind: 'lost', count: reader.number(4) };
    default:
      throw new RangeError(`Cannot read a trace: records of kind ${String(kind)} are unknown`);
  }
}

function readBegan(reader: TraceReader): TraceRecord {
  const [pid, parent, at] = [reader.number(4), reader.number(4), reader.number(8)];
  const [program, cwd] = [reader.text(), reader.text()];
  const wordCount = reader.number(4);
  const argv = reader.list(2, () => reader.text());
  if (argv.length > wordCount) throw new RangeError('Cannot read a trace: its words do not add up');
  return { kind: 'began', pid, parent, at, program, cwd, wordCount, argv };
}

function readEnd(reader: TraceReader): Extract<TraceRecord, { readonly kind: 'ended' }>['end'] {
  const how = reader.number(1);
  const value = reader.number(4);
  if (how === 0) return { kind: 'exited', exitCode: value };
  if (how === 1) return { kind: 'signalled', signal: signalName(value) };
  if (how === 2) return { kind: 'unseen' };
  throw new RangeError('Cannot read a trace: how a program ended is unknown');
}

/** Numbers on the wire; `native/trace/written.h` has the same. */
const changes: readonly (TracedChange | undefined)[] = [
  undefined,
  'wrote',
  'created',
  'made-directory',
  'linked',
  'removed',
  'renamed',
  'metadata',
];

function readWrote(reader: TraceReader): TraceRecord {
  const pid = reader.number(4);
  const change = changes[reader.number(1)];
  if (change === undefined) throw new RangeError('Cannot read a trace: what was changed is unknown');
  const [path, from] = [reader.text(), reader.text()];
  return { kind: 'wrote', pid, file: { change, path, ...(from === '' ? {} : { from }) } };
}
