import { describe, expect, it } from 'vitest';
import { ItemLog } from './item-log.ts';
import type { ThreadEvent } from './thread-event.ts';

describe('an item of a command', () => {
  it('names what was held back', () => {
    const events: ThreadEvent[] = [];
    const log = new ItemLog((event) => events.push(event));
    const held = [{ id: 'h1', path: '/w/.git/hooks/pre-commit', parts: [], reason: 'git runs it' }];
    log.endCommand(log.startCommand({ command: 'true', call_id: 'c', cwd: '/w' }), {
      aggregated_output: '',
      exit_code: 0,
      status: 'completed',
      duration_ms: 1,
      timed_out: false,
      signal: null,
      sandbox: null,
      denied: null,
      held,
    });
    expect(events.at(-1)).toMatchObject({ type: 'item.completed', item: { held } });
    expect(events[0]).not.toHaveProperty('item.held');
  });
});
