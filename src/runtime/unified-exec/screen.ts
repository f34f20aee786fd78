// What a person would see in a full-screen program: the bytes of a terminal, played into an emulator. Loaded only when
// somebody asks for a screen; until then a session costs no emulator.
import type { Terminal as XtermTerminal } from '@xterm/headless';

/** One look at the terminal. Rows and columns count from 0. */
export interface ScreenSnapshot {
  readonly rows: number;
  readonly cols: number;
  /** One string a row, right-trimmed. */
  readonly lines: readonly string[];
  readonly cursor: { readonly row: number; readonly col: number };
  /** A full-screen program (an editor, a pager) is in charge. */
  readonly alternate: boolean;
}

export interface Screen {
  /** Plays bytes in; resolves once they are on the screen. */
  write(bytes: Uint8Array): Promise<void>;
  resize(rows: number, cols: number): void;
  snapshot(): ScreenSnapshot;
  dispose(): void;
}

/**
 * `answer` receives what a real terminal would send back by itself (cursor position reports and the like); programs
 * such as vim wait for it.
 */
export async function openScreen(
  size: { readonly rows: number; readonly cols: number },
  answer: (text: string) => void,
): Promise<Screen> {
  const { default: xterm } = await import('@xterm/headless');
  const terminal = new xterm.Terminal({ ...size, scrollback: 0, allowProposedApi: true });
  const subscription = terminal.onData(answer);
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        terminal.write(bytes, resolve);
      }),
    resize: (rows, cols) => terminal.resize(cols, rows),
    snapshot: () => snapshotOf(terminal),
    dispose: () => {
      subscription.dispose();
      terminal.dispose();
    },
  };
}

function snapshotOf(terminal: XtermTerminal): ScreenSnapshot {
  const buffer = terminal.buffer.active;
  const lines = Array.from(
    { length: terminal.rows },
    (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
  );
  return {
    rows: terminal.rows,
    cols: terminal.cols,
    lines,
    cursor: { row: buffer.cursorY, col: buffer.cursorX },
    alternate: buffer.type === 'alternate',
  };
}
