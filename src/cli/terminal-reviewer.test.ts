import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { describe, expect, it, vi } from 'vitest';
import type {
  AbsolutePath,
  ApprovalId,
  ApprovalRequest,
  CallId,
  ParsedCommand,
  ReviewDecision,
} from '../domain/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { terminalReviewer } from './terminal-reviewer.ts';

class FakeTerminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly raw: boolean[] = [];
  printed = '';
  readonly #keys: PassThrough;

  constructor({ isTTY = true } = {}) {
    this.#keys = new PassThrough();
    const setRawMode = (mode: boolean): void => {
      this.raw.push(mode);
      Object.assign(this.#keys, { isRaw: mode });
    };
    this.input = Object.assign(this.#keys, { isTTY, isRaw: false, setRawMode }) as unknown as ReadStream;
    const write = (text: string): boolean => {
      this.printed += text;
      return true;
    };
    this.output = { isTTY, columns: 80, write } as unknown as WriteStream;
  }

  /** Types until the screen shows `shows`: the first moment of a question drops what is typed into it. */
  async type(keys: string, shows: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (this.printed.includes(shows)) return;
        this.#keys.write(keys);
        throw new Error(`the screen never showed ${shows}`);
      },
      { timeout: 5000, interval: 20 },
    );
  }

  send(bytes: string): void {
    this.#keys.write(bytes);
  }

  hangUp(): void {
    this.#keys.destroy();
  }
}

const endsOf = ({ input, output }: FakeTerminal) => ({ input, output });

const parsed: ParsedCommand = {
  kind: 'plain',
  from: 'argv',
  commands: [{ argv: ['npm', 'run', 'test', '--watch'], directory: { kind: 'start' } }],
  literalCommands: [],
};

function question(over: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'ask' as ApprovalId,
    callId: 'call' as CallId,
    purpose: 'first-run',
    argv: ['npm', 'run', 'test', '--watch'],
    script: undefined,
    cwd: '/ws' as AbsolutePath,
    tty: false,
    reason: 'a rule says so',
    cause: { kind: 'policy', approvalPolicy: 'untrusted' },
    parsed,
    risk: undefined,
    amendment: undefined,
    grant: undefined,
    choices: ['approved', 'approved-for-session', 'denied', 'abort'],
    ...over,
  };
}

const alive = new AbortController().signal;

function ask(
  terminal: FakeTerminal,
  over: Partial<ApprovalRequest> = {},
  signal = alive,
): Promise<ReviewDecision> {
  const env = { TERM: 'xterm', NO_COLOR: '1' };
  const reviewer = terminalReviewer({
    ...endsOf(terminal),
    env,
    quote: quoteArgv,
    settleMs: over.id === 'slow' ? 250 : 0,
  });
  if (reviewer === undefined) throw new Error('no reviewer');
  return reviewer.review(question(over), signal);
}

const rows: readonly { says: string; keys: string; over?: Partial<ApprovalRequest>; want: ReviewDecision }[] =
  [
    { says: 'y', keys: 'y', want: { kind: 'approved' } },
    { says: 'Y', keys: 'Y', want: { kind: 'approved' } },
    { says: 'a', keys: 'a', want: { kind: 'approved-for-session' } },
    { says: 'Ctrl-C', keys: '\u0003', want: { kind: 'abort' } },
    {
      says: 'g where a grant is on offer',
      keys: 'g',
      over: {
        purpose: 'retry-with-grant',
        grant: { kind: 'network' },
        choices: ['approved-grant', 'denied', 'abort'],
      },
      want: { kind: 'approved-grant' },
    },
    {
      says: 'y where the question is about leaving the sandbox',
      keys: 'y',
      over: { purpose: 'retry-unsandboxed', choices: ['approved-unsandboxed', 'denied', 'abort'] },
      want: { kind: 'approved-unsandboxed' },
    },
    {
      says: 'y where only a grant is on offer',
      keys: 'y',
      over: {
        purpose: 'retry-with-grant',
        grant: { kind: 'network' },
        choices: ['approved-grant', 'denied', 'abort'],
      },
      want: { kind: 'approved-grant' },
    },
    {
      says: 'p where the whole command is on offer',
      keys: 'p',
      over: {
        amendment: { allowPrefix: ['npm', 'run', 'test', '--watch'], exact: true },
        choices: ['approved-allow-prefix', 'denied'],
      },
      want: {
        kind: 'approved-allow-prefix',
        amendment: { allowPrefix: ['npm', 'run', 'test', '--watch'], exact: true },
      },
    },
  ];

describe('terminalReviewer', () => {
  it.each(rows)('reads $says as $want.kind', async ({ keys, over, want }) => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal, over);
    await terminal.type(keys, 'you ');
    expect(await answer).toEqual(want);
    expect(terminal.raw).toEqual([true, false]);
  });

  it('does not exist where there is no terminal', () => {
    const options = { ...endsOf(new FakeTerminal({ isTTY: false })), env: {}, quote: quoteArgv };
    expect(terminalReviewer(options)).toBeUndefined();
  });

  it('asks for a message after a no', async () => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal);
    await terminal.type('n', 'Tell the model why');
    terminal.send('use git mvvv');
    terminal.send('\u007f');
    terminal.send('\b');
    terminal.send('\u001b[Dé\r');
    terminal.send('\r');
    expect(await answer).toEqual({ kind: 'denied', message: 'use git mv' });
  });

  it('takes Esc for a no, and an empty message for none', async () => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal);
    await vi.waitFor(() => expect(terminal.printed).toContain('> '));
    terminal.send('\u001b');
    await vi.waitFor(() => expect(terminal.printed).toContain('Tell the model why'));
    terminal.send('\r');
    expect(await answer).toEqual({ kind: 'denied', message: undefined });
  });

  it('lets a person make the prefix longer, and never shorter', async () => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal, {
      amendment: { allowPrefix: ['npm', 'run'] },
      choices: ['approved-allow-prefix', 'denied'],
    });
    await terminal.type('p', 'save: npm run and whatever words follow\r\n');
    terminal.send('\u001b[D');
    terminal.send('\u001b[C');
    await vi.waitFor(() =>
      expect(terminal.printed).toContain('save: npm run test and whatever words follow\r\n'),
    );
    terminal.send('\r');
    expect(await answer).toEqual({
      kind: 'approved-allow-prefix',
      amendment: { allowPrefix: ['npm', 'run', 'test'] },
    });
  });

  it('makes a prefix of the whole command exact', async () => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal, {
      amendment: { allowPrefix: ['npm', 'run', 'test'] },
      choices: ['approved-allow-prefix', 'denied'],
    });
    await terminal.type('p', 'save: npm run test and');
    terminal.send('\u001b[C');
    await vi.waitFor(() => expect(terminal.printed).toContain('save: exactly npm run test --watch\r\n'));
    terminal.send('\r');
    expect(await answer).toEqual({
      kind: 'approved-allow-prefix',
      amendment: { allowPrefix: ['npm', 'run', 'test', '--watch'], exact: true },
    });
  });

  it('pages through what does not fit, and comes back to the question', async () => {
    const terminal = new FakeTerminal();
    Object.assign(terminal.output, { rows: 24, columns: 40 });
    const script = Array.from({ length: 50 }, (_, index) => `echo ${String(index)}`).join('\n');
    const answer = ask(terminal, { script, argv: ['bash', '-c', '--', script] });
    await terminal.type('v', '1-21 of ');
    expect(terminal.printed).toContain('  | echo 20\r\n');
    terminal.send(' ');
    await vi.waitFor(() => expect(terminal.printed).toContain('22-42 of '));
    terminal.send('b');
    await vi.waitFor(() => expect(terminal.printed.split('1-21 of ')).toHaveLength(3));
    for (const key of [' ', 'y', ' ']) terminal.send(key);
    await vi.waitFor(() => expect(terminal.printed).toContain('43-'));
    terminal.send('q');
    await vi.waitFor(() => expect(terminal.printed.split('run this command?')).toHaveLength(3));
    await terminal.type('y', 'you ');
    expect(await answer).toEqual({ kind: 'approved' });
  });

  it('ignores keys that are not on offer', async () => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal);
    for (const key of ['p', 'g', 'v', 'x', '\r', ' ']) await terminal.type(key, '> ');
    await terminal.type('y', 'you ');
    expect(await answer).toEqual({ kind: 'approved' });
  });

  it('puts the terminal back once when the question is withdrawn', async () => {
    const terminal = new FakeTerminal();
    const cancel = new AbortController();
    const answer = ask(terminal, {}, cancel.signal);
    await vi.waitFor(() => expect(terminal.raw).toEqual([true]));
    cancel.abort();
    expect(await answer).toEqual({ kind: 'abort' });
    expect(terminal.raw).toEqual([true, false]);
  });

  it('drops what was typed before the question stood on the screen', async () => {
    const terminal = new FakeTerminal();
    terminal.send('y');
    const answer = ask(terminal, { id: 'slow' as ApprovalId });
    terminal.send('y');
    await terminal.type('\u0003', 'you ');
    expect(await answer).toEqual({ kind: 'abort' });
  });

  it('takes a terminal that is gone for a stop', async () => {
    const terminal = new FakeTerminal();
    const answer = ask(terminal);
    await vi.waitFor(() => expect(terminal.printed).toContain('> '));
    terminal.hangUp();
    expect(await answer).toEqual({ kind: 'abort' });
  });

  it('asks one question at a time, in order', async () => {
    const terminal = new FakeTerminal();
    const reviewer = terminalReviewer({ ...endsOf(terminal), env: {}, quote: quoteArgv, settleMs: 0 });
    const first = reviewer?.review(question({ reason: 'first' }), alive);
    const second = reviewer?.review(question({ reason: 'second' }), alive);
    await vi.waitFor(() => expect(terminal.printed).toContain('first'));
    expect(terminal.printed).not.toContain('second');
    await terminal.type('y', 'second');
    expect(await first).toEqual({ kind: 'approved' });
    await terminal.type('a', 'for this session');
    expect(await second).toEqual({ kind: 'approved-for-session' });
  });
});
