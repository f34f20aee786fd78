// The smallest grant that would lift a denial, if one may be offered at all. The path comes out of the command's own
// words, so the model chose it: nothing broad, nothing that holds the rules, and always where the path really leads.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  absolutePath,
  type AbsolutePath,
  type AccessProfile,
  type DenialEvidence,
  type Grant,
} from '../domain/index.ts';
import { protectedNames, removesName } from '../sandbox/index.ts';
import { exists, realPath } from './host-facts.ts';

export interface GrantLimits {
  /** Never granted, nor anything above or below: the rules and the configuration. */
  readonly untouchable: readonly AbsolutePath[];
  /** Never granted as a whole, nor anything above: the user's home, the workspace. */
  readonly tooBroad: readonly AbsolutePath[];
  /** The user's home: what stands in it directly (`~/.config`) is no answer to one missing file. */
  readonly home: AbsolutePath | undefined;
}

export function findGrant(
  denial: DenialEvidence,
  profile: AccessProfile,
  limits: GrantLimits,
): Grant | undefined {
  if (profile.kind === 'danger-full-access') return undefined;
  switch (denial.restriction) {
    case 'network':
      return profile.network === 'none' ? { kind: 'network' } : undefined;
    case 'file-write':
    case 'file-metadata':
      return grantPath(denial, profile, limits);
    default:
      return undefined;
  }
}

function grantPath(
  { target, excerpt, seen }: DenialEvidence,
  profile: Confined,
  limits: GrantLimits,
): Grant | undefined {
  const named = target === undefined ? undefined : absolutePath(target);
  if (named === undefined) return undefined;
  const real = realPath(named);
  const path = grantable(real, seen === undefined ? changesDirectory(excerpt) : removesName(seen.call));
  if (path === undefined || isOutOfBounds(path, limits)) return undefined;
  // One more file in a directory is asked for; all the directory is offered. Where that is half of a home, it is not.
  if (path !== real && limits.home !== undefined && dirname(path) === limits.home) return undefined;
  return isKept(path, real, profile) ? undefined : { kind: 'writable-path', path };
}

/**
 * What stays read-only inside a root stays so outside of one: names that tools of the host obey, and what the profile
 * protects or hides. A wider grant would take the protection with it.
 */
function isKept(path: AbsolutePath, wanted: AbsolutePath, profile: Confined): boolean {
  const names = wanted.split('/');
  if (names.includes('.git') || protectedNames.some((name) => names.includes(name))) return true;
  const kept = [...profile.denyRead, ...(profile.kind === 'workspace-write' ? profile.protect : [])];
  return kept.some((place) => isWithin(path, place) || isWithin(place, path));
}

type Confined = Exclude<AccessProfile, { readonly kind: 'danger-full-access' }>;

/** To remove or rename a file is to write its directory. In words, where nobody saw the call. */
function changesDirectory(excerpt: string): boolean {
  return /\b(?:remove|unlink|rmdir|rename|move|lock|temporary)\b/iu.test(excerpt);
}

/** What exists already: the path itself, else the nearest directory above it. */
function grantable(path: AbsolutePath, directoryOnly: boolean): AbsolutePath | undefined {
  let candidate: string = directoryOnly && exists(path) ? dirname(path) : path;
  while (!exists(candidate) && candidate !== '/') candidate = dirname(candidate);
  const isKnownKind = statKind(candidate);
  return isKnownKind ? absolutePath(candidate) : undefined;
}

/** Devices, sockets and pipes are no places to write files. */
function statKind(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isFile() || stats.isDirectory();
  } catch {
    return false;
  }
}

function isOutOfBounds(path: AbsolutePath, { untouchable, tooBroad }: GrantLimits): boolean {
  // `/`, `/etc`, `/home`: a whole branch of the system is no "one more path".
  if (path.split('/').length <= 2) return true;
  if (kernelInterfaces.some((root) => isWithin(path, root))) return true;
  return (
    untouchable.some((kept) => isWithin(path, kept) || isWithin(kept, path)) ||
    tooBroad.some((whole) => isWithin(whole, path))
  );
}

const kernelInterfaces = ['/proc', '/sys', '/dev', '/run'];

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}
