// `cordon policy list`: every rule in force.
import { parseArgs } from 'node:util';
import { loadPolicy, type Rule } from '../../policy/index.ts';
import { showText } from '../../policy/language/show-words.ts';
import { UsageError, type Edge } from '../edge.ts';
import { formatErrors } from './format-errors.ts';
import { rulesHere } from './load-rules.ts';
import { showLimits, showRule, showSource } from './rule-text.ts';
import { renderTable } from './table.ts';

export async function list(args: readonly string[], edge: Edge): Promise<number> {
  const { json, rules } = readListArguments(args);
  const { locations } = await rulesHere(edge, rules);
  const { policy, errors, files } = await loadPolicy(locations);
  if (errors.length > 0) edge.stderr.write(formatErrors('cordon policy list', errors));
  if (json) {
    const shown = { rules: policy.rules.map(toJson), network: policy.network, files, errors };
    edge.stdout.write(`${JSON.stringify(shown)}\n`);
  } else if (policy.rules.length === 0) {
    edge.stdout.write('No rules are in force.\n');
  } else {
    edge.stdout.write(renderTable(policy.rules, columns));
  }
  return errors.length > 0 ? 1 : 0;
}

const columns = [
  { title: 'DECISION', cell: ({ decision }: Rule) => decision },
  { title: 'COMMANDS THAT START WITH', cell: showRule },
  { title: 'LIMITS', cell: showLimits },
  { title: 'WRITTEN IN', cell: ({ source }: Rule) => showSource(source) },
  { title: 'BECAUSE', cell: ({ justification }: Rule) => showText(justification ?? '') },
];

function toJson({ program, rest, decision, justification, canonical, limits, source }: Rule): unknown {
  return { pattern: [program, ...rest], decision, justification, canonical, limits, source };
}

export function readListArguments(args: readonly string[]): {
  readonly json: boolean;
  readonly rules: readonly string[];
} {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        rules: { type: 'string', multiple: true, short: 'r' },
      },
    });
    return { json: values.json, rules: values.rules ?? [] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
