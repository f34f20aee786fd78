// `cordon run -t`: the program on a terminal of its own, and ours a window to it: every byte of the keyboard goes there,
// every byte it writes comes here. While a question is open, neither does.
import type { ExecResult } from '../../domain/index.ts';
import type { ShellRuntime, StartInput } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { rawTerminal } from '../terminal/raw-terminal.ts';
import type { RunTerminal } from './run-terminal.ts';

export async function runOnTerminal(
  runtime: ShellRuntime,
  input: Omit<StartInput, 'stdin' | 'terminal'>,
  { edge, terminal }: { readonly edge: Edge; readonly terminal: RunTerminal },
): Promise<ExecResult> {
  const { stdin, stdout, interrupted } = edge;
  const sizeNow = (): { rows: number; cols: number } => ({
    rows: within(stdout.rows, 24),
    cols: within(stdout.columns, 80),
  });
  const handle = runtime.start({ ...input, terminal: sizeNow() }, interrupted);
  // Whoever prints listens to the runtime.
  void handle.events.return?.();
  const onResize = (): void => handle.resize(sizeNow());
  stdout.on('resize', onResize);
  const raw = rawTerminal(stdin);
  const keyboard: { letGo: () => void } = { letGo: () => undefined };
  const enter = (): void => {
    raw.enter();
    const typed = terminal.typed();
    keyboard.letGo = () => void typed.return?.();
    void (async () => {
      for await (const bytes of typed) if ((await handle.stdin?.write(bytes)) === 'closed') return;
      // The terminal is gone: nobody sees what the program does any more.
      if (stdin.readableEnded || stdin.destroyed) handle.cancel();
    })();
  };
  const leave = (): void => {
    keyboard.letGo();
    raw.leave();
  };
  const stopListening = runtime.onEvent(({ type }) => {
    if (type === 'attempt.started') enter();
    if (type === 'attempt.finished') leave();
  });
  const unwatch = terminal.turns.watch({
    // The question is on the screen where the program believes its own rows to be: it draws them anew.
    answered: () => {
      const { rows, cols } = sizeNow();
      handle.resize({ rows: rows === 1 ? 2 : rows - 1, cols });
      handle.resize({ rows, cols });
    },
  });
  try {
    return await handle.result;
  } finally {
    unwatch();
    stopListening();
    leave();
    stdout.off('resize', onResize);
  }
}

/** A terminal that does not tell its size says 0. */
function within(size: number | undefined, usual: number): number {
  return size === undefined || size < 1 ? usual : Math.min(size, 1000);
}
