// Starts the runtime of a headless run, or says why nothing will run: a mistake in any rule file stops everything,
// because the rule that is missing may be the one that forbids.
import type { PolicyError } from '../../domain/index.ts';
import { stripControl } from '../../exec/index.ts';
import type { AskedHost, ShellRuntime, ShellRuntimeOptions } from '../../runtime/index.ts';
import { CliError } from '../edge.ts';

/** @throws CliError status 1 with file, line and reason of every mistake. */
export async function startRuntime(options: ShellRuntimeOptions): Promise<ShellRuntime> {
  const { askHost } = await import('../../runtime/ask-host.ts');
  return await startRuntimeOn(askHost(options));
}

/** The same, on a host that was asked before. */
export async function startRuntimeOn(host: AskedHost): Promise<ShellRuntime> {
  const { createRuntimeOn } = await import('../../runtime/index.ts');
  const runtime = await createRuntimeOn(host);
  if (runtime.policyErrors.length === 0) return runtime;
  await runtime.close();
  throw new CliError(
    1,
    stripControl(runtime.policyErrors.map(policyErrorText).join('\n')),
    'Nothing was run.',
  );
}

/** The excerpt is a line of somebody's file: it must not speak to the terminal. */
function policyErrorText({ file, line, column, message, excerpt }: PolicyError): string {
  const place = [file, line, line === undefined ? undefined : column]
    .filter((part) => part !== undefined)
    .join(':');
  return `${place}: ${message}${excerpt === undefined ? '' : `\n${excerpt}`}`;
}
