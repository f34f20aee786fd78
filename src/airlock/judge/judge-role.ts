// One change in one role: keep, hold, or rewrite. Every role is a row here; what cannot be read is held.
import {
  assertNever,
  type BytePath,
  type Change,
  type ChangeVerdict,
  type HeldPart,
  isNonEmpty,
} from '../../domain/index.ts';
import type { Departed } from './git/departed.ts';
import { judgeGitConfig, type ConfigVerdict } from './git/judge-git-config.ts';
import { judgeAttributes, judgeRemote, judgeTodo, type LinesVerdict } from './git/judge-lines.ts';
import { isOrdinaryUrl } from './git/ordinary-url.ts';
import type { GitConfigEntry } from './git/parse-git-config.ts';
import { isSample } from './git/hook-samples.ts';
import { nameOf } from './path.ts';
import type { Role } from './role.ts';
import { readText, type View } from './view.ts';

export interface Subject {
  readonly view: View;
  readonly departed: Departed;
  readonly path: BytePath;
  readonly change: Change;
}

const keep: ChangeVerdict = { kind: 'keep' };

export function judgeRole(subject: Subject, role: Role): ChangeVerdict {
  const { change, view, path } = subject;
  const { after, before } = change;
  // What is gone runs nothing; a directory runs nothing by itself.
  if (after.kind === 'missing' || after.kind === 'directory') return keep;
  const runs = role.kind === 'row' ? role.row.runs : role.runs;
  if (role.kind === 'link') return after.kind === 'file' ? keep : hold({ reason: role.reason, runs });
  if (role.kind === 'hold') return hold({ reason: role.reason, runs });
  if (after.kind !== 'file') {
    const what = after.kind === 'symlink' ? 'A link' : `A ${after.type}`;
    return hold({ reason: `${what} stands where ${runs} looks.`, runs });
  }
  const text = readText(view.after, path);
  if (text === undefined) return hold({ reason: 'It cannot be read, or is too large to be judged.', runs });
  const old = before.kind === 'file' ? readText(view.before, path) : undefined;
  if (old === text && before.kind === 'file' && !opensMore(before.mode, after.mode)) return keep;
  switch (role.kind) {
    case 'git-config':
      return fromConfig(
        judgeGitConfig({
          before: role.before,
          after: text,
          runs,
          ...(role.mayStay === undefined ? {} : { mayStay: role.mayStay }),
        }),
      );
    case 'git-modules':
      return fromConfig(judgeGitConfig({ before: old, after: text, runs, holds: startsFromModules }));
    case 'git-hook':
      if (isSample(view, nameOf(path), text) || subject.departed.knowsHook(nameOf(path), text)) return keep;
      return hold({ reason: "This is a hook, and not one of git's samples.", runs });
    case 'git-todo':
      return fromLines(judgeTodo(old, text), runs);
    case 'git-attributes':
      return fromLines(judgeAttributes(old, text), runs);
    case 'git-remote':
      return fromLines(judgeRemote(old, text), runs);
    case 'program':
      return hold({ reason: role.reason, runs });
    case 'row':
      if (role.row.keeps?.(old, text) === true) return keep;
      return hold({ reason: `This file is obeyed by ${runs}.`, runs });
    default:
      return assertNever(role, 'judgeRole');
  }
}

/** New leave to execute it, or for others to write it. */
function opensMore(before: number, after: number): boolean {
  return (after & 0o6133 & ~before) !== 0;
}

function startsFromModules({ name, value }: GitConfigEntry): boolean {
  const key = /^submodule\..*\.(update|url|path)$/s.exec(name)?.[1];
  if (key === 'update') return value === null || value.startsWith('!');
  if (key === 'url') return value === null || !isOrdinaryUrl(value);
  return key === 'path' && (value === null || value.startsWith('-'));
}

function hold(part: HeldPart): ChangeVerdict {
  return { kind: 'hold', held: [part] };
}

function fromConfig(verdict: ConfigVerdict): ChangeVerdict {
  switch (verdict.kind) {
    case 'keep':
      return keep;
    case 'hold':
      return hold(verdict.held);
    case 'rewrite':
      return rewrite(verdict.text, verdict.held);
    default:
      return assertNever(verdict, 'fromConfig');
  }
}

function fromLines(verdict: LinesVerdict, runs: string): ChangeVerdict {
  if (verdict.kind === 'keep') return keep;
  return rewrite(
    verdict.text,
    verdict.held.map(({ line, reason }) => ({ part: shorten(line), reason, runs })),
  );
}

function rewrite(text: string, held: readonly HeldPart[]): ChangeVerdict {
  return isNonEmpty(held) ? { kind: 'rewrite', bytes: Buffer.from(text, 'latin1'), held } : keep;
}

function shorten(line: string): string {
  const shown = Buffer.from(line, 'latin1')
    .toString('utf8')
    .replace(/\p{Cc}/gu, '?');
  return shown.length > 120 ? `${shown.slice(0, 120)}…` : shown;
}
