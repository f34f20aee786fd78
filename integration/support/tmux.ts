// A real terminal for tests: a tmux server of its own, without anybody's configuration.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { requireCapability } from './require-capability.ts';

export interface TmuxTerminal {
  /** The rows that are visible now, without trailing blanks. */
  screen(): string;
  /** The same with colours as escape sequences. */
  painted(): string;
  /** Types literal text. */
  type(text: string): void;
  /** Presses named keys: `Enter`, `Escape`, `C-c`. */
  press(...keys: readonly string[]): void;
  /** Waits until the screen shows the text. */
  see(text: string | RegExp): Promise<void>;
  /**
   * Presses a key until the screen shows the text: a fresh question takes no key in its first moment. `everyMs`: a question
   * of a program that shares the terminal takes none without a pause before it.
   */
  pressUntil(key: string, text: string | RegExp, everyMs?: number): Promise<void>;
  resize(columns: number, rows: number): void;
  close(): void;
}

/** Skips where there is none, and fails where it must be there. `what` is tested. */
export function hasTmux(what: string): boolean {
  return requireCapability(
    what,
    isInstalled()
      ? { kind: 'present' }
      : { kind: 'missing', what: 'tmux is not installed', hint: 'Install tmux' },
    process.env,
  );
}

function isInstalled(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts `sh` with the prompt `$ ` in a terminal of the given size. */
export function openTmux({ columns, rows, cwd, env }: TmuxOptions): TmuxTerminal {
  const directory = mkdtempSync(join(tmpdir(), 'cordon-tmux-'));
  const socket = join(directory, 'socket');
  const run = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      // tmux runs what it is told through the user's shell, and some users have one that refuses.
      env: { ...process.env, SHELL: '/bin/sh', ...env },
    });
  run(
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-s',
    'main',
    '-c',
    cwd,
    "PS1='$ ' exec sh",
  );
  const screen = (...flags: readonly string[]): string =>
    run('capture-pane', '-p', ...flags, '-t', 'main').trimEnd();
  const shows = (text: string | RegExp): boolean =>
    typeof text === 'string' ? screen('-J').includes(text) : text.test(screen('-J'));
  const wait = async (text: string | RegExp, each: () => void, interval = 150): Promise<void> =>
    await vi.waitFor(
      () => {
        if (shows(text)) return;
        each();
        throw new Error(`The terminal never showed ${String(text)}:\n${screen()}`);
      },
      { timeout: 20_000, interval },
    );
  return {
    screen: () => screen(),
    painted: () => screen('-e'),
    type: (text) => void run('send-keys', '-t', 'main', '-l', text),
    press: (...keys) => void run('send-keys', '-t', 'main', ...keys),
    see: async (text) => await wait(text, () => undefined),
    pressUntil: async (key, text, everyMs) =>
      await wait(text, () => void run('send-keys', '-t', 'main', key), everyMs),
    resize: (columns, rows) =>
      void run('resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows)),
    close: () => {
      try {
        run('kill-server');
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}
