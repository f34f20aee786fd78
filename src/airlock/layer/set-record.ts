// What whoever finds a set later must know about it: which directories it is over, since when, and whose work it is.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absolutePath, type AbsolutePath } from '../../domain/index.ts';

export interface RecordedLayer {
  readonly root: AbsolutePath;
  readonly upper: string;
  readonly work: string;
  readonly start: bigint;
  readonly device: bigint;
  readonly inode: bigint;
}

export interface SetRecord {
  /** For people. */
  readonly command: string;
  readonly layers: readonly RecordedLayer[];
}

export function writeSetRecord(directory: string, { command, layers }: SetRecord): void {
  const text = JSON.stringify(
    // Enough to know it again.
    { command: command.slice(0, 500), layers },
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
  writeFileSync(join(directory, 'set'), text, { mode: 0o600 });
}

/** Undefined when there is none that can be read: the set was being made. */
export function readSetRecord(directory: string): SetRecord | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(directory, 'set'), 'utf8'));
    const layers = fieldOf(read, 'layers');
    if (!Array.isArray(layers)) return undefined;
    return { command: textOf(read, 'command'), layers: layers.map(readLayer) };
  } catch {
    return undefined;
  }
}

function readLayer(layer: unknown): RecordedLayer {
  const root = absolutePath(textOf(layer, 'root'));
  if (root === undefined) throw new TypeError('a root is an absolute path');
  const numbers = { start: numberOf(layer, 'start'), device: numberOf(layer, 'device') };
  return {
    root,
    upper: textOf(layer, 'upper'),
    work: textOf(layer, 'work'),
    ...numbers,
    inode: numberOf(layer, 'inode'),
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  if (typeof field !== 'string') throw new TypeError(`${name} is a text`);
  return field;
}

function numberOf(value: unknown, name: string): bigint {
  return BigInt(textOf(value, name));
}
