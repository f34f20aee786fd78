// The agent frameworks that the adapters are for, as their makers publish them. They are large, and no dependencies of
// ours; `.ci/run` installs them.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const clients = fileURLToPath(new URL('../../.tmp/clients/', import.meta.url));
const names = [
  '@openai/agents',
  '@modelcontextprotocol/client',
  'ai',
  '@ai-sdk/openai',
  '@langchain/core',
  '@agentclientprotocol/sdk',
  '@anthropic-ai/claude-agent-sdk',
];

/** Whether the tests with them can run. @throws Error where CI asks for them and one is missing. */
export const hasFrameworks: boolean = (() => {
  const missing = names.filter((name) => !existsSync(`${clients}node_modules/${name}/package.json`));
  if (missing.length > 0 && process.env['REQUIRE_CLIENTS'] === '1')
    throw new Error(`Agent frameworks are not installed in ${clients}: ${missing.join(', ')}`);
  return missing.length === 0;
})();

/** The module of this name, with what a test uses of it as its type. */
export async function load<T>(name: string): Promise<T> {
  const path = createRequire(`${clients}any.cjs`).resolve(name);
  return (await import(pathToFileURL(path).href)) as T;
}
