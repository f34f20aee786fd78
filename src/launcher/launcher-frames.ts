// The control channel's language, what the host says: START, SIGNAL and RELEASE. Pure; native/protocol/policy.c is the other
// side, and the two change together with `protocolVersion`. What the launcher says is launcher-reports.ts.
//
// A frame is `u32` little-endian payload length, `u8` type, payload. Payloads of START and STARTED are flat lists
// of records (record-writer.ts).
import type { DirectoryIdentity, NetworkAccess, ResourceLimits, StartVerdict } from '../domain/index.ts';
import {
  type LauncherPolicy,
  type RootGuard,
  type RootLayer,
  type TerminalEnd,
  watchedKinds,
} from './launcher-policy.ts';
import { littleEndian, RecordWriter } from './record-writer.ts';

/** Said in the launcher's hello; another number is another program. */
export const protocolVersion = 5;

/** Frame types of what the host says. */
export const hostFrame = { start: 1, signal: 2, release: 3, verdict: 4 } as const;

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
  watch: 20,
  watched: 21,
  spokenOf: 22,
  attended: 23,
  mayCome: 24,
  evidence: 25,
  trace: 26,
} as const;

const modes: Readonly<Record<LauncherPolicy['mode'], number>> = {
  supervise: 0,
  'read-only': 1,
  'workspace-write': 2,
};
const networks: Readonly<Record<NetworkAccess, number>> = { none: 0, full: 1 };
const requirements = { full: 0, 'best-effort': 1 } as const;
/** The launcher takes no more. */
const mostWatched = 512;
const mostSpokenOf = 2048;
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

/** What becomes of the program that waits under this number. */
export function encodeVerdict(id: number, verdict: StartVerdict): Uint8Array {
  return encodeFrame(
    hostFrame.verdict,
    Uint8Array.from([...littleEndian(id, 8), verdict === 'go-on' ? 0 : 1]),
  );
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

/**
 * The same START payload, for a run whose writes below these of its roots are judged while it goes on: what is obeyed there
 * already stays read-only, and no other name is held or kept free. `mayCome`: of what is protected, that is judged when
 * it comes.
 */
export function addAttended(
  start: Uint8Array,
  { roots, mayCome }: { readonly roots: readonly string[]; readonly mayCome: readonly string[] },
): Uint8Array {
  return append(start, (records) => {
    for (const root of roots) records.text(tag.attended, root);
    for (const path of mayCome) records.text(tag.mayCome, path);
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
  if (policy.tellsDenials === true) records.byte(tag.evidence, 1);
  if (policy.traces === true) records.byte(tag.trace, 1);
  if (policy.watch !== undefined) {
    const { spokenOf } = policy.watch;
    const isShort = spokenOf !== undefined && spokenOf.length <= mostSpokenOf;
    records.byte(tag.watch, isShort ? 2 : 1);
    for (const name of isShort ? spokenOf : []) records.text(tag.spokenOf, name);
    for (const { kind, path, name } of policy.watch.programs.slice(0, mostWatched))
      records.paths(tag.watched, [path, name], watchedKinds[kind]);
  }
  for (const path of policy.denyRead) records.text(tag.denyRead, path);
  if (policy.mode !== 'workspace-write') return;
  for (const { path, guard } of policy.writable) records.text(tag.writable, path, guards[guard]);
  for (const path of policy.protect) records.text(tag.protect, path);
  for (const { name, whenMissing } of policy.protectedNames) {
    records.text(tag.protectedName, name, whenMissing === 'forbid' ? 1 : 0);
  }
}
