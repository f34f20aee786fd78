// From the start of a headless program to its first request, on a server that only looks at the clock. One at a time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

export interface Headless {
  readonly program: string;
  readonly args: readonly string[];
}

export interface RequestClock extends AsyncDisposable {
  /** What `base_url` of a provider is set to. */
  readonly baseUrl: string;
  /** Milliseconds until the program asked; it is killed then. Throws when it ends without having asked. */
  timeOf(program: Headless): Promise<number>;
}

export async function startRequestClock(directory: string): Promise<RequestClock> {
  let heard: (() => void) | undefined;
  const server = createServer((_, response) => {
    heard?.();
    response.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const home = join(directory, 'home');
  const workspace = join(directory, 'workspace');
  mkdirSync(join(workspace, '.git'), { recursive: true });
  mkdirSync(home, { recursive: true });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CORDON_HOME: home,
    CODEX_HOME: home,
    KEY: 'key',
  };
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    async timeOf({ program, args }) {
      const asked = new Promise<void>((resolve) => (heard = resolve));
      const startedAt = performance.now();
      const child = spawn(program, args, { cwd: workspace, env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      await Promise.race([
        asked,
        ended.then(([status]) => {
          throw new Error(`${program} ended with ${String(status)} before it asked`);
        }),
      ]);
      const time = performance.now() - startedAt;
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
      return time;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The command line of cordon and of the reference are the same here. */
export function headlessArgs(baseUrl: string): string[] {
  const provider = `model_providers.clock={ name = "clock", base_url = "${baseUrl}", env_key = "KEY" }`;
  return [
    'exec',
    '--json',
    '--skip-git-repo-check',
    '-c',
    'model_provider="clock"',
    '-c',
    provider,
    '-m',
    'gpt-5',
    'go',
  ];
}
