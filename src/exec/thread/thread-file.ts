// One thread on disk: lines that are only ever appended, each on the disk before the run goes on. Nobody but the user
// may read it: a conversation holds what its commands printed.
import { constants, type FileHandle, open } from 'node:fs/promises';
import { RuntimeError } from '../../domain/index.ts';
import { readRecord, recordLine, type ThreadRecord } from './thread-record.ts';

export interface ThreadFile {
  /** Appends, and resolves once it is on the disk. @throws RuntimeError `E_THREAD` when somebody else appended meanwhile. */
  append(record: ThreadRecord): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedThread {
  readonly file: ThreadFile;
  readonly records: readonly ThreadRecord[];
  /** Bytes of a last line that was never finished, and that are gone now. */
  readonly tornBytes: number;
}

/** Larger than any conversation a model can hold. */
const maxBytes = 256 * 1024 * 1024;

/** Longer than any first line of ours: a path has 4096 bytes at most, each six characters in JSON. */
const headBytes = 64 * 1024;

const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** @throws RuntimeError `E_THREAD` */
export async function createThreadFile(path: string): Promise<ThreadFile> {
  const handle = await open(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600).catch(
    refusal(path),
  );
  return appender(path, handle, 0);
}

/** Reads what is there and drops a torn last line. @throws RuntimeError `E_THREAD` */
export async function openThreadFile(path: string): Promise<OpenedThread> {
  const handle = await open(path, O_RDWR | O_APPEND | O_NOFOLLOW).catch(refusal(path));
  try {
    const bytes = await readWhole(path, handle);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const records = recordsIn(path, bytes.subarray(0, whole).toString('utf8'));
    if (whole < bytes.length) await handle.truncate(whole);
    return { file: appender(path, handle, whole), records, tornBytes: bytes.length - whole };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Only reads; a torn last line is left where it is. @throws RuntimeError `E_THREAD` */
export async function readThreadFile(path: string): Promise<readonly ThreadRecord[]> {
  const handle = await open(path, constants.O_RDONLY | O_NOFOLLOW).catch(refusal(path));
  try {
    const bytes = await readWhole(path, handle);
    return recordsIn(path, bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString('utf8'));
  } finally {
    await handle.close();
  }
}

/** The first record alone; undefined where there is none. */
export async function readThreadHead(path: string): Promise<ThreadRecord | undefined> {
  const handle = await open(path, constants.O_RDONLY | O_NOFOLLOW).catch(refusal(path));
  try {
    const room = Buffer.alloc(headBytes);
    const { bytesRead } = await handle.read(room, 0, headBytes, 0);
    const end = room.subarray(0, bytesRead).indexOf(0x0a);
    const record = end < 0 ? undefined : readRecord(room.subarray(0, end).toString('utf8'));
    return record?.ok === true ? record.value : undefined;
  } finally {
    await handle.close();
  }
}

function appender(path: string, handle: FileHandle, startAt: number): ThreadFile {
  let size = startAt;
  let last: Promise<void> = Promise.resolve();
  async function append(line: string): Promise<void> {
    // Two runs of one thread would tell the model a conversation that never was.
    const found = await handle.stat();
    if (found.size !== size || found.nlink === 0)
      throw new RuntimeError(
        'E_THREAD',
        `Cannot write to the thread ${path}: another run changed it meanwhile`,
      );
    const bytes = Buffer.from(line);
    await handle.appendFile(bytes);
    await handle.datasync();
    size += bytes.length;
  }
  return {
    append: (record) => (last = last.then(() => append(recordLine(record))).catch(writing(path))),
    close: async () => {
      await last.catch(() => undefined);
      await handle.close();
    },
  };
}

async function readWhole(path: string, handle: FileHandle): Promise<Buffer> {
  const found = await handle.stat();
  if (!found.isFile())
    throw new RuntimeError('E_THREAD', `Cannot read the thread ${path}: it is no ordinary file`);
  if (found.size > maxBytes)
    throw new RuntimeError('E_THREAD', `Cannot read the thread ${path}: it is larger than ${maxBytes} bytes`);
  return await handle.readFile();
}

function recordsIn(path: string, text: string): ThreadRecord[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const record = readRecord(line);
      if (record.ok) return record.value;
      throw new RuntimeError(
        'E_THREAD',
        `Cannot read the thread ${path}: line ${index + 1}: ${record.error}`,
      );
    });
}

function refusal(path: string) {
  return (error: unknown): never => {
    throw new RuntimeError('E_THREAD', `Cannot open the thread ${path}: ${codeOf(error)}`, { cause: error });
  };
}

function writing(path: string) {
  return (error: unknown): never => {
    if (error instanceof RuntimeError) throw error;
    throw new RuntimeError('E_THREAD', `Cannot write to the thread ${path}: ${codeOf(error)}`, {
      cause: error,
    });
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
