// The scripted model of the demo, for tests: `startModelServer`, the items it can say, and a run of the built
// `cordon exec` against it in a private home and workspace.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandItem, ThreadEvent } from '../../src/exec/index.ts';
import { threadEventSchema } from '../../src/exec/testdata/thread-event-schema.ts';
import { type ModelServer, startModelServer, type Step } from '../../examples/demo/model-server.mjs';

export {
  call,
  type Item,
  localShell,
  type ModelRequest,
  type ModelServer,
  say,
  startModelServer,
  type Step,
  think,
} from '../../examples/demo/model-server.mjs';

const program = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));

/**
 * A private home, a workspace with a `.git`, and a place outside both that no sandbox may write. Below /var/tmp, because
 * commands have a /tmp of their own: what they write there would succeed and be gone.
 */
export interface Lab {
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  readonly outside: string;
  write(path: string, text: string | Uint8Array): void;
  remove(): void;
}

export function createLab(files: Readonly<Record<string, string | Uint8Array>> = {}): Lab {
  const root = realpathSync(mkdtempSync('/var/tmp/cordon-exec-'));
  const lab: Lab = {
    root,
    home: join(root, 'home'),
    workspace: join(root, 'workspace'),
    outside: join(root, 'outside'),
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  mkdirSync(join(lab.workspace, '.git'), { recursive: true });
  mkdirSync(lab.home);
  mkdirSync(lab.outside);
  for (const [path, text] of Object.entries(files)) lab.write(path, text);
  return lab;
}

export interface ExecRun {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout, line by line, as JSON; throws where a line is none, or none that docs/exec-json.schema.json knows. */
  events(): ThreadEvent[];
  /** The completed commands, in the order they started. */
  commands(): CommandItem[];
}

export interface ExecOptions {
  readonly args?: readonly string[];
  /** Default "go". null: no prompt argument. */
  readonly prompt?: string | null;
  readonly json?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin, which is then closed. */
  readonly stdin?: string | Uint8Array;
  /** stdin stays open and silent instead. */
  readonly stdinStaysOpen?: boolean;
  /** Called with the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
  readonly onStdout?: (text: string, child: ChildProcess) => void;
}

export interface ExecBench extends AsyncDisposable {
  readonly lab: Lab;
  readonly server: ModelServer;
  run(options?: ExecOptions): Promise<ExecRun>;
}

/** A lab, a model that answers `steps`, and `cordon exec` pointed at it. Dispose to remove all three. */
export async function createBench(
  steps: Parameters<typeof startModelServer>[0],
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<ExecBench> {
  const lab = createLab(files);
  const server = await startModelServer(steps);
  const provider = [
    '-c',
    'model_provider=mock',
    '-c',
    `model_providers.mock={ base_url = "${server.baseUrl}", request_max_retries = 2, stream_max_retries = 2 }`,
  ];
  return {
    lab,
    server,
    run: async ({ args = [], prompt = 'go', json = true, ...rest } = {}) =>
      await runExec(
        [...provider, ...(json ? ['--json'] : []), ...args, ...(prompt === null ? [] : ['--', prompt])],
        lab,
        rest,
      ),
    async [Symbol.asyncDispose]() {
      await server.close();
      lab.remove();
    },
  };
}

/** `cordon exec ARGS...` with nothing of this machine's user in its environment. */
export async function runExec(
  args: readonly string[],
  lab: Lab,
  options: Omit<ExecOptions, 'args' | 'prompt' | 'json'> = {},
): Promise<ExecRun> {
  const child = spawn(process.execPath, [program, 'exec', ...args], {
    cwd: options.cwd ?? lab.workspace,
    env: { PATH: process.env['PATH'] ?? '', HOME: lab.home, CORDON_HOME: lab.home, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
    options.onStdout?.(text.stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  child.stdin.on('error', () => undefined);
  if (options.stdinStaysOpen !== true) child.stdin.end(options.stdin);
  options.onStart?.(child);
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, name) => resolve([code, name]));
  });
  const events = (): ThreadEvent[] =>
    text.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => threadEventSchema.parse(JSON.parse(line)));
  const commands = (): CommandItem[] =>
    events()
      .flatMap((event) =>
        event.type === 'item.completed' && event.item.type === 'command_execution' ? [event.item] : [],
      )
      .toSorted((one, other) => numberOf(one.id) - numberOf(other.id));
  return { status, signal, ...text, events, commands };
}

function numberOf(id: string): number {
  return Number(id.replace('item_', ''));
}

export type { Step as ModelStep };
