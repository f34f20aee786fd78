// The control channel's language, what the host says: START, SIGNAL and RELEASE. Pure; native/protocol/policy.c is the other
// side, and the two change together with `protocolVersion`. What the launcher says is launcher-reports.ts.
//
// A frame is `u32` little-endian payload length, `u8` type, payload. Payloads of START and STARTED are flat lists
// of records: `u16` tag, `u32` length, bytes.
import type { Argv, DirectoryIdentity, NetworkAccess, ResourceLimits } from '../domain/index.ts';

/** Said in the launcher's hello; another number is another program. */
export const protocolVersion = 1;

/** The launcher refuses a longer START; the kernel refuses a longer argv and environment anyway. */
export const maxStartBytes: number = 4 * 1024 * 1024;

/**
 * How much of the protection a writable root gets for names that do not exist yet: `all` for a workspace, `git` for
 * a directory shared with others (`/tmp`), where only a planted `.git` is dangerous and the rest would be clutter.
 */
export type RootGuard = 'all' | 'git';

export interface LauncherRoot {
  readonly path: string;
  readonly guard: RootGuard;
}

/** A name at the top of every writable root (and of nested repositories) that stays read-only. */
export interface ProtectedName {
  /** Relative, without `.` or `..`: `.vscode/tasks.json`. */
  readonly name: string;
  /** Whether the name is also kept from being created. */
  readonly whenMissing: 'forbid' | 'ignore';
}

/** What a terminal run needs: the bytes the launcher writes to the terminal once all output went before them. */
export interface TerminalEnd {
  readonly endMark: Uint8Array;
}

interface LauncherRun {
  readonly argv: Argv;
  readonly cwd: string;
  /** What `cwd` must still be, or nothing runs. Left out: whatever it is. */
  readonly cwdIdentity?: DirectoryIdentity;
  readonly env: ReadonlyMap<string, string>;
  readonly limits?: ResourceLimits;
  readonly tty?: TerminalEnd;
  /** So many bytes of standard input are read before the command begins, and kept in memory for it. */
  readonly inputBytes?: number;
  /** Milliseconds that background processes may take to finish after the command ended. Default 100. */
  readonly lingerMs?: number;
}

interface LauncherSandbox {
  /** `full` refuses to start when anything is missing; `best-effort` starts and lists it. */
  readonly require: 'full' | 'best-effort';
  readonly network: NetworkAccess;
  /**
   * With `network: 'none'`: a private network of its own. Left out, it is the one that all runs of a launch server share;
   * a launcher without a server always has its own.
   */
  readonly isolated?: boolean;
  readonly denyRead: readonly string[];
  /** Whether `/tmp` is a private empty one where namespaces allow it. */
  readonly privateTmp: boolean;
  /**
   * A TCP listener on the loopback of the private network (`network: 'none'`), handed to the host with a `listening`
   * frame before the command starts: an SCM_RIGHTS descriptor, which Node's own sockets drop. Port 0 takes any.
   */
  readonly listener?: { readonly port: number };
}

/** Everything the launcher is told about one run. */
export type LauncherPolicy =
  /** No sandbox: own session, descriptors closed, ended with the host, leftovers killed, ends reported. */
  | (LauncherRun & { readonly mode: 'supervise' })
  | (LauncherRun & LauncherSandbox & { readonly mode: 'read-only' })
  | (LauncherRun &
      LauncherSandbox & {
        readonly mode: 'workspace-write';
        readonly writable: readonly LauncherRoot[];
        readonly protect: readonly string[];
        readonly protectedNames: readonly ProtectedName[];
      });

/** Frame types of what the host says. */
export const hostFrame = { start: 1, signal: 2, release: 3 } as const;

const tag = {
  argv: 1,
  env: 2,
  cwd: 3,
  mode: 4,
  network: 5,
  require: 6,
  writable: 7,
  protect: 8,
  protectedName: 9,
  denyRead: 10,
  privateTmp: 11,
  limit: 12,
  tty: 13,
  linger: 14,
  listener: 15,
  cwdIdentity: 16,
  input: 17,
  layer: 18,
  isolated: 19,
} as const;

const modes: Readonly<Record<LauncherPolicy['mode'], number>> = {
  supervise: 0,
  'read-only': 1,
  'workspace-write': 2,
};
const networks: Readonly<Record<NetworkAccess, number>> = { none: 0, full: 1 };
const requirements = { full: 0, 'best-effort': 1 } as const;
const guards: Readonly<Record<RootGuard, number>> = { git: 1, all: 2 };
const limitNumbers: Readonly<Record<keyof ResourceLimits, number>> = {
  processes: 1,
  memoryBytes: 2,
  fileBytes: 3,
  cpuSeconds: 4,
  openFiles: 5,
};

/** Wraps a payload into one frame. */
export function encodeFrame(type: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(5 + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length, true);
  frame[4] = type;
  frame.set(payload, 5);
  return frame;
}

/** The whole START frame for a payload made by {@link encodeStart}. */
export function startFrame(payload: Uint8Array): Uint8Array {
  return encodeFrame(hostFrame.start, payload);
}

/** Sends `signal` (its number) to every process of the tree. */
export function encodeSignal(signal: number): Uint8Array {
  return encodeFrame(hostFrame.signal, Uint8Array.of(signal));
}

/** Lets a terminal run finish: the end mark was read. */
export function encodeRelease(): Uint8Array {
  return encodeFrame(hostFrame.release, new Uint8Array(0));
}

/** The payload of START. Throws a RangeError when something cannot be put on the wire: a NUL, too many bytes. */
export function encodeStart(policy: LauncherPolicy): Uint8Array {
  const records = new RecordWriter();
  records.byte(tag.mode, modes[policy.mode]);
  for (const word of policy.argv) records.text(tag.argv, word);
  for (const [name, value] of policy.env) records.text(tag.env, `${name}=${value}`);
  records.text(tag.cwd, policy.cwd);
  if (policy.cwdIdentity !== undefined) records.bytes(tag.cwdIdentity, identityBytes(policy.cwdIdentity));
  for (const [name, number] of Object.entries(limitNumbers)) {
    const limit = policy.limits?.[name as keyof ResourceLimits];
    if (limit !== undefined) records.bytes(tag.limit, Uint8Array.of(number, ...littleEndian(limit, 8)));
  }
  if (policy.lingerMs !== undefined)
    records.bytes(tag.linger, Uint8Array.from(littleEndian(policy.lingerMs, 4)));
  if (policy.tty !== undefined) records.bytes(tag.tty, policy.tty.endMark);
  if (policy.inputBytes !== undefined)
    records.bytes(tag.input, Uint8Array.from(littleEndian(policy.inputBytes, 8)));
  if (policy.mode !== 'supervise') writeSandbox(records, policy);
  return records.finish();
}

function identityBytes({ device, inode }: DirectoryIdentity): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setBigUint64(0, device, true);
  bytes.setBigUint64(8, inode, true);
  return new Uint8Array(bytes.buffer);
}

/** A layer over one writable root: what the command writes there goes to `upper`. */
export interface RootLayer {
  /** One of the writable roots, as it was given. */
  readonly root: string;
  /** An empty directory of this user's own, outside every root. */
  readonly upper: string;
  /** Another one, beside it: the kernel's. */
  readonly work: string;
}

/** What is known only once a prepared command is about to start: how its streams are attached. */
export type StreamWish = TerminalEnd | { readonly inputBytes: number };

/** The same START payload, with its streams. */
export function addStreams(start: Uint8Array, wish: StreamWish): Uint8Array {
  return append(start, (records) => {
    if ('inputBytes' in wish) records.bytes(tag.input, Uint8Array.from(littleEndian(wish.inputBytes, 8)));
    else records.bytes(tag.tty, wish.endMark);
  });
}

/** The same START payload, with layers over some of its roots: they are made when the command is about to start. */
export function addLayers(start: Uint8Array, layers: readonly RootLayer[]): Uint8Array {
  return append(start, (records) => {
    for (const { root, upper, work } of layers) records.paths(tag.layer, [root, upper, work]);
  });
}

function append(start: Uint8Array, write: (records: RecordWriter) => void): Uint8Array {
  const records = new RecordWriter();
  write(records);
  const added = records.finish();
  const whole = new Uint8Array(start.length + added.length);
  whole.set(start);
  whole.set(added, start.length);
  return whole;
}

function writeSandbox(
  records: RecordWriter,
  policy: Exclude<LauncherPolicy, { readonly mode: 'supervise' }>,
): void {
  records.byte(tag.network, networks[policy.network]);
  records.byte(tag.require, requirements[policy.require]);
  records.byte(tag.privateTmp, policy.privateTmp ? 1 : 0);
  if (policy.isolated === true) records.byte(tag.isolated, 1);
  if (policy.listener !== undefined)
    records.bytes(tag.listener, Uint8Array.from(littleEndian(policy.listener.port, 2)));
  for (const path of policy.denyRead) records.text(tag.denyRead, path);
  if (policy.mode !== 'workspace-write') return;
  for (const { path, guard } of policy.writable) records.text(tag.writable, path, guards[guard]);
  for (const path of policy.protect) records.text(tag.protect, path);
  for (const { name, whenMissing } of policy.protectedNames) {
    records.text(tag.protectedName, name, whenMissing === 'forbid' ? 1 : 0);
  }
}

const utf8 = new TextEncoder();

/** Records one after the other in one buffer: an environment has a hundred of them, for every command. */
class RecordWriter {
  #buffer = new Uint8Array(8192);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  bytes(number: number, value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
    this.#end(number, at, value.length);
  }

  byte(number: number, value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
    this.#end(number, at, 1);
  }

  text(number: number, value: string, ...before: readonly number[]): void {
    if (value.includes('\0')) throw new RangeError('Cannot start the command: a word or a path contains NUL');
    // No UTF-16 unit becomes more than three bytes.
    const at = this.#reserve(before.length + 3 * Math.min(value.length, maxStartBytes));
    this.#buffer.set(before, at);
    const { read, written } = utf8.encodeInto(value, this.#buffer.subarray(at + before.length));
    if (read < value.length) throw tooLong();
    this.#end(number, at, before.length + written);
  }

  /** Several, with a NUL between them. */
  paths(number: number, values: readonly string[]): void {
    if (values.some((value) => value.includes('\0')))
      throw new RangeError('Cannot start the command: a word or a path contains NUL');
    this.bytes(number, utf8.encode(values.join('\0')));
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** Where a value of up to so many bytes goes. */
  #reserve(bytes: number): number {
    const at = this.#length + 6;
    if (at + bytes > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.#buffer.length, at + bytes));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  #end(number: number, at: number, bytes: number): void {
    this.#view.setUint16(at - 6, number, true);
    this.#view.setUint32(at - 4, bytes, true);
    this.#length = at + bytes;
    if (this.#length > maxStartBytes) throw tooLong();
  }
}

function tooLong(): RangeError {
  return new RangeError(
    `Cannot start the command: argv and environment exceed ${String(maxStartBytes)} bytes`,
  );
}

function littleEndian(value: number, bytes: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * bytes)) {
    throw new RangeError(`Cannot send ${String(value)}: not an integer of ${String(bytes)} bytes`);
  }
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
}
