// `cordon policy diff OLD NEW`: in words and sample commands, what became allowed, asked about, forbidden or undecided.
import { parseArgs } from 'node:util';
import { verdictsBy } from '../../policy/index.ts';
import { compareVerdicts } from '../../policy/compare/compare-verdicts.ts';
import { samplesFor } from '../../policy/compare/sample-policies.ts';
import { parseCommand } from '../../shell/index.ts';
import { type Edge, UsageError } from '../edge.ts';
import { describeChanges, policyOf } from './read-comparison.ts';

export async function diff(args: readonly string[], edge: Edge): Promise<number> {
  const { json, before, after } = readArguments(args);
  const [old, fresh] = [await policyOf([before], edge), await policyOf([after], edge)];
  const verdictOf = verdictsBy(parseCommand);
  const changes = compareVerdicts(
    samplesFor([old, fresh]).map((command) => ({
      command,
      cwd: edge.cwd,
      before: verdictOf(old, command, edge.cwd),
      after: verdictOf(fresh, command, edge.cwd),
    })),
  );
  if (json) edge.stdout.write(`${JSON.stringify({ changes })}\n`);
  else
    edge.stdout.write(
      changes.length === 0 ? 'No sample command is decided otherwise.\n' : describeChanges(changes),
    );
  return 0;
}

function readArguments(args: readonly string[]): {
  readonly json: boolean;
  readonly before: string;
  readonly after: string;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [before, after, ...more] = positionals;
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError('which two files?');
    return { json: values.json, before, after };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
