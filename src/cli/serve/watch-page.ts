// `--web`: the page beside a server, on a port of its own. Its address is for the person who started the server, so it is
// told on standard error and never where clients read.
import { randomBytes } from 'node:crypto';
import { describeProfile, type SandboxSelection } from '../../domain/index.ts';
import type { ShellRuntime } from '../../runtime/index.ts';
import { quoteArgv } from '../../shell/index.ts';
import type { OpenRuntime } from '../../serve/rpc/client-runtimes.ts';
import type { LoopbackAddress } from '../../serve/loopback/index.ts';
import type { PageListener } from '../../serve/watch/index.ts';
import { type Edge, UsageError } from '../edge.ts';
import { packageVersion } from '../package-version.ts';
import { homeOf, workspaceAt } from '../person-settings.ts';
import { listening } from './listening.ts';
import { pageFiles } from './page-files.ts';

export interface WebValues {
  readonly web?: boolean | undefined;
  readonly 'web-port'?: string | undefined;
  readonly cwd?: string | undefined;
}

/** Undefined without `--web`. @throws UsageError */
export function pageAddress(values: WebValues): LoopbackAddress | undefined {
  const given = values['web-port'];
  if (values.web !== true) {
    if (given !== undefined) throw new UsageError('--web-port needs --web');
    return undefined;
  }
  const port = given === undefined ? 0 : /^\d{1,5}$/u.test(given) ? Number(given) : Infinity;
  if (port > 65_535)
    throw new UsageError(`--web-port takes a port, or 0 for a free one, found ${JSON.stringify(given)}`);
  return { host: '127.0.0.1', port };
}

export interface WatchedPage {
  /** In place of the server's own: clients are watched, and asked nothing. */
  readonly openRuntime: OpenRuntime;
  close(): Promise<void>;
}

export interface WatchPageParts {
  readonly edge: Edge;
  readonly values: WebValues;
  readonly address: LoopbackAddress;
  readonly openRuntime: OpenRuntime;
  /** The page's own from now on: it knows what commands changed before. */
  readonly runtime: ShellRuntime;
  onProblem(error: unknown): void;
}

/** Rejects with a CliError when the port is taken, or the page is not the one that was built; `runtime` is closed then. */
export async function watchPage(parts: WatchPageParts): Promise<WatchedPage> {
  try {
    return await openPage(parts);
  } catch (error) {
    await parts.runtime.close();
    throw error;
  }
}

async function openPage(parts: WatchPageParts): Promise<WatchedPage> {
  const { edge, values, address, runtime, onProblem } = parts;
  const { listenForPages, WatchedServer } = await import('../../serve/watch/index.ts');
  const { profile, selection } = runtime.sandbox;
  const server = new WatchedServer({
    place: {
      version: packageVersion(),
      workspace: workspaceAt(values.cwd, edge),
      limits: describeProfile(profile),
      enforcedBy: enforcer(selection),
    },
    history: runtime.changes,
    words: { quote: quoteArgv, rulesFile: `${homeOf(edge)}/rules/default.rules` },
    now: Date.now,
  });
  const files = await pageFiles();
  const token = randomBytes(32).toString('base64url');
  const listener: PageListener = await listening(
    async () => await listenForPages({ server, files, token, onProblem }, address),
    'Another --web-port, or none: it then takes a free one.',
  );
  edge.stderr.write(`cordon serve: questions go to the page ${listener.url}\n`);
  return {
    openRuntime: server.watching(parts.openRuntime),
    close: async () => {
      server.close();
      await listener.close();
      await runtime.close();
    },
  };
}

function enforcer(selection: SandboxSelection): string {
  switch (selection.kind) {
    case 'sandboxed':
      return selection.sandbox;
    case 'unsandboxed':
      return 'none';
    case 'unavailable':
      return 'unavailable';
  }
}
