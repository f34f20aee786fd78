// The log of decisions: one line each, read back as it was meant, in a file that only its owner can read.
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { absolutePath, type AbsolutePath, type CallId, type Evaluation } from '../domain/index.ts';
import { readLog, verifyLog } from '../policy/index.ts';
import { openDecisionLog } from './decision-log.ts';

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'cordon-log-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const evaluation: Evaluation = {
  verdict: 'prompt',
  decidedBy: {
    kind: 'rule',
    decision: 'prompt',
    matchedPrefix: ['git', 'push'],
    command: ['git', 'push'],
    justification: undefined,
    resolvedProgram: undefined,
    source: { kind: 'file', file: '/r/a.rules', line: 3 },
  },
  matches: [{ kind: 'heuristic', class: 'unknown', command: ['git'], because: 'x' }],
  parsed: {
    kind: 'plain',
    from: 'argv',
    commands: [{ argv: ['git', 'push'], directory: { kind: 'start' } }],
    literalCommands: [],
  },
};
const cwd = absolutePath('/site') as AbsolutePath;

describe('the log of decisions', () => {
  it('appends a line for each, for its owner alone, and nothing once it is closed', () => {
    const file = join(directory(), 'log.jsonl');
    const command = { kind: 'argv', argv: ['git', 'push', 'a\nb'] } as const;
    for (const at of [1, 2]) {
      const log = openDecisionLog(file, () => at);
      log.add(evaluation, { cwd, command });
      log.close();
      log.add(evaluation, { cwd, command });
    }
    const line = { cwd, command, verdict: 'prompt', by: '/r/a.rules:3' };
    expect(readLog(readFileSync(file, 'utf8'))).toEqual({
      decisions: [
        { at: 1, ...line },
        { at: 2, ...line },
      ],
      skipped: 0,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('says what became of a command, in a chain that shows a changed line', () => {
    const file = join(directory(), 'log.jsonl');
    const callId = 'item_0' as CallId;
    for (const at of [1, 2]) {
      const log = openDecisionLog(file, () => at);
      log.add(evaluation, { cwd, command: { kind: 'argv', argv: ['git', 'push'] }, callId });
      const refusal = { kind: 'bad-request', reason: 'no' } as const;
      log.event({ type: 'exec.finished', callId, result: { kind: 'not-run', callId, refusal } });
      log.files({ kind: 'failed', callId, path: '/w/a', reason: 'ENOSPC' });
      log.close();
    }
    const text = readFileSync(file, 'utf8');
    expect(verifyLog(text)).toMatchObject({ lines: 6, runs: 2, broken: [] });
    expect(readLog(text)).toMatchObject({ decisions: [{ at: 1 }, { at: 2 }], skipped: 0 });
    expect(JSON.parse(text.split('\n')[1] ?? '')).toMatchObject({
      at: 1,
      call: 'item_0',
      outcome: { kind: 'not-run', refusal: 'bad-request', reason: 'no' },
    });
    expect(verifyLog(text.replace('"reason":"no"', '"reason":"ok"')).broken).not.toEqual([]);
  });

  it('refuses a link, a directory and a place that does not exist', () => {
    const root = directory();
    symlinkSync('/dev/null', `${root}/link`);
    for (const file of [`${root}/link`, root, `${root}/gone/log`, '/dev/null']) {
      expect(() => openDecisionLog(file, () => 0)).toThrow('Cannot keep the log of decisions');
    }
  });
});
