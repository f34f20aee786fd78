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
import { exists, realPath } from './host-facts.ts';

export interface GrantLimits {
  /** Never granted, nor anything above or below: the rules and the configuration. */
  readonly untouchable: readonly AbsolutePath[];
  /** Never granted as a whole, nor anything above: the user's home, the workspace. */
  readonly tooBroad: readonly AbsolutePath[];
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
      return grantPath(denial, limits);
    default:
      return undefined;
  }
}

function grantPath({ target, excerpt }: DenialEvidence, limits: GrantLimits): Grant | undefined {
  const named = target === undefined ? undefined : absolutePath(target);
  if (named === undefined) return undefined;
  const path = grantable(realPath(named), changesDirectory(excerpt));
  return path === undefined || isOutOfBounds(path, limits) ? undefined : { kind: 'writable-path', path };
}

/** To remove or rename a file is to write its directory. */
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
