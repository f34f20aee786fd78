import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcFiles } from './proc-files.ts';

describe('files that are kept open', () => {
  let home: string;
  let path: string;
  let files: ProcFiles;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-proc-files-')));
    path = join(home, 'file');
    writeFileSync(path, 'first');
    files = new ProcFiles();
  });
  afterEach(() => {
    files.close();
    rmSync(home, { recursive: true });
  });

  it('say what they contain now', () => {
    expect(files.text(path)).toBe('first');
    writeFileSync(path, 'and more');
    expect(files.text(path)).toBe('and more');
    writeFileSync(path, 'x');
    expect(files.text(path)).toBe('x');
  });

  it('are read whole, however long', () => {
    const long = 'line\n'.repeat(20_000);
    writeFileSync(path, long);
    expect([files.text(path), files.text(path)]).toEqual([long, long]);
  });

  it('throw when they are not there', () => {
    expect(() => files.text(join(home, 'missing'))).toThrow('ENOENT');
  });

  describe.skipIf(process.platform !== 'linux')('as descriptors', () => {
    /** Those that are `path`. */
    const numbers = (): readonly number[] =>
      readdirSync('/proc/self/fd')
        .filter((fd) => existsSync(`/proc/self/fd/${fd}`) && readlinkSync(`/proc/self/fd/${fd}`) === path)
        .map(Number);
    function heldNumber(): number {
      files.text(path);
      expect(numbers()).toHaveLength(1);
      return numbers()[0] ?? -1;
    }

    it('say what the kernel says, as often as they are asked', () => {
      const before = process.umask(0o022);
      try {
        const umask = (): string | undefined => /^Umask:.*$/mu.exec(files.text('/proc/self/status'))?.[0];
        const first = umask();
        process.umask(0o077);
        expect([first, umask()]).toEqual(['Umask:\t0022', 'Umask:\t0077']);
        expect(files.text('/proc/self/limits')).toBe(readFileSync('/proc/self/limits', 'latin1'));
      } finally {
        process.umask(before);
      }
    });

    it('are opened again when somebody closed them', () => {
      closeSync(heldNumber());
      expect(files.text(path)).toBe('first');
    });

    it('are opened again when their number is another file, which is left alone', () => {
      const fd = heldNumber();
      const other = join(home, 'other');
      writeFileSync(other, 'not ours');
      closeSync(fd);
      expect(openSync(other, 'r')).toBe(fd);
      expect(files.text(path)).toBe('first');
      files.close();
      expect(readFileSync(fd, 'utf8')).toBe('not ours');
      closeSync(fd);
    });

    it('are closed in the end, and no longer kept after it', () => {
      heldNumber();
      files.close();
      expect([files.text(path), numbers()]).toEqual(['first', []]);
    });
  });
});
