// Takes a saved allow rule out of a rule file. The only change that is no append: the new text is written beside the
// file and renamed over it, so that a reader sees the old rules or the new ones.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Argv, type Result } from '../../domain/index.ts';
import { codeOf } from '../load/read-rule-file.ts';
import { syncDirectory, withLock } from './append-rule.ts';
import type { LockOptions } from './file-lock.ts';
import { isSamePrefix, readAllowRule } from './render-rule.ts';
import { failed, openTarget, refused, type SaveError, type SaveTarget } from './save-target.ts';

export interface RemovedRule {
  readonly file: string;
  /** Line numbers the rule had; empty when the file does not have it. */
  readonly lines: readonly number[];
}

export async function removeAllowRule(
  target: SaveTarget,
  prefix: Argv,
  options: LockOptions = {},
): Promise<Result<RemovedRule, SaveError>> {
  return await withLock(target, options, () => removeLocked(target.file, prefix));
}

function removeLocked(file: string, prefix: Argv): Result<RemovedRule, SaveError> {
  const opened = openTarget(file, false);
  if (!opened.ok) return opened;
  try {
    const stats = fstatSync(opened.value);
    if (!stats.isFile()) return err(refused(file, 'it is not a regular file'));
    const lines = readFileSync(opened.value, 'utf8').split('\n');
    const gone = lines.map((line) => isSamePrefix(readAllowRule(line) ?? [], prefix));
    const numbers = gone.flatMap((isGone, index) => (isGone ? [index + 1] : []));
    if (numbers.length > 0)
      replace(file, lines.filter((_, index) => gone[index] === false).join('\n'), stats.mode);
    return ok({ file, lines: numbers });
  } catch (error) {
    return err(failed(file, error));
  } finally {
    closeSync(opened.value);
  }
}

function replace(file: string, text: string, mode: number): void {
  const beside = `${dirname(file)}/.default.rules.${randomBytes(6).toString('hex')}.tmp`;
  const descriptor = openSync(beside, 'wx', mode & 0o777);
  try {
    // Until every byte is written: a single write on a nearly full disk stops half way and calls that a success.
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    unlinkQuietly(beside);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, file);
  syncDirectory(dirname(file));
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
