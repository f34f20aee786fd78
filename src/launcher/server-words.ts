// What the launch server says, and its strict reader. Requests are one string each: `run 7 null`, `run 7 open`,
// `run 7 bytes`, `run 7 tty /dev/pts/3`, `run 7 airlock`. native/serve/request.c and native/serve/seat.c are the other side.
import { Socket } from 'node:net';
import type { SeatStreams } from './launcher-seat.ts';

/** Said in the server's hello; another number is another program. */
export const serverVersion = 2;

export type SeatPart = 'stdin' | 'stdout' | 'stderr' | 'channel';

export type ServerWord =
  | { readonly kind: 'hello'; readonly version: number }
  /** One of a run's descriptors; `channel` comes last. `pid` is the launcher's. */
  | {
      readonly kind: 'part';
      readonly run: number;
      readonly part: SeatPart;
      readonly pid: number;
      readonly socket: Socket;
    }
  /** There will be no such run. */
  | { readonly kind: 'refused'; readonly run: number; readonly errno: string };

const parts: ReadonlySet<unknown> = new Set<SeatPart>(['stdin', 'stdout', 'stderr', 'channel']);

/** Undefined for anything the server would not say. */
export function readServerWord(message: unknown, handle: unknown): ServerWord | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { server, run, part, pid, refused } = message as Readonly<Record<string, unknown>>;
  if (isNumber(server)) return { kind: 'hello', version: server };
  if (!isNumber(run)) return undefined;
  if (typeof refused === 'string') return { kind: 'refused', run, errno: refused };
  if (!parts.has(part) || !isNumber(pid) || pid <= 1 || !(handle instanceof Socket)) return undefined;
  return { kind: 'part', run, part: part as SeatPart, pid, socket: handle };
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Undefined for streams that only a launcher of this process's own making can have. */
export function askForSeat(run: number, streams: SeatStreams): string | undefined {
  switch (streams.kind) {
    case 'pipes':
      return `run ${run} ${streams.input}`;
    case 'terminal':
      return `run ${run} tty ${streams.path}`;
    case 'airlock':
      return `run ${run} airlock`;
    case 'inherited':
    case 'none':
      return undefined;
  }
}
