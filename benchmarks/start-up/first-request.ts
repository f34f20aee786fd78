// From the start of a headless program to its first request, on a server that only looks at the clock. One at a time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

export interface Headless {
  readonly program: string;
  /** The words behind it, with what `base_url` of its provider is. */
  argsFor(baseUrl: string): readonly string[];
}

export interface RequestClock extends AsyncDisposable {
  /** Milliseconds until the program asked; it is killed then. Throws when it ends without having asked. */
  timeOf(program: Headless): Promise<number>;
}

export async function startRequestClock(directory: string): Promise<RequestClock> {
  // A program that was killed may have asked again before: each has a place of its own.
  const heard = { place: 0, tell: (): void => undefined };
  const server = createServer(({ url = '' }, response) => {
    if (url.startsWith(`/${heard.place}/`)) heard.tell();
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
    async timeOf({ program, argsFor }) {
      heard.place += 1;
      const args = argsFor(`http://127.0.0.1:${port}/${heard.place}/v1`);
      const asked = new Promise<void>((resolve) => (heard.tell = resolve));
      const startedAt = performance.now();
      const child = spawn(program, args, { cwd: workspace, env, stdio: 'ignore', detached: true });
      const ended = once(child, 'exit');
      await Promise.race([
        asked,
        ended.then(([status]) => {
          throw new Error(`${program} ended with ${String(status)} before it asked`);
        }),
      ]);
      const time = performance.now() - startedAt;
      // A wrapper's own program would go on asking, and take time from those that come after it.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
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
