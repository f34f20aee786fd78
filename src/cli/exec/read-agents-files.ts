// What people wrote down for agents: AGENTS.md in the user's own home, then from the top of the repository down to the
// workspace. The repository may be anybody's: a file is read only where it really lies inside it, at most so much of it,
// and never one that commands may not read either.
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { AgentsFile } from '../../exec/opening-messages.ts';
import { readPath } from '../../sandbox/read-path.ts';

export interface AgentsFiles {
  /** The user's own first, then from the outermost directory inwards. */
  readonly files: readonly AgentsFile[];
  /** What a person should know, one sentence each. */
  readonly notices: readonly string[];
}

export interface AgentsPlace {
  /** Real path. */
  readonly workspace: string;
  /** `$CORDON_HOME`. */
  readonly home: string;
  /** What `~` means. */
  readonly userHome: string | undefined;
}

type Settings = Pick<Config, 'projectDocMaxBytes' | 'projectDocFallbacks' | 'projects' | 'denyRead'>;

export async function readAgentsFiles(place: AgentsPlace, config: Settings): Promise<AgentsFiles> {
  const found: { path: string; of: AgentsFile['of']; text: string }[] = [];
  const notices: string[] = [];
  let room = config.projectDocMaxBytes;
  if (room === 0) return { files: [], notices };
  const own = await firstOf(place.home, ['AGENTS.override.md', 'AGENTS.md'], {
    place: undefined,
    denied: [],
  });
  if (own?.kind === 'text') found.push({ path: own.path, of: 'user', text: own.text.slice(0, room) });
  const isUntrusted = config.projects.get(place.workspace) === 'untrusted';
  const top = await topOf(place.workspace);
  const names = ['AGENTS.override.md', 'AGENTS.md', ...config.projectDocFallbacks];
  const denied = await hiddenPlaces(config.denyRead, place);
  for (const directory of isUntrusted ? [] : directoriesBetween(top, place.workspace)) {
    const file = await firstOf(directory, names, { place: top, denied });
    if (file === undefined) continue;
    if (file.kind === 'refused') {
      notices.push(`${file.path} is not shown to the model: ${file.because}`);
      continue;
    }
    const bytes = Buffer.from(file.text);
    const shown =
      bytes.length <= room
        ? file.text
        : bytes
            .subarray(0, room)
            .toString('utf8')
            .replace(/\uFFFD$/, '');
    if (bytes.length > room)
      notices.push(
        `${file.path} is shown to the model in part: project_doc_max_bytes is ${config.projectDocMaxBytes}`,
      );
    room = Math.max(0, room - bytes.length);
    if (shown !== '') found.push({ path: file.path, of: 'project', text: shown });
    if (room === 0) break;
  }
  return { files: found, notices };
}

type Found =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'refused'; readonly path: string; readonly because: string };

interface Bounds {
  /** The real file must lie below it; undefined: anywhere. */
  readonly place: string | undefined;
  readonly denied: readonly string[];
}

/** Of one directory one file counts; an empty one counts as none. */
/** As they are spelled and as they really are; one that names no place starts no command either. */
async function hiddenPlaces(
  paths: readonly string[],
  { workspace, userHome }: AgentsPlace,
): Promise<readonly string[]> {
  const places = paths.flatMap((path) => {
    const known = readPath(path, { from: workspace, home: userHome });
    return known.ok ? [known.value] : [];
  });
  const real = await Promise.all(places.map(async (path) => await realpath(path).catch(() => path)));
  return [...places, ...real];
}

async function firstOf(
  directory: string,
  names: readonly string[],
  bounds: Bounds,
): Promise<Found | undefined> {
  for (const name of names) {
    const path = join(directory, name);
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) continue;
    if (bounds.place !== undefined && !isWithin(real, bounds.place))
      return { kind: 'refused', path, because: 'it is a link that leads out of the repository' };
    if (bounds.denied.some((place) => isWithin(real, place)))
      return { kind: 'refused', path, because: 'deny_read hides it' };
    const text = await textOf(real);
    if (text !== undefined && text.trim() !== '') return { kind: 'text', path, text };
  }
  return undefined;
}

/** Nothing in its place may hang the start, or be larger than anybody writes. */
const mostBytes = 1_048_576;

async function textOf(path: string): Promise<string | undefined> {
  if ((await stat(path).catch(() => undefined))?.isFile() !== true) return undefined;
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const room = Buffer.alloc(mostBytes);
    const { bytesRead } = await file.read(room, 0, mostBytes, 0);
    return room.subarray(0, bytesRead).toString('utf8').replaceAll('\0', '');
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** The directory with `.git`, or the workspace where there is none. */
async function topOf(workspace: string): Promise<string> {
  for (let at = workspace; ; at = dirname(at)) {
    const isTop = await stat(join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (isTop) return at;
    if (at === dirname(at)) return workspace;
  }
}

function directoriesBetween(top: string, workspace: string): string[] {
  const between = [workspace];
  for (let at = workspace; at !== top; at = dirname(at)) between.unshift(dirname(at));
  return between;
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(place === '/' ? '/' : `${place}/`);
}
