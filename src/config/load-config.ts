// Reads `$CORDON_HOME/config.toml`, lays `-c` overrides over it, and answers with a Config or with every mistake.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AbsolutePath, RuntimeError } from '../domain/index.ts';
import { type Config, emptyConfig } from './config.ts';
import type { Override } from './parse-override.ts';

export interface ConfigSource {
  /** The directory of `config.toml`; undefined: no file is read. */
  readonly home: AbsolutePath | undefined;
  /** Laid over the file in order; the last one of a key wins. */
  readonly overrides?: readonly Override[];
  /** The profile to lay over the file, below the overrides. Default: the one that `profile` names, in the file or an override. */
  readonly profile?: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The file that was read, when there is one. */
  readonly file: string | undefined;
  /** One sentence each: keys nobody knows. */
  readonly warnings: readonly string[];
}

const maxBytes = 1024 * 1024;

/**
 * The settings of `$CORDON_HOME/config.toml` with the overrides laid over them; what is not set is undefined or its default.
 *
 * @throws RuntimeError `E_CONFIG_INVALID`, one line for each mistake; no value of a secret-looking key is repeated.
 */
export async function loadConfig(source: ConfigSource): Promise<LoadedConfig> {
  const overrides = source.overrides ?? [];
  const path = source.home === undefined ? undefined : join(source.home, 'config.toml');
  const text = path === undefined ? undefined : await textOf(path);
  if (text === undefined && overrides.length === 0 && source.profile === undefined)
    return { config: emptyConfig, file: undefined, warnings: [] };

  const table: Record<string, unknown> = text === undefined ? {} : await parseToml(text, path ?? '');
  for (const override of overrides) layOver(table, override);
  const chosen = source.profile ?? table['profile'];
  const { readConfig } = await import('./read-config.ts');
  const { config, mistakes, unknownKeys } = readConfig(table);
  const told = (complaint: { readonly path: readonly string[]; readonly text: string }): string =>
    `${placeOf(complaint.path, overrides, path)}: ${complaint.text}`;
  if (config === undefined) throw invalid(mistakes.map(told).join('\n'));
  if (typeof chosen === 'string') {
    layProfileOver(table, chosen);
    for (const override of overrides) layOver(table, override);
    const chosenConfig = readConfig(table).config;
    if (chosenConfig === undefined)
      throw invalid(
        `Cannot use profile ${JSON.stringify(chosen)}: it contradicts the rest of the configuration`,
      );
    return {
      config: chosenConfig,
      file: text === undefined ? undefined : path,
      warnings: unknownKeys.map(told),
    };
  }
  return { config, file: text === undefined ? undefined : path, warnings: unknownKeys.map(told) };
}

function invalid(message: string, cause?: unknown): RuntimeError {
  return new RuntimeError('E_CONFIG_INVALID', message, cause === undefined ? {} : { cause });
}

/** Undefined when there is no such file. A pipe or a device in its place must not hang the start. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw invalid(`Cannot read ${path}: it is not a regular file`);
    if (found.size > maxBytes) throw invalid(`Cannot read ${path}: it is larger than 1 MiB`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    if (error instanceof TypeError) throw invalid(`Cannot read ${path}: it is not UTF-8 text`, error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw invalid(`Cannot read ${path}: ${code}`, error);
  }
}

async function parseToml(text: string, path: string): Promise<Record<string, unknown>> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line only: the parser's excerpt would repeat a value, perhaps a secret one.
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw invalid(`${path}:${error.line}:${error.column}: invalid TOML: ${reason}`);
  }
}

function layOver(table: Record<string, unknown>, override: Override): void {
  let node = table;
  for (const segment of override.path.slice(0, -1)) {
    const below = Object.hasOwn(node, segment) ? node[segment] : undefined;
    const next: Record<string, unknown> = isTable(below) ? below : {};
    node[segment] = next;
    node = next;
  }
  node[override.path.at(-1) ?? ''] = override.value;
}

/** Tables are merged key by key; everything else of the profile replaces what was there. */
function layProfileOver(table: Record<string, unknown>, name: string): void {
  const profiles = table['profiles'];
  const profile = isTable(profiles) && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (!isTable(profile))
    throw invalid(`Cannot use profile ${JSON.stringify(name)}: there is no [profiles.${name}] table`);
  merge(table, profile);
}

function merge(into: Record<string, unknown>, from: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(from)) {
    const below = Object.hasOwn(into, key) ? into[key] : undefined;
    if (isTable(below) && isTable(value)) merge(below, value);
    else into[key] = structuredClone(value);
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mistake is blamed on the override that set it or something below it, else on the file. */
function placeOf(path: readonly string[], overrides: readonly Override[], file: string | undefined): string {
  const covers = (override: Override): boolean =>
    override.path.every((segment, index) => path[index] === segment);
  const below = (override: Override): boolean =>
    path.every((segment, index) => override.path[index] === segment);
  const key = path.map((segment) => (/^[\w-]+$/.test(segment) ? segment : JSON.stringify(segment))).join('.');
  if (overrides.some(covers) || file === undefined || (path.length > 0 && overrides.some(below)))
    return `-c ${key}`;
  return `${file}: ${key}`;
}
