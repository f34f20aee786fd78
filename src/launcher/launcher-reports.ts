// The control channel's language, what the launcher says, and its strict reader: a byte too many or too few is a
// broken peer, not a guess. Pure; native/protocol/report.c is the other side.
import type {
  DenialEvidence,
  Enforcement,
  EnforcementGap,
  ProgramStart,
  Restriction,
  SpawnFailure,
  StartFailure,
  TraceRecord,
  WatchedProgram,
} from '../domain/index.ts';
import { watchedKinds } from './launcher-policy.ts';
import { readDenial } from './read-denial.ts';
import { readTrace } from './read-trace.ts';

/** What the launcher says. In order: hello, then started or failed; after started: exited, then gone. */
export type LauncherFrame =
  | { readonly kind: 'hello'; readonly version: number }
  /** `pid` is the command's own, in the host's numbering. */
  | { readonly kind: 'started'; readonly pid: number; readonly enforcement: Enforcement }
  /** Nothing of the command ran. `hint` says what would help, when something would. */
  | { readonly kind: 'failed'; readonly failure: SpawnFailure; readonly hint: string | undefined }
  | { readonly kind: 'exited'; readonly end: ProgramEnd; readonly usage: ResourceUsage }
  /** No process of the tree is left and all of its output was handed over. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'denied'; readonly denial: DenialEvidence }
  /** A program of the tree is about to start, and waits for a verdict. */
  | { readonly kind: 'exec'; readonly id: number; readonly start: ProgramStart }
  /** It was let go on and did not run. */
  | { readonly kind: 'exec-failed'; readonly id: number; readonly because: StartFailure }
  /** Something that happened, where the run is traced. */
  | { readonly kind: 'traced'; readonly record: TraceRecord }
  /** Before `started`: a listener inside the sandbox, whose descriptor came along for those who can take one. */
  | { readonly kind: 'listening'; readonly port: number };

export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: number };

export interface ResourceUsage {
  readonly userMicroseconds: number;
  readonly systemMicroseconds: number;
  readonly maxResidentKib: number;
}

/** Frame types of what the launcher says. */
export const launcherFrame = {
  hello: 16,
  started: 17,
  failed: 18,
  exited: 19,
  gone: 20,
  denied: 21,
  listening: 22,
  exec: 23,
  execFailed: 24,
  traced: 25,
} as const;

const maxReportBytes = 64 * 1024;

/** Numbers on the wire; `native/protocol/enforcement.h` has the same order. Judging is no work of the launcher. */
export const restrictionNumbers: Readonly<Record<Exclude<Restriction, 'judged-changes'>, number>> = {
  'file-write': 1,
  'file-metadata': 2,
  'file-read': 3,
  'protected-paths': 4,
  network: 5,
  'unix-sockets': 6,
  processes: 7,
  ipc: 8,
  'kernel-surface': 9,
  'leftover-processes': 10,
  'resource-limits': 11,
  'started-programs': 12,
};

/**
 * Cuts incoming bytes into frames, however they were chunked. A frame that breaks the protocol throws a RangeError:
 * the peer is not the launcher this library was built with, and nothing it says can be believed.
 */
export class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): LauncherFrame[] {
    const frames: LauncherFrame[] = [];
    let bytes = concat(this.#pending, chunk);
    while (bytes.length >= 5) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      if (length > maxReportBytes) throw new RangeError(`Cannot read a report of ${String(length)} bytes`);
      if (bytes.length < 5 + length) break;
      frames.push(decodeReport(bytes[4] ?? 0, bytes.subarray(5, 5 + length)));
      bytes = bytes.subarray(5 + length);
    }
    this.#pending = bytes.slice();
    return frames;
  }

  /** Whether the channel ended in the middle of a frame. */
  get isMidFrame(): boolean {
    return this.#pending.length > 0;
  }
}

/** Decodes one payload. Throws a RangeError for anything the launcher would not send. */
export function decodeReport(type: number, payload: Uint8Array): LauncherFrame {
  const reader = new PayloadReader(payload);
  const frame = read(type, reader);
  reader.end();
  return frame;
}

function read(type: number, reader: PayloadReader): LauncherFrame {
  switch (type) {
    case launcherFrame.hello:
      return { kind: 'hello', version: reader.number(4) };
    case launcherFrame.started:
      return { kind: 'started', pid: reader.number(4), enforcement: readEnforcement(reader) };
    case launcherFrame.failed:
      return readFailed(reader);
    case launcherFrame.exited:
      return {
        kind: 'exited',
        end: readEnd(reader),
        usage: {
          userMicroseconds: reader.number(8),
          systemMicroseconds: reader.number(8),
          maxResidentKib: reader.number(8),
        },
      };
    case launcherFrame.gone:
      return { kind: 'gone' };
    case launcherFrame.listening:
      return { kind: 'listening', port: reader.number(2) };
    case launcherFrame.exec:
      return { kind: 'exec', ...readStart(reader) };
    case launcherFrame.execFailed:
      return { kind: 'exec-failed', id: reader.number(8), because: readStartFailure(reader) };
    case launcherFrame.traced:
      return { kind: 'traced', record: readTrace(reader) };
    case launcherFrame.denied:
      return { kind: 'denied', denial: readDenial(reader, readRestriction(reader)) };
    default:
      throw new RangeError(`Cannot read a report of type ${String(type)}: this library knows none`);
  }
}

function readEnforcement(reader: PayloadReader): Enforcement {
  const sandboxed = reader.number(1) === 1;
  const bits = reader.number(1);
  const abi = reader.number(4);
  const missing: EnforcementGap[] = [];
  for (let left = reader.number(1); left > 0; left--) {
    missing.push({ restriction: readRestriction(reader), because: reader.text() });
  }
  const layers = (['namespaces', 'landlock', 'seccomp'] as const).filter(
    (_, index) => (bits & (1 << index)) !== 0,
  );
  return {
    level: !sandboxed ? 'none' : missing.length === 0 ? 'full' : 'partial',
    layers,
    landlockAbi: layers.includes('landlock') ? abi : undefined,
    missing,
  };
}

const stages: readonly (SpawnFailure['stage'] | undefined)[] = [
  undefined,
  'launcher',
  'sandbox',
  'chdir',
  'exec',
  'layers',
];

function readFailed(reader: PayloadReader): LauncherFrame {
  const stage = stages[reader.number(1)];
  if (stage === undefined) throw new RangeError('Cannot read a failure: its stage is unknown');
  const errno = reader.text();
  const message = reader.text();
  const hint = reader.text();
  return {
    kind: 'failed',
    failure: { stage, errno: errno === '' ? undefined : errno, message },
    hint: hint === '' ? undefined : hint,
  };
}

function readEnd(reader: PayloadReader): Extract<LauncherFrame, { kind: 'exited' }>['end'] {
  const kind = reader.number(1);
  const value = reader.number(4);
  if (kind === 0) return { kind: 'exited', code: value };
  if (kind === 1) return { kind: 'signalled', signal: value };
  throw new RangeError('Cannot read how the command ended: the kind is unknown');
}

const wordsCut = 1;
const unsettled = 2;

function readStart(reader: PayloadReader): { readonly id: number; readonly start: ProgramStart } {
  const id = reader.number(8);
  const pid = reader.number(4);
  const parent = reader.number(4);
  const flags = reader.number(1);
  const cwd = reader.text();
  const readings = reader.list(1, () => ({
    path: reader.text(),
    realPath: reader.text(),
    alike: reader.list(1, () => ({ kind: readWatchedKind(reader), name: reader.text() })),
    before: reader.list(1, () => reader.text()),
    from: reader.number(2),
  }));
  const count = reader.number(4);
  const words = reader.list(2, () => reader.text());
  if (words.length > count || readings.length === 0)
    throw new RangeError('Cannot read a start: its words do not add up');
  return {
    id,
    start: {
      pid,
      parent,
      cwd,
      readings,
      words,
      wordCount: count,
      isCut: (flags & wordsCut) !== 0,
      isUnsettled: (flags & unsettled) !== 0,
    },
  };
}

function readWatchedKind(reader: PayloadReader): WatchedProgram['kind'] {
  const number = reader.number(1);
  const found = Object.entries(watchedKinds).find(([, known]) => known === number);
  if (found === undefined) throw new RangeError('Cannot read a start: the kind of a program is unknown');
  return found[0] as WatchedProgram['kind'];
}

function readStartFailure(reader: PayloadReader): StartFailure {
  const number = reader.number(1);
  if (number === 1) return 'was-other';
  if (number === 2) return 'was-traced';
  throw new RangeError('Cannot read why a program did not start');
}

const restrictions: ReadonlyMap<number, Restriction> = new Map(
  Object.entries(restrictionNumbers).map(([name, number]) => [number, name as Restriction]),
);

function readRestriction(reader: PayloadReader): Restriction {
  const restriction = restrictions.get(reader.number(1));
  if (restriction === undefined)
    throw new RangeError('Cannot read a report: it names an unknown restriction');
  return restriction;
}

/** Numbers are little-endian; a text is `u16` length and UTF-8. */
class PayloadReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(width: 1 | 2 | 4 | 8): number {
    return this.#take(width).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  text(): string {
    return new TextDecoder().decode(this.#take(this.number(2)));
  }

  /** As many as a number in front of them says. */
  list<T>(width: 1 | 2, read: () => T): T[] {
    return Array.from({ length: this.number(width) }, read);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('Cannot read a report: bytes are left over');
  }

  #take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new RangeError('Cannot read a report: it is cut short');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
