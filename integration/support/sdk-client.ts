// A client we did not write: the agent SDK that starts an `exec` program and reads its events. It is not among the
// dependencies, because it brings a whole program of its own; `.ci/run` installs it without that.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const entry = fileURLToPath(
  new URL('../../.tmp/clients/node_modules/@openai/codex-sdk/dist/index.js', import.meta.url),
);

/** Whether the tests with it can run. @throws Error where CI asks for it and it is missing. */
export const hasSdk: boolean = (() => {
  if (existsSync(entry)) return true;
  if (process.env['REQUIRE_CLIENTS'] === '1') throw new Error(`The agent SDK is not installed at ${entry}`);
  return false;
})();

export interface SdkTurn {
  readonly items: readonly { readonly type: string; readonly [key: string]: unknown }[];
  readonly finalResponse: string;
  readonly usage: Readonly<Record<string, number>> | null;
}

export interface SdkThread {
  readonly id: string | null;
  run(input: unknown, options?: object): Promise<SdkTurn>;
  runStreamed(
    input: unknown,
    options?: object,
  ): Promise<{ readonly events: AsyncIterable<{ readonly type: string }> }>;
}

export interface Sdk {
  startThread(options?: object): SdkThread;
  resumeThread(id: string, options?: object): SdkThread;
}

export async function createSdk(options: object): Promise<Sdk> {
  const loaded = (await import(pathToFileURL(entry).href)) as { Codex: new (options: object) => Sdk };
  return new loaded.Codex(options);
}
