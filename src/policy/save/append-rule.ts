// Adds one allow rule to a rule file: under a lock, once, in a single append that is on disk before anybody is told.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type PolicyAmendment, type Result } from '../../domain/index.ts';
import type { RulePlace, RunOptions } from '../language/rule-file.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { acquireLock, type LockOptions } from './file-lock.ts';
import { renderAllowRule } from './render-rule.ts';
import { meaningOf } from './same-rules.ts';
import {
  failed,
  lockPath,
  openTarget,
  prepareDirectory,
  refused,
  type SaveError,
  type SaveTarget,
} from './save-target.ts';

export interface SavedRule {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** False when the file said so already. */
  readonly added: boolean;
}

export async function appendAllowRule(
  target: SaveTarget,
  amendment: PolicyAmendment,
  options: LockOptions = {},
): Promise<Result<SavedRule, SaveError>> {
  return await appendRule(target, { call: renderAllowRule(amendment) }, options);
}

export interface RuleToAppend {
  /** One call of a rule function on one line. */
  readonly call: string;
  /** What paths in the file may leave out. */
  readonly place?: RulePlace | undefined;
}

/** Refuses a call that makes no rule; a rule that the file has already is not added again. */
export async function appendRule(
  target: SaveTarget,
  rule: RuleToAppend,
  options: LockOptions = {},
): Promise<Result<SavedRule, SaveError>> {
  const prepared = prepareDirectory(target);
  if (!prepared.ok) return prepared;
  return await withLock(target, options, () => appendLocked(target, rule));
}

/** For reading a file that is about to change: what its paths may leave out is what the rule to add was given. */
function reading(place: RulePlace | undefined): RunOptions {
  return { hostsBefore: new Map(), place };
}

/** Runs `change` while no other process changes the file. */
export async function withLock<T>(
  target: SaveTarget,
  options: LockOptions,
  change: () => Result<T, SaveError> | Promise<Result<T, SaveError>>,
): Promise<Result<T, SaveError>> {
  let lock;
  try {
    lock = await acquireLock(lockPath(target), options);
  } catch (error) {
    return err(failed(target.file, error));
  }
  if (lock.kind === 'busy') {
    return err({
      kind: 'busy',
      message: `Cannot save a rule in ${target.file}: ${lock.because}`,
      hint: `Try again, or remove ${lockPath(target)} when no cordon process runs`,
    });
  }
  try {
    return await change();
  } finally {
    lock.release();
  }
}

async function appendLocked(
  { file }: SaveTarget,
  { call, place }: RuleToAppend,
): Promise<Result<SavedRule, SaveError>> {
  const opened = openTarget(file, true);
  if (!opened.ok) return opened;
  const descriptor = opened.value;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return err(refused(file, 'it is not a regular file'));
    const bytes = readFileSync(descriptor);
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    const before = await runRuleFile(file, text, reading(place));
    const [mistake] = before.errors;
    if (mistake !== undefined) {
      const where = mistake.line === undefined ? '' : ` in line ${mistake.line}`;
      return err({
        ...refused(file, `it has a mistake${where}`),
        hint: 'Correct it first: `cordon policy test`',
      });
    }
    const alone = await runRuleFile(file, `${call}\n`, reading(place));
    const [wrong] = alone.errors;
    if (wrong !== undefined) return err({ ...refused(file, wrong.message), hint: undefined });
    // Only a rule that counts is there already: not one in a string, and not one in a branch that never runs.
    const known = new Map(before.rules.map((rule) => [meaningOf(rule), rule.source]));
    const places = alone.rules.map((rule) => known.get(meaningOf(rule)));
    const [first] = places;
    if (first?.kind === 'file' && !places.includes(undefined)) {
      return ok({ file, line: first.line, added: false });
    }
    const addition = compose(bytes, call);
    if (addition === undefined) return err(refused(file, `the rule is longer than ${pageSize} bytes`));
    writeWhole(descriptor, addition, bytes.length);
    fsyncSync(descriptor);
    if (bytes.length === 0) syncDirectory(dirname(file));
    const line = (text + addition.toString('utf8')).split('\n').length - 1;
    return ok({ file, line, added: true });
  } catch (error) {
    return err(failed(file, error));
  } finally {
    closeSync(descriptor);
  }
}

/** The kernel copies a write page by page, and a process killed in between leaves what was copied. */
const pageSize = 4096;

/**
 * The bytes to append. A line that would cross a page boundary is pushed behind it by a comment, so that a kill in
 * the middle leaves whole lines: a torn rule would keep the whole file from loading.
 */
function compose(before: Uint8Array, call: string): Buffer | undefined {
  const line = Buffer.from(`${call}\n`);
  if (line.length > pageSize) return undefined;
  const repair = before.length > 0 && before.at(-1) !== newline ? '\n' : '';
  const room = pageSize - ((before.length + repair.length) % pageSize);
  const padding = line.length <= room ? '' : `${'#'.repeat(room - 1)}\n`;
  return Buffer.concat([Buffer.from(repair + padding), line]);
}

const newline = 10;

/** All of it or nothing: a full disk must not leave half a rule. */
function writeWhole(descriptor: number, bytes: Uint8Array, sizeBefore: number): void {
  try {
    if (writeSync(descriptor, bytes) === bytes.length) return;
  } catch (error) {
    ftruncateSync(descriptor, sizeBefore);
    throw error;
  }
  ftruncateSync(descriptor, sizeBefore);
  throw new Error('the disk is full');
}

/** A new file is only there after a crash when its directory is on disk too. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
