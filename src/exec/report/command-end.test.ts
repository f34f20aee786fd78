import { describe, expect, it } from 'vitest';
import type { AttemptRecord, CallId, ExecResult, SettledChanges } from '../../domain/index.ts';
import { noEnforcement } from '../../domain/index.ts';
import { commandEnd } from './command-end.ts';
import { ItemLog } from './item-log.ts';
import type { ThreadEvent } from './thread-event.ts';

const empty = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };
const output = { stdout: empty, stderr: empty, aggregated: empty, spillFile: undefined };

function itemOf(changes: SettledChanges): unknown {
  const outcome = { kind: 'exited', exitCode: 0, output } as const;
  const record: AttemptRecord = {
    attempt: {
      ordinal: 1,
      selection: { kind: 'sandboxed', sandbox: 'landlock' },
      profile: { kind: 'read-only', network: 'none', denyRead: [] },
      grant: undefined,
    },
    enforcement: noEnforcement,
    outcome,
    denial: undefined,
    durationMs: 1,
    changes,
  };
  const held = changes.kind === 'committed' ? { held: changes.held } : {};
  const result: ExecResult = { kind: 'ran', callId: 'c' as CallId, outcome, attempts: [record], ...held };
  const events: ThreadEvent[] = [];
  const log = new ItemLog((event) => events.push(event));
  log.endCommand(log.startCommand({ command: 'x', call_id: 'c', cwd: '/w' }), commandEnd(result));
  const last = events.at(-1);
  return last?.type === 'item.completed' ? last.item : last;
}

describe('the item of a command', () => {
  it('says what was held back, and what somebody else changed meanwhile', () => {
    const parts = [{ part: 'core.pager', reason: 'It starts a program.', runs: 'git log' }] as const;
    expect(
      itemOf({
        kind: 'committed',
        count: 1,
        held: [{ id: 'h1', path: '/w/.git/config', parts }],
        conflicts: [{ path: '/w/a', conflict: 'changed-since', id: 'h2' }],
        direct: [],
      }),
    ).toMatchObject({
      status: 'completed',
      held: [{ id: 'h1', path: '/w/.git/config', parts: ['core.pager'], reason: 'It starts a program.' }],
      conflicts: [
        {
          id: 'h2',
          path: '/w/a',
          reason: 'somebody else, or another command, changed it while the command ran',
        },
      ],
    });
  });

  it('is failed when nothing is in place, and says why', () => {
    expect(itemOf({ kind: 'discarded', path: '/w/ci', reason: 'CI is ours', rule: 'r:1' })).toMatchObject({
      status: 'failed',
      exit_code: 0,
      unsettled: 'Nothing was changed: CI is ours (/w/ci, by r:1).',
    });
  });

  it('says nothing of it when everything is in place', () => {
    const item = itemOf({ kind: 'committed', count: 1, held: [], conflicts: [], direct: [] });
    expect(
      Object.keys(item as object).filter((key) => ['held', 'conflicts', 'unsettled'].includes(key)),
    ).toEqual([]);
  });
});
