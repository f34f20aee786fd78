// `cordon policy check --network`: rule files and one connection in, one line of JSON out. Nothing is resolved or opened.
import { loadFiles } from '../../policy/load/load-files.ts';
import { combine } from '../../policy/load/combine-files.ts';
import { judgeEndpoint, readEndpoint, verdictsBy, type NetworkRule } from '../../policy/index.ts';
import { parseCommand } from '../../shell/index.ts';
import { UsageError, type Edge } from '../edge.ts';
import { statusOf } from './answer-check.ts';
import type { ConnectionArguments } from './check-arguments.ts';
import { formatErrors } from './format-errors.ts';
import { showSource } from './rule-text.ts';

export async function checkConnection(
  { rules, endpoint: written, pretty, exitByDecision }: ConnectionArguments,
  edge: Edge,
): Promise<number> {
  const endpoint = readEndpoint(written);
  if (endpoint === undefined) {
    throw new UsageError(
      `--network needs HOST:PORT, got ${JSON.stringify(written)} (a name in ASCII, an address with four numbers, or [IPV6])`,
    );
  }
  const files = await loadFiles(
    rules.map((file) => ({ file, links: 'follow', base: edge.cwd }) as const),
    { verdictOf: verdictsBy(parseCommand), userHome: edge.env['HOME'] },
  );
  const errors = files.flatMap((file) => file.errors);
  if (errors.length > 0) {
    edge.stderr.write(formatErrors('cordon policy check', errors));
    return 1;
  }
  const { matches, decision, unreadable } = judgeEndpoint(combine(files).network, endpoint);
  if (unreadable.length > 0) {
    for (const { host, source } of unreadable) {
      edge.stderr.write(
        `cordon policy check: ${showSource(source)}: ${JSON.stringify(host)} can be no host, so the rule says nothing: write a name in ASCII or an address\n`,
      );
    }
    return 1;
  }
  edge.stdout.write(
    `${JSON.stringify({ matchedRules: matches.map(show), decision }, undefined, pretty ? 2 : undefined)}\n`,
  );
  return exitByDecision ? statusOf[decision] : 0;
}

/** Keys that are undefined are left out by JSON. */
function show({ host, port, protocol, decision, justification }: NetworkRule): unknown {
  return { networkRuleMatch: { host, port, protocol, decision, justification } };
}
