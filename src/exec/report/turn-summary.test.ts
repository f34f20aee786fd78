import { describe, expect, it } from 'vitest';
import type { CommandItem, ThreadEvent } from './thread-event.ts';
import { markdownSummary } from './turn-summary.ts';
import { turnTally } from './turn-tally.ts';

const command: CommandItem = {
  id: 'item_0',
  type: 'command_execution',
  command: 'npm test',
  aggregated_output: '',
  exit_code: 0,
  status: 'completed',
  call_id: 'c1',
  cwd: '/w',
  duration_ms: 1,
  timed_out: false,
  signal: null,
  sandbox: null,
  denied: null,
};
const completed = (changes: Partial<CommandItem>): ThreadEvent => ({
  type: 'item.completed',
  item: { ...command, ...changes },
});
const facts = {
  model: 'm',
  workspace: '/w',
  prompt: 'fix it\nplease',
  durationMs: 1234,
  lastMessage: 'Done.',
};

describe('the summary of a turn', () => {
  it('counts what ran, failed, was refused, held back and changed', () => {
    const tally = turnTally();
    const denied = { by: 'policy', rule: '/r:1', path: null, reason: 'no' } as const;
    const held = [{ id: null, path: '/w/x', parts: [], reason: 'r' }];
    tally.note(completed({}));
    tally.note(completed({ status: 'failed', exit_code: 1, held }));
    tally.note(completed({ status: 'declined', exit_code: null, command: 'git push', denied }));
    tally.note(completed({ status: 'declined', denied: { ...denied, by: 'request' } }));
    tally.note({
      type: 'item.completed',
      item: {
        id: 'item_4',
        type: 'file_change',
        changes: [{ path: '/w/a', kind: 'add' }],
        status: 'completed',
        call_id: 'c',
        cwd: '/w',
        duration_ms: 1,
        denied: null,
        error: null,
      },
    });
    const usage = {
      input_tokens: 5,
      cached_input_tokens: 0,
      cache_write_input_tokens: 0,
      output_tokens: 2,
      reasoning_output_tokens: 0,
    };
    tally.note({ type: 'turn.completed', usage });
    expect(markdownSummary(tally, facts)).toBe(
      [
        '### cordon exec completed',
        '',
        '| | |',
        '|---|---|',
        '| Result | completed |',
        '| Task | fix it |',
        '| Workspace | /w |',
        '| Model | m |',
        '| Commands | 2, 1 failed |',
        '| Refused | 1 |',
        '| Held back | 1 |',
        '| Files changed by patches | 1 |',
        '| Duration | 1.2 s |',
        '| Tokens | 5 in, 2 out |',
        '',
        '| Refused | By | Why |',
        '|---|---|---|',
        '| git push | policy | no &#40;/r:1&#41; |',
        '',
        '```text',
        'Done.',
        '```',
        '',
        '',
      ].join('\n'),
    );
  });

  it('lets nothing of a model or a command make a heading, a link, a picture or the end of its quotation', () => {
    const tally = turnTally();
    const denied = {
      by: 'policy',
      rule: null,
      path: null,
      reason: '![x](http://evil)\n# heading | cell',
    } as const;
    tally.note(completed({ status: 'declined', denied, command: '</td><img src=x>' }));
    const text = markdownSummary(tally, { ...facts, lastMessage: '```\n# out\n````' });
    expect(text).not.toMatch(/!\[|<img|\n# heading/);
    expect(text).toContain('\n`````text\n```\n# out\n````\n`````\n');
  });
});
