import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { foreignObjection, readProgramHeader } from './program-header.ts';

const base = mkdtempSync(join(tmpdir(), 'cordon-header-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Kind {
  readonly machine?: number;
  readonly wide?: boolean;
  readonly little?: boolean;
  readonly loader?: string;
  /** Instead of the real one, of the first entry. */
  readonly offset?: number;
}

function elf({ machine = 62, wide = true, little = true, loader, offset }: Kind = {}): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('\u007FELF', 'latin1');
  bytes[4] = wide ? 2 : 1;
  bytes[5] = little ? 1 : 2;
  const half = (at: number, value: number): unknown =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const word = (at: number, value: number): unknown =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const wideWord = (at: number, value: number): unknown =>
    little ? bytes.writeBigUInt64LE(BigInt(value), at) : bytes.writeBigUInt64BE(BigInt(value), at);
  half(18, machine);
  const size = wide ? 56 : 32;
  if (wide) wideWord(32, 64);
  else word(28, 64);
  half(wide ? 54 : 42, size);
  half(wide ? 56 : 44, loader === undefined ? 0 : 1);
  word(64, 3);
  if (wide) wideWord(64 + 8, offset ?? 128);
  else word(64 + 4, offset ?? 128);
  bytes.write(`${loader ?? ''}\0`, 128, 'utf8');
  return bytes;
}

let count = 0;
function file(bytes: Buffer | string): string {
  const path = join(base, `program-${String((count += 1))}`);
  writeFileSync(path, bytes);
  return path;
}

const loader = '/lib64/ld-linux-x86-64.so.2';

describe('the header of a program', () => {
  it.each([
    { says: 'of 64 bits', kind: { loader }, machine: 'elf 0201 3e00' },
    { says: 'of 32 bits', kind: { loader, wide: false, machine: 40 }, machine: 'elf 0101 2800' },
    {
      says: 'with its bytes the other way round',
      kind: { loader, little: false, machine: 22 },
      machine: 'elf 0202 0016',
    },
  ])('$says names its machine and its loader', ({ kind, machine }) => {
    expect(readProgramHeader(file(elf(kind)))).toEqual({ machine, loader });
  });

  it.each([
    { says: 'a static program', bytes: elf() },
    { says: 'a loader beyond what is read', bytes: elf({ loader, offset: 1_000_000 }) },
    { says: 'a table cut short', bytes: elf({ loader }).subarray(0, 100) },
  ])('has no loader for $says', ({ bytes }) => {
    expect(readProgramHeader(file(bytes))).toEqual({ machine: 'elf 0201 3e00', loader: undefined });
  });

  it.each([
    { says: 'a script', path: () => file(`#!/bin/sh\n${'#'.repeat(80)}\n`) },
    { says: 'a few bytes', path: () => file('\u007FELF') },
    { says: 'a directory', path: () => base },
    { says: 'nothing', path: () => join(base, 'gone') },
  ])('is none for $says', ({ path }) => {
    expect(readProgramHeader(path())).toBe(undefined);
  });

  it('is the kind of machine on a Mac', () => {
    const bytes = Buffer.concat([Buffer.from('cffaedfe0c000001', 'hex'), Buffer.alloc(64)]);
    expect(readProgramHeader(file(bytes))).toEqual({ machine: 'mach-o 0c000001', loader: undefined });
  });
});

describe('a program of another machine', () => {
  const own = file(elf({ loader }));
  it.each([
    {
      says: 'another architecture',
      bytes: elf({ machine: 183 }),
      objection: 'it was built for another kind of machine',
    },
    {
      says: 'another C library',
      bytes: elf({ loader: '/no/ld-musl-x86_64.so.1' }),
      objection: 'it was built for another C library: there is no /no/ld-musl-x86_64.so.1',
    },
    { says: 'a static one for this architecture', bytes: elf(), objection: undefined },
    { says: 'a script', bytes: Buffer.from(`#!/bin/sh\n${'#'.repeat(80)}`), objection: undefined },
  ])('is told for $says', ({ bytes, objection }) => {
    expect(foreignObjection(file(bytes), own)).toBe(objection);
  });

  it('is not Node itself', () => {
    expect(foreignObjection(process.execPath)).toBe(undefined);
  });
});
