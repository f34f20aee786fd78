// The file of `-o` and that of `--summary`. It may lie where the model's commands can write, and cordon writes it outside the sandbox: a link
// planted in its place would carry the model's words to wherever the model wants them.
import { access, constants, type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError, type Edge } from '../edge.ts';

export interface OutputFile {
  readonly path: string;
  /** Creates or replaces the file. Throws a CliError when it is not, or no longer, an ordinary file of its own. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface OutputPlace {
  readonly platform: Edge['platform'];
  /** Real paths of the directories the model's commands may write. */
  readonly writable: readonly string[];
  /** `replace` (default), or `append`: CI systems collect the summaries of several steps in one file. */
  readonly writes?: 'replace' | 'append';
  /** For people. Default `the last message`. */
  readonly what?: string;
}

/**
 * Looks at the place and keeps hold of its directory; the file is only touched by `write`. A result that has nowhere
 * to go is better known before an hour of work than after it.
 */
export async function openOutputFile(path: string, place: OutputPlace): Promise<OutputFile> {
  const refuse = (error: unknown): CliError =>
    new CliError(1, `Cannot write ${place.what ?? 'the last message'} to ${path}: ${reasonOf(error)}`);
  // Devices are nothing a sandboxed command can replace: `-o /dev/stderr` is what it says.
  const device = path.startsWith('/dev/');
  const parent = await directoryOf(path, place).catch((error: unknown) => {
    throw refuse(error);
  });
  const handle = place.platform === 'linux' ? await open(parent, constants.O_DIRECTORY) : undefined;
  try {
    if (!device) await checkFile(join(parent, basename(path)), parent);
  } catch (error) {
    await handle?.close();
    throw refuse(error);
  }
  return {
    path,
    async write(text) {
      // Through the descriptor: the directory that was looked at, whatever bears its name by now.
      const directory = handle === undefined ? parent : `/proc/self/fd/${handle.fd}`;
      try {
        const file = device ? path : join(directory, basename(path));
        await writeOwnFile(file, text, device ? 'device' : (place.writes ?? 'replace'));
      } catch (error) {
        throw refuse(error);
      }
    },
    close: async () => await handle?.close(),
  };
}

async function directoryOf(path: string, { writable }: OutputPlace): Promise<string> {
  const parent = dirname(path);
  const real = await realpath(parent);
  const inside = (directory: string): boolean =>
    writable.some((root) => directory === root || directory.startsWith(`${root}/`));
  if (inside(parent) && !inside(real))
    throw new Error('a symbolic link on the way leads out of what commands may write');
  return real;
}

async function checkFile(path: string, parent: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Error('it is a directory');
  if (found?.isSymbolicLink() === true) throw new Error('it is a symbolic link');
  await access(found === undefined ? parent : path, constants.W_OK);
}

async function writeOwnFile(path: string, text: string, how: 'device' | 'replace' | 'append'): Promise<void> {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_APPEND } = constants;
  const device = how === 'device';
  // Not truncated by the opening: it is not yet known to be ours. Not blocking: it may be a pipe without a reader.
  const flags = device
    ? O_WRONLY
    : O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (how === 'append' ? O_APPEND : 0);
  const file: FileHandle = await open(path, flags, 0o644);
  try {
    const found = await file.stat();
    if (!device && !found.isFile()) throw new Error('it is not an ordinary file');
    if (!device && found.nlink > 1) throw new Error('it has a second name (a hard link)');
    if (how === 'replace') await file.truncate(0);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error ? String(error.code) : undefined;
  return code === 'ELOOP' ? 'it is a symbolic link' : (code ?? error.message);
}
