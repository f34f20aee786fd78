// The file a remembered rule goes to, opened so that nothing but that file can be written.
import { constants, lstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from '../../domain/index.ts';
import { codeOf, reasonOf } from '../load/read-rule-file.ts';

export type SaveLayer = 'user' | { readonly project: string };

export interface SaveError {
  readonly kind: 'too-broad' | 'busy' | 'refused' | 'failed';
  /** One sentence without a full stop. */
  readonly message: string;
  readonly hint: string | undefined;
}

export interface SaveTarget {
  readonly file: string;
  /** Directories that may not be links. */
  readonly ownPath: readonly string[];
}

/** Undefined when there is no home to save into. */
export function saveTarget(layer: SaveLayer, home: string | undefined): SaveTarget | undefined {
  if (layer !== 'user') {
    const root = `${layer.project}/.cordon`;
    return { file: `${root}/rules/default.rules`, ownPath: [root, `${root}/rules`] };
  }
  // A user may well keep the whole directory elsewhere; a repository may not choose where rules are written.
  return home === undefined ? undefined : { file: `${home}/rules/default.rules`, ownPath: [] };
}

export function lockPath({ file }: SaveTarget): string {
  return `${dirname(file)}/.default.rules.lock`;
}

export function prepareDirectory({ file, ownPath }: SaveTarget): Result<undefined, SaveError> {
  try {
    for (const path of ownPath) {
      if (isLink(path)) return err(refused(file, `${path} is a symbolic link`));
    }
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    return ok(undefined);
  } catch (error) {
    return err(failed(file, error));
  }
}

/** Opens for reading and appending; makes the file when `create`. */
export function openTarget(file: string, create: boolean): Result<number, SaveError> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return ok(openSync(file, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | (create ? O_CREAT : 0), 0o644));
  } catch (error) {
    if (codeOf(error) === 'ELOOP') return err(refused(file, 'it is a symbolic link'));
    if (codeOf(error) === 'ENXIO') return err(refused(file, 'it is not a regular file'));
    return err(failed(file, error));
  }
}

export function refused(file: string, because: string): SaveError {
  return {
    kind: 'refused',
    message: `Cannot save a rule in ${file}: ${because}`,
    hint: 'Put a regular file in its place',
  };
}

export function failed(file: string, error: unknown): SaveError {
  return { kind: 'failed', message: `Cannot save a rule in ${file}: ${reasonOf(error)}`, hint: undefined };
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
