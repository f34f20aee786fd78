import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpillFile, type SpillTarget } from './spill-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('SpillFile', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cordon-spill-'));
  });
  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  it('holds everything, in a file only its owner can read', async () => {
    const directory = join(home, 'made', 'here');
    const spill = new SpillFile({ directory, limitBytes: 1000 });
    void spill.write(bytes('one '));
    void spill.write(bytes('two'));
    const { path = '', problem } = await spill.close();
    expect(problem).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('one two');
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect((await lstat(directory)).mode & 0o777).toBe(0o700);
  });

  it('takes another name each time', async () => {
    const limits = { directory: home, limitBytes: 1000 };
    for (const spill of [new SpillFile(limits), new SpillFile(limits)]) {
      void spill.write(bytes('x'));
      await spill.close();
    }
    expect(await readdir(home)).toHaveLength(2);
  });

  it('stops at its limit and says so', async () => {
    const spill = new SpillFile({ directory: home, limitBytes: 5 });
    void spill.write(bytes('abcd'));
    void spill.write(bytes('efgh'));
    void spill.write(bytes('i'));
    const { path = '', problem } = await spill.close();
    expect(problem).toBe('The file stops at its limit of 5 bytes');
    expect(await readFile(path, 'utf8')).toBe('abcde');
  });

  it('says when the directory cannot be made', async () => {
    await writeFile(join(home, 'file'), '');
    const spill = new SpillFile({ directory: join(home, 'file', 'below'), limitBytes: 5 });
    void spill.write(bytes('abcd'));
    expect(await spill.close()).toEqual({
      path: undefined,
      problem: 'The file stops after 0 bytes: it is not a directory, or a part of its path is none (ENOTDIR)',
    });
  });

  it('writes on when the disk takes only a part', async () => {
    const written: number[] = [];
    const spill = new SpillFile({ directory: home, limitBytes: 100 }, () =>
      Promise.resolve(takes(3, written)),
    );
    void spill.write(bytes('abcdefgh'));
    expect((await spill.close()).problem).toBeUndefined();
    expect(Buffer.from(written).toString()).toBe('abcdefgh');
  });

  it('says when the disk is full, and how far it came', async () => {
    const written: number[] = [];
    const spill = new SpillFile({ directory: home, limitBytes: 100 }, () =>
      Promise.resolve(takes(3, written, 5)),
    );
    void spill.write(bytes('abcdefgh'));
    void spill.write(bytes('ijk'));
    expect((await spill.close()).problem).toBe('The file stops after 5 bytes: the system answered ENOSPC');
  });

  it('asks for a pause while the disk is behind, and lets go when it caught up', async () => {
    const spill = new SpillFile({ directory: home, limitBytes: 2 ** 30 });
    expect(spill.write(new Uint8Array(1024))).toBeUndefined();
    const pause = spill.write(new Uint8Array(2 * 1024 * 1024));
    expect(pause).toBeInstanceOf(Promise);
    await pause;
    expect(spill.write(new Uint8Array(1024))).toBeUndefined();
    expect((await lstat((await spill.close()).path ?? '')).size).toBe(2 * 1024 * 1024 + 2048);
  });
});

function takes(most: number, into: number[], room = Number.POSITIVE_INFINITY): SpillTarget {
  return {
    write(chunk, offset, length) {
      const size = Math.min(most, length, room - into.length);
      if (size === 0) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      into.push(...chunk.subarray(offset, offset + size));
      return Promise.resolve({ bytesWritten: size });
    },
    close: () => Promise.resolve(),
  };
}
