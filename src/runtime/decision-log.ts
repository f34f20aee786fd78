// Keeps every decision as a line of JSON, for `cordon policy replay` and `suggest`, and what became of it, for `cordon
// audit`. Appends, and reads nothing but the last line it goes on from; that the file lies where no command can write is
// the business of own-places.ts.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import {
  type AttemptRecord,
  describeUnsettled,
  type Evaluation,
  type ExecEvent,
  type ExecRequest,
  type ExecResult,
  RuntimeError,
} from '../domain/index.ts';
import { type ChainLink, hashOfLine, logLine, noLine } from '../policy/index.ts';
import type { FileChangeResult } from './files/index.ts';

export interface DecisionLog {
  add(
    evaluation: Evaluation,
    request: Pick<ExecRequest, 'cwd' | 'command'> & Partial<Pick<ExecRequest, 'callId'>>,
  ): void;
  /** Answers of people, and how commands ended. */
  event(event: ExecEvent): void;
  /** What became of files that were to be written. */
  files(result: FileChangeResult): void;
  close(): void;
}

/** @throws RuntimeError `E_BAD_OPTION` when the file cannot be opened for appending, or is no regular file. */
export function openDecisionLog(file: string, now: () => number): DecisionLog {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (cause) {
    throw unusable(file, cause);
  }
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    throw unusable(file, undefined);
  }
  const run = randomBytes(8).toString('hex');
  const last = { seq: 0, hash: hashOfLastLine(descriptor) };
  let isOpen = true;

  function write(record: object): void {
    if (!isOpen) return;
    const chain: ChainLink = { run, seq: last.seq, prev: last.hash };
    const line = JSON.stringify({ ...record, chain });
    try {
      writeSync(descriptor, `${line}\n`);
      last.seq += 1;
      last.hash = hashOfLine(line);
    } catch {
      // A full disk loses lines, not commands: `rm` is how it gets room again.
    }
  }

  return {
    add(evaluation, { cwd, command, callId }) {
      write({
        ...logLine(evaluation, { at: now(), cwd, command }),
        ...(callId === undefined ? {} : { call: callId }),
      });
    },
    event(event) {
      if (event.type === 'approval.answered') {
        const { callId: call, decision, source } = event;
        write({ at: now(), call, approval: { decision: decision.kind, source } });
      }
      if (event.type === 'exec.finished')
        write({ at: now(), call: event.callId, outcome: outcomeOf(event.result) });
    },
    files(result) {
      const { callId: call } = result;
      const outcome =
        result.kind === 'changed'
          ? { kind: 'files-changed', paths: result.files.map(({ path, kind }) => `${kind} ${path}`) }
          : result.kind === 'refused'
            ? { kind: 'files-refused', ...result.refusal }
            : { kind: 'files-failed', path: result.path, reason: result.reason };
      write({ at: now(), call, outcome });
    },
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** What happened, without what it printed. */
function outcomeOf(result: ExecResult): object {
  if (result.kind === 'not-run')
    return { kind: 'not-run', refusal: result.refusal.kind, reason: result.refusal.reason };
  const { outcome, attempts, held } = result;
  const last = attempts.at(-1) ?? attempts[0];
  return {
    kind: result.kind,
    ended: outcome.kind,
    ...(outcome.kind === 'exited' ? { exitCode: outcome.exitCode } : {}),
    ...(outcome.kind === 'signalled' ? { signal: outcome.signal } : {}),
    durationMs: Math.round(attempts.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    attempts: attempts.length,
    sandbox: last.enforcement.level,
    ...(result.kind === 'blocked-by-sandbox' ? { denied: result.denial.restriction } : {}),
    ...(held === undefined || held.length === 0 ? {} : { held: held.map(({ path }) => path) }),
    ...changesOf(result),
  };
}

/** Left out where everything that the command wrote, but for what was held back, is in place. */
function changesOf(result: ExecResult): object {
  const unsettled = describeUnsettled(result);
  if (unsettled !== undefined) return { unsettled };
  const conflicts = result.kind === 'not-run' ? [] : result.attempts.flatMap(conflictsOf);
  return conflicts.length === 0 ? {} : { conflicts };
}

function conflictsOf({ changes }: AttemptRecord): readonly string[] {
  return changes?.kind === 'committed' ? changes.conflicts.map(({ path }) => path) : [];
}

/** A last line that was never finished counts as it stands: the check of the chain shows it. */
const mostLineBytes = 4 * 1024 * 1024;

function hashOfLastLine(descriptor: number): string {
  const { size } = fstatSync(descriptor);
  const length = Math.min(size, mostLineBytes);
  const room = Buffer.alloc(length);
  const got = readSync(descriptor, room, 0, length, size - length);
  const text = room.subarray(0, got).toString('utf8').replace(/\n$/, '');
  if (text === '') return noLine;
  return hashOfLine(text.slice(text.lastIndexOf('\n') + 1));
}

function unusable(file: string, cause: unknown): RuntimeError {
  return new RuntimeError(
    'E_BAD_OPTION',
    `Cannot keep the log of decisions in ${file}: it is no file to append to`,
    {
      hint: 'Name a regular file in a directory that exists and that only you can write',
      cause,
    },
  );
}
