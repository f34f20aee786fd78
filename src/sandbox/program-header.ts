// Which machine a program is for, from its first bytes: a package directory may have been copied from another one, in an
// image or a shared home. Compared with Node's own program, which certainly runs here, so that no list of machines is
// needed. The kernel has the last word; this only says it before, in a sentence.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

export interface ProgramHeader {
  /** Equal for two programs of one kind of machine; means nothing else. */
  readonly machine: string;
  /** The dynamic loader it asks for: it names the C library. Undefined for a static program, and on a Mac. */
  readonly loader: string | undefined;
}

/** More than the headers of any linker need. */
const headBytes = 4096;

/** Why the program at `path` cannot run on the machine of `own`; undefined when nothing speaks against it. */
export function foreignObjection(path: string, own: string = process.execPath): string | undefined {
  const header = readProgramHeader(path);
  const here = readProgramHeader(own);
  if (header === undefined || here === undefined) return undefined;
  if (header.machine !== here.machine) return 'it was built for another kind of machine';
  if (header.loader !== undefined && !existsSync(header.loader))
    return `it was built for another C library: there is no ${header.loader}`;
  return undefined;
}

/** Undefined for what is neither ELF nor Mach-O, as a script, and for what cannot be read. */
export function readProgramHeader(path: string): ProgramHeader | undefined {
  const head = readHead(path);
  if (head === undefined || head.length < 64) return undefined;
  const magic = head.subarray(0, 4).toString('latin1');
  if (magic === '\u007FELF') return readElf(head);
  if (magic === '\u00CF\u00FA\u00ED\u00FE')
    return { machine: `mach-o ${head.toString('hex', 4, 8)}`, loader: undefined };
  return undefined;
}

function readHead(path: string): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(file, head, 0, headBytes, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Layout: elf(5). Sizes and offsets are 64 bits wide in class 2, else 32. */
function readElf(head: Buffer): ProgramHeader {
  const machine = `elf ${head.toString('hex', 4, 6)} ${head.toString('hex', 18, 20)}`;
  const isWide = head[4] === 2;
  const isLittle = head[5] === 1;
  const half = (at: number): number => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const word = (at: number): number => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const wide = (at: number): number => Number(isLittle ? head.readBigUInt64LE(at) : head.readBigUInt64BE(at));
  const [table, size, count] = isWide ? [wide(32), half(54), half(56)] : [word(28), half(42), half(44)];
  for (let at = table, left = count; left > 0; at += size, left -= 1) {
    if (at + (isWide ? 56 : 32) > head.length) break;
    if (word(at) !== loaderSegment) continue;
    const from = isWide ? wide(at + 8) : word(at + 4);
    const end = head.indexOf(0, from);
    if (end < 0) break;
    return { machine, loader: head.toString('utf8', from, end) };
  }
  return { machine, loader: undefined };
}

/** PT_INTERP. */
const loaderSegment = 3;
