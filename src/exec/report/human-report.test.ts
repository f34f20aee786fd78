import { describe, expect, it } from 'vitest';
import { humanReport, type HumanReportOptions } from './human-report.ts';
import { choosePaint } from './paint.ts';
import type { Report } from './report.ts';
import type { CommandItem } from './thread-event.ts';

interface Bench {
  readonly report: Report;
  readonly out: () => string;
  readonly err: () => string;
}

function bench(options: Partial<HumanReportOptions> = {}): Bench {
  const text = { out: '', err: '' };
  const report = humanReport({
    stdout: (piece) => void (text.out += piece),
    stderr: (piece) => void (text.err += piece),
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
    ...options,
  });
  return { report, out: () => text.out, err: () => text.err };
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

describe('humanReport', () => {
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

tokens used: 1234
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
    expect([out(), err()]).toEqual(['', 'cordon\nhalf\n\nturn failed: gone\n']);
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
    expect(err()).toBe('  succeeded in 1 ms\n  exec rm\n  \n  turn failed: no\nsucceeded in 6 ms\n\n');
  });

  it('shows the start and the end of what is too long, and keeps no more than that', () => {
    const { report, err } = bench();
    for (let piece = 0; piece < 400; piece += 1) report.runtimeEvent(chunk(`${'x'.repeat(1023)}\n`));
    report.event({
      type: 'item.completed',
      item: { ...item, aggregated_output: `${'y'.repeat(5000)}\nlast line\n`, sandbox: null },
    });
    expect(err().length).toBeLessThan(150_000);
    expect(err()).toMatch(
      /x\n {2}\[\.\.\. more output is not shown here; it ends with \.\.\.\]\n {2}y+\n {2}last line\nsucceeded in 6 ms\n\n$/,
    );
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

describe('choosePaint', () => {
  const rows: readonly {
    says: string;
    choice: 'always' | 'never' | 'auto';
    isTerminal: boolean;
    env: Record<string, string>;
    painted: boolean;
  }[] = [
    { says: 'auto paints a terminal', choice: 'auto', isTerminal: true, env: {}, painted: true },
    { says: 'auto leaves a pipe alone', choice: 'auto', isTerminal: false, env: {}, painted: false },
    { says: 'auto obeys NO_COLOR', choice: 'auto', isTerminal: true, env: { NO_COLOR: '1' }, painted: false },
    {
      says: 'auto ignores an empty NO_COLOR',
      choice: 'auto',
      isTerminal: true,
      env: { NO_COLOR: '' },
      painted: true,
    },
    {
      says: 'auto leaves a dumb terminal alone',
      choice: 'auto',
      isTerminal: true,
      env: { TERM: 'dumb' },
      painted: false,
    },
    { says: 'always paints', choice: 'always', isTerminal: false, env: { NO_COLOR: '1' }, painted: true },
    { says: 'never does not', choice: 'never', isTerminal: true, env: {}, painted: false },
  ];
  for (const { says, choice, isTerminal, env, painted } of rows)
    it(says, () => expect(choosePaint(choice, { isTerminal, env }).good('x') !== 'x').toBe(painted));
});
