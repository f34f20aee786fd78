// Takes rules out of a rule file. The file is read as a program, not as lines: only a rule that counts is found, and
// only a change that leaves all the others is made. The new text is written beside the file and renamed over it, so
// that a reader sees the old rules or the new ones.
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
import type { RuleFile, RulePlace } from '../language/rule-file.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { codeOf } from '../load/read-rule-file.ts';
import { wholePattern, type Rule } from '../rules/rule.ts';
import { syncDirectory, withLock } from './append-rule.ts';
import type { LockOptions } from './file-lock.ts';
import { saySame } from './same-rules.ts';
import { failed, openTarget, refused, type SaveError, type SaveTarget } from './save-target.ts';

export interface RemovedRule {
  readonly file: string;
  /** Line numbers the rules had; empty when the file does not have one. */
  readonly lines: readonly number[];
}

/** Which rules to take out: allow rules with exactly these words, whatever limits them, or the rule with an id. */
export type RemovalWish = { readonly prefix: Argv } | { readonly id: string };

export interface RemoveOptions extends LockOptions {
  /** What paths in the file may leave out. */
  readonly place?: RulePlace | undefined;
}

export async function removeAllowRule(
  target: SaveTarget,
  prefix: Argv,
  options: RemoveOptions = {},
): Promise<Result<RemovedRule, SaveError>> {
  return await removeRule(target, { prefix }, options);
}

export async function removeRule(
  target: SaveTarget,
  wish: RemovalWish,
  options: RemoveOptions = {},
): Promise<Result<RemovedRule, SaveError>> {
  return await withLock(target, options, async () => await removeLocked(target.file, wish, options.place));
}

async function removeLocked(
  file: string,
  wish: RemovalWish,
  place: RulePlace | undefined,
): Promise<Result<RemovedRule, SaveError>> {
  const opened = openTarget(file, false);
  if (!opened.ok) return opened;
  try {
    const stats = fstatSync(opened.value);
    if (!stats.isFile()) return err(refused(file, 'it is not a regular file'));
    const text = readFileSync(opened.value, 'utf8');
    const read = async (changed: string): Promise<RuleFile> =>
      await runRuleFile(file, changed.replace(/^\ufeff/, ''), { hostsBefore: new Map(), place });
    const before = await read(text);
    const [mistake] = before.errors;
    if (mistake !== undefined) {
      const because = `it has a mistake${mistake.line === undefined ? '' : ` in line ${mistake.line}`}`;
      return err({ ...refused(file, because), hint: 'Correct it first: `cordon policy test`' });
    }
    const lines = [...new Set(before.rules.filter((rule) => isWished(rule, wish)).map(lineOf))];
    let [left, rules] = [text, before.rules];
    for (const line of lines.toSorted((a, b) => b - a)) {
      const kept = rules.filter((rule) => lineOf(rule) !== line || !isWished(rule, wish));
      const without = await withoutCall(left, line, kept, read);
      if (without === undefined) {
        return err({
          ...refused(file, `the rule in line ${line} is part of something larger`),
          hint: 'Change it by hand',
        });
      }
      [left, rules] = [without, kept];
    }
    if (lines.length > 0) replace(file, left, stats.mode);
    return ok({ file, lines: lines.toSorted((a, b) => a - b) });
  } catch (error) {
    return err(failed(file, error));
  } finally {
    closeSync(opened.value);
  }
}

function isWished(rule: Rule, wish: RemovalWish): boolean {
  if ('id' in wish) return rule.id === wish.id;
  if (rule.decision !== 'allow' || rule.canonical) return false;
  return JSON.stringify(wholePattern(rule)) === JSON.stringify(wish.prefix);
}

function lineOf({ source }: Rule): number {
  return source.kind === 'file' ? source.line : 0;
}

/** A call of more lines than this is no rule that was saved. */
const longestCall = 60;

/** The text without the call that starts in a line; undefined when no such cut leaves exactly the rules to keep. */
async function withoutCall(
  text: string,
  line: number,
  kept: readonly Rule[],
  read: (changed: string) => Promise<RuleFile>,
): Promise<string | undefined> {
  const lines = text.split('\n');
  // A call in a branch or a loop belongs to it, and so does one of two in a line.
  if (!/^\ufeff?prefix_rule[ (]/.test(lines[line - 1] ?? '')) return undefined;
  for (let count = 1; count <= longestCall && line - 1 + count <= lines.length; count += 1) {
    const changed = lines.toSpliced(line - 1, count).join('\n');
    const after = await read(changed);
    if (after.errors.length === 0 && saySame(after.rules, kept)) return changed;
  }
  return undefined;
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
