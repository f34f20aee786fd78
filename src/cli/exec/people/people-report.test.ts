import { describe, expect, it } from 'vitest';
import { type CommandItem, type Report, turnTally } from '../../../exec/index.ts';
import { choosePaint } from './paint.ts';
import { peopleReport, type PeopleReportOptions } from './people-report.ts';

interface Bench {
  readonly report: Report;
  readonly out: () => string;
  readonly err: () => string;
}

function bench(options: Partial<PeopleReportOptions> & { columns?: number } = {}): Bench {
  const text = { out: '', err: '' };
  const tally = turnTally();
  const report = peopleReport({
    stdout: (piece) => void (text.out += piece),
    screen: { write: (piece) => void (text.err += piece), columns: () => options.columns, isLive: false },
    paint: choosePaint('never', { isTerminal: true, env: {} }),
    banner: {
      version: '1.0.0',
      workdir: '/ws',
      model: 'm',
      provider: 'p (host)',
      approval: 'never',
      sandbox: 'read-only',
      prompt: 'do\u001b[2J it',
    },
    stdoutIsTerminal: false,
    showsBoth: false,
    isVerbose: false,
    tally,
    now: () => 0,
    ...options,
  });
  const told: Report = {
    ...report,
    event: (event) => {
      tally.note(event);
      report.event(event);
    },
  };
  return { report: told, out: () => text.out, err: () => text.err };
}

const item: CommandItem = {
  id: 'item_0',
  type: 'command_execution',
  command: "bash -c 'ls'",
  aggregated_output: 'a\n',
  exit_code: 0,
  status: 'completed',
  call_id: 'c1',
  cwd: '/ws',
  duration_ms: 6,
  timed_out: false,
  signal: null,
  sandbox: {
    kind: 'landlock',
    level: 'partial',
    layers: ['landlock'],
    missing: [{ restriction: 'processes', because: 'x' }],
  },
  denied: null,
};
const message = (text: string): Parameters<Report['event']>[0] => ({
  type: 'item.completed',
  item: { id: 'item_1', type: 'agent_message', text },
});
const usage = {
  input_tokens: 1000,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 234,
  reasoning_output_tokens: 0,
};
const chunk = (text: string): Parameters<Report['runtimeEvent']>[0] => ({
  type: 'output.chunk',
  callId: 'item_0' as never,
  stream: 'stdout',
  bytes: Buffer.from(text, 'latin1'),
});

describe('the report for people', () => {
  it('tells a whole turn on stderr, and only the last message on stdout', () => {
    const { report, out, err } = bench();
    report.event({ type: 'thread.started', thread_id: 't1' });
    report.event({ type: 'turn.started' });
    report.event({ type: 'item.completed', item: { id: 'item_9', type: 'reasoning', text: 'hm' } });
    report.event({ type: 'item.started', item: { ...item, status: 'in_progress', exit_code: null } });
    report.runtimeEvent(chunk('a\nb'));
    report.runtimeEvent(chunk('c'));
    report.event({ type: 'item.completed', item });
    report.notice('trying again');
    report.event(message('first'));
    report.event(message('last'));
    report.event({ type: 'turn.completed', usage });
    expect(out()).toBe('last\n');
    expect(err()).toBe(`cordon 1.0.0
workdir:  /ws
model:    m
provider: p (host)
approval: never
sandbox:  read-only
thread:   t1

user
do it

thinking
hm

exec bash -c 'ls' in /ws
  a
  bc
succeeded in 6 ms (landlock, partial, not enforced: processes)

trying again
cordon
first

cordon
last

1 command, 0 ms, 1,234 tokens
`);
  });

  it('says nothing on stdout when there is no message', () => {
    const { report, out } = bench();
    report.event({ type: 'turn.completed', usage });
    expect(out()).toBe('');
  });

  it('prints no message of a turn that failed', () => {
    const { report, out, err } = bench();
    report.event(message('half'));
    report.event({ type: 'turn.failed', error: { kind: 'model', message: 'gone\u0007' } });
    expect([out(), err()]).toEqual(['', 'cordon\nhalf\n\nturn failed: gone\n0 commands, 0 ms\n']);
  });

  it('gives a pipe the message as it is, and a terminal without control characters', () => {
    const results = [false, true].map((stdoutIsTerminal) => {
      const { report, out } = bench({ stdoutIsTerminal });
      report.event(message('\u001b]0;owned\u0007hi\n'));
      report.event({ type: 'turn.completed', usage });
      return out();
    });
    expect(results).toEqual(['\u001b]0;owned\u0007hi\n', 'hi\n']);
  });

  const ends: readonly { says: string; changes: Partial<CommandItem>; want: string }[] = [
    {
      says: 'a failure',
      changes: { exit_code: 3, status: 'failed' },
      want: 'exited 3 in 6 ms (landlock, partial, not enforced: processes)\n\n',
    },
    {
      says: 'a deadline',
      changes: { exit_code: 124, timed_out: true, status: 'failed', sandbox: null },
      want: 'timed out in 6 ms\n\n',
    },
    {
      says: 'a signal',
      changes: { exit_code: 137, signal: 'SIGKILL', status: 'failed', sandbox: null },
      want: 'killed by SIGKILL in 6 ms\n\n',
    },
    {
      says: 'a cancelled command',
      changes: { exit_code: null, status: 'failed', sandbox: null },
      want: 'cancelled in 6 ms\n\n',
    },
    {
      says: 'no sandbox',
      changes: { sandbox: { kind: 'none', level: 'none', layers: [], missing: [] } },
      want: 'succeeded in 6 ms (no sandbox)\n\n',
    },
    {
      says: 'a refusal with its rule',
      changes: {
        exit_code: null,
        status: 'declined',
        duration_ms: null,
        sandbox: null,
        denied: { by: 'policy', path: null, rule: '/r/a.rules:3', reason: 'no\u001b[1m echo' },
      },
      want: 'refused\n  by policy: no echo (/r/a.rules:3)\n\n',
    },
    {
      says: 'a denial by the kernel',
      changes: {
        exit_code: 1,
        status: 'failed',
        sandbox: null,
        denied: { by: 'sandbox', rule: null, path: null, reason: 'the sandbox stopped it' },
      },
      want: 'exited 1 in 6 ms\n  by sandbox: the sandbox stopped it\n\n',
    },
  ];
  for (const { says, changes, want } of ends)
    it(`shows ${says}`, () => {
      const { report, err } = bench();
      report.event({ type: 'item.completed', item: { ...item, ...changes } });
      expect(err()).toBe(want);
    });

  it('never lets output pass for a line of its own', () => {
    const { report, err } = bench();
    report.runtimeEvent(chunk('succeeded in 1 ms\r\u001b[1Gexec rm\n\nturn failed: no'));
    report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
    expect(err()).toBe('  exec rm\n  \n  turn failed: no\nsucceeded in 6 ms\n\n');
  });

  it('shows the start and the end of what is too long for a log, and keeps no more than that', () => {
    const { report, err } = bench();
    for (let piece = 0; piece < 400; piece += 1) report.runtimeEvent(chunk(`${'x'.repeat(1023)}\n`));
    report.runtimeEvent(chunk(`${'y'.repeat(5000)}\nlast line\n`));
    report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
    expect(err().length).toBeLessThan(150_000);
    expect(err()).toMatch(
      /x\n {2}\[268 more lines; --verbose shows them all\]\n( {2}x+\n){4} {2}y{2000} \[\.\.\.\]\n {2}last line\nsucceeded in 6 ms\n\n$/,
    );
  });

  it('folds long output on a terminal, and shows all of it where that is asked for', () => {
    const told = [false, true].map((isVerbose) => {
      const { report, err } = bench({ columns: 80, isVerbose });
      for (let line = 1; line <= 100; line += 1) report.runtimeEvent(chunk(`line ${line}\n`));
      report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
      return err().split('\n').slice(19, 29);
    });
    expect(told[0]).toEqual([
      '  line 20',
      '  [74 more lines; --verbose shows them all]',
      ...[95, 96, 97, 98, 99, 100].map((line) => `  line ${line}`),
      'succeeded in 6 ms',
      '',
    ]);
    expect(told[1]).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29].map((line) => `  line ${line}`));
  });

  it('does not say that lines are missing where none is', () => {
    const { report, err } = bench({ columns: 80 });
    for (let line = 1; line <= 26; line += 1) report.runtimeEvent(chunk(`${line}\n`));
    report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
    expect(err()).toBe(
      `${Array.from({ length: 26 }, (_, index) => `  ${index + 1}\n`).join('')}succeeded in 6 ms\n\n`,
    );
  });

  const bars: readonly { says: string; pieces: readonly string[]; want: string }[] = [
    {
      says: 'drawn with carriage returns',
      pieces: ['10%\r5', '0%\r100%', '\ndone\n'],
      want: '  100%\n  done\n',
    },
    { says: 'drawn by going to the first column', pieces: ['10%\u001b[1G\u001b[K20%\n'], want: '  20%\n' },
    { says: 'that is wiped away at the end', pieces: ['10%\r20%\r\u001b[K', '\n'], want: '  20%\n' },
    { says: 'whose end is the end of the output', pieces: ['10%\r', '20%\r'], want: '  20%\n' },
    { says: 'beside lines of another system', pieces: ['a\r', '\nb\r\n'], want: '  a\n  b\n' },
    { says: 'beside an empty line', pieces: ['a\n\nb\n'], want: '  a\n  \n  b\n' },
  ];
  for (const { says, pieces, want } of bars)
    it(`shows one line for a progress bar ${says}`, () => {
      const { report, err } = bench();
      for (const piece of pieces) report.runtimeEvent(chunk(piece));
      report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
      expect(err()).toBe(`${want}succeeded in 6 ms\n\n`);
    });

  it('says whose lines follow where commands run side by side', () => {
    const { report, err } = bench();
    const other = { ...item, id: 'item_1', command: 'make', status: 'in_progress' as const };
    report.event({ type: 'item.started', item: { ...item, status: 'in_progress' } });
    report.event({ type: 'item.started', item: other });
    const from = (callId: string, text: string): void =>
      report.runtimeEvent({ ...chunk(text), callId: callId as never });
    from('item_0', 'a\n');
    from('item_0', 'b\n');
    from('item_1', 'c\n');
    from('item_0', 'd\n');
    expect(err().split('\n').slice(2)).toEqual([
      "  [bash -c 'ls']",
      '  a',
      '  b',
      '  [make]',
      '  c',
      "  [bash -c 'ls']",
      '  d',
      '',
    ]);
    report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
    report.event({ type: 'item.completed', item: { ...other, status: 'completed', sandbox: null } });
    expect(err().split('\n').slice(9)).toEqual([
      "  [bash -c 'ls']",
      'succeeded in 6 ms',
      '',
      'succeeded in 6 ms',
      '',
      '',
    ]);
  });

  it('fits into 40 columns without cutting a word, and no row of a command passes for one of its own', () => {
    const { report, err } = bench({
      columns: 40,
      banner: {
        version: '1.0.0',
        workdir: `/home/somebody/${'deep/'.repeat(12)}`,
        model: 'm',
        provider: 'p (host)',
        approval: 'never',
        sandbox: 'workspace-write: landlock, full',
        prompt: 'please make the tests of this package pass again and tell me why they failed',
      },
    });
    report.event({ type: 'thread.started', thread_id: '0198c0de-0000-7000-8000-000000000000' });
    report.event({ type: 'item.started', item: { ...item, command: `npm test -- ${'--flag '.repeat(10)}` } });
    report.runtimeEvent(
      chunk(`${'x'.repeat(38)}succeeded in 6 ms\n\tindented words that go on and on and on\n`),
    );
    report.event({ type: 'item.completed', item });
    report.event(
      message(
        'The tests failed because\n- a variable was not set\n    and indented text goes on below itself',
      ),
    );
    report.event({ type: 'turn.completed', usage });
    const rows = err().split('\n');
    expect(rows.filter((row) => row.length > 40)).toEqual([]);
    expect(rows.filter((row) => row.startsWith('succeeded'))).toEqual(['succeeded in 6 ms']);
    expect(err()).toContain(
      'please make the tests of this package\npass again and tell me why they failed\n',
    );
    expect(err()).toContain('    and indented text goes on below\n    itself\n');
    expect(err()).toContain('  (landlock, partial, not enforced:\n  processes)\n');
  });

  it('says what was held back, in whose way somebody was, and what was typed', () => {
    const { report, err } = bench();
    report.event({
      type: 'item.updated',
      item: { ...item, interaction: { call_id: 'c2', chars: 'y\u001b[2J\n', output: '' } },
    });
    report.event({
      type: 'item.completed',
      item: {
        ...item,
        sandbox: null,
        held: [{ id: 'h1', path: '/ws/.envrc', parts: [], reason: 'direnv runs it' }],
        conflicts: [{ id: null, path: '/ws/a', reason: 'it was changed meanwhile' }],
      },
    });
    expect(err()).toBe(`  [typed y\\e[2J\\n]
succeeded in 6 ms
  held back /ws/.envrc: direnv runs it; cordon held show h1
  not written /ws/a: it was changed meanwhile

`);
  });

  it('keeps a character whole that arrives in two pieces', () => {
    const { report, err } = bench();
    report.runtimeEvent(chunk('\u00c3'));
    report.runtimeEvent(chunk('\u00a9\n'));
    expect(err()).toBe('  é\n');
  });

  it('paints only what is its own', () => {
    const { report, err } = bench({
      paint: choosePaint('always', { isTerminal: false, env: { NO_COLOR: '1' } }),
    });
    report.event({ type: 'item.completed', item: { ...item, sandbox: null } });
    expect(err()).toBe('\u001b[32msucceeded\u001b[39m in 6 ms\n\n');
  });
});
