import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { turnTally, type Report } from '../../../exec/index.ts';
import { choosePaint } from './paint.ts';
import { peopleReport } from './people-report.ts';
import { screenOf } from './screen.ts';

const wipe = '\r\u001b[K';

function live(columns = 40): { readonly report: Report; readonly written: string[] } {
  const written: string[] = [];
  const report = peopleReport({
    stdout: () => undefined,
    screen: { write: (text) => void written.push(text), columns: () => columns, isLive: true },
    paint: choosePaint('never', { isTerminal: true, env: {} }),
    banner: { version: '1', workdir: '/', approval: '', model: '', provider: '', sandbox: '', prompt: '' },
    isVerbose: false,
    stdoutIsTerminal: true,
    showsBoth: true,
    tally: turnTally(),
    now: () => Date.now(),
  });
  return { report, written };
}

const item = {
  id: 'item_0',
  type: 'command_execution',
  command: 'npm test',
  aggregated_output: '',
  exit_code: null,
  status: 'in_progress',
  call_id: 'c1',
  cwd: '/ws',
  duration_ms: null,
  timed_out: false,
  signal: null,
  sandbox: null,
  denied: null,
} as const;

describe('the line at the bottom of a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells what is waited for and for how long, and is gone before anything else is written', () => {
    const { report, written } = live();
    report.event({ type: 'turn.started' });
    vi.advanceTimersByTime(2000);
    report.event({ type: 'item.started', item });
    vi.advanceTimersByTime(1000);
    report.runtimeEvent({
      type: 'output.chunk',
      callId: 'item_0' as never,
      stream: 'stdout',
      bytes: Buffer.from('one\nhalf 5\u001b[31m0%'),
    });
    vi.advanceTimersByTime(1000);
    report.event({ type: 'turn.failed', error: { kind: 'model', message: 'gone' } });
    vi.advanceTimersByTime(5000);
    expect(written.join('')).toBe(
      `${wipe}waiting for the model, 1 s${wipe}waiting for the model, 2 s${wipe}exec npm test in /ws\n` +
        `${wipe}npm test, 1 s${wipe}  one\n` +
        `${wipe}npm test, 2 s, 1 line  half 50%${wipe}turn failed: gone\n0 commands, 4.0 s\n`,
    );
  });

  it('never reaches the last column, whatever a command writes', () => {
    const { report, written } = live(20);
    report.event({ type: 'turn.started' });
    report.event({ type: 'item.started', item: { ...item, command: '漢字'.repeat(30) } });
    vi.advanceTimersByTime(1000);
    const drawn = written.at(-1)?.replace(wipe, '') ?? '';
    expect(drawn).toBe(`${'漢字'.repeat(4)}漢…`);
  });

  const screens: readonly { says: string; isTTY: boolean; env: Record<string, string>; isLive: boolean }[] = [
    { says: 'a terminal has one', isTTY: true, env: { TERM: 'xterm' }, isLive: true },
    { says: 'a pipe has none', isTTY: false, env: { TERM: 'xterm' }, isLive: false },
    { says: 'a CI system has none', isTTY: true, env: { TERM: 'xterm', CI: 'true' }, isLive: false },
    { says: 'CI=false is no CI system', isTTY: true, env: { TERM: 'xterm', CI: 'false' }, isLive: true },
    { says: 'a dumb terminal has none', isTTY: true, env: { TERM: 'dumb' }, isLive: false },
  ];
  for (const { says, isTTY, env, isLive } of screens)
    it(says, () => expect(screenOf({ isTTY, columns: 80, write: () => true }, env).isLive).toBe(isLive));
});
