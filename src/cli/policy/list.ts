// `cordon policy list`: every rule in force.
import { parseArgs } from 'node:util';
import type { ChangeRule } from '../../domain/index.ts';
import { loadPolicy, verdictsBy, type DefaultRule, type NetworkRule, type Rule } from '../../policy/index.ts';
import { showText } from '../../policy/language/show-words.ts';
import { wholePattern } from '../../policy/rules/rule.ts';
import { parseCommand } from '../../shell/index.ts';
import { UsageError, type Edge } from '../edge.ts';
import { formatErrors } from './format-errors.ts';
import { formatWarnings } from './format-warnings.ts';
import { rulesHere } from './load-rules.ts';
import { showLimits, showRule, showSource } from './rule-text.ts';
import { renderTable } from './table.ts';

export async function list(args: readonly string[], edge: Edge): Promise<number> {
  const { json, rules } = readListArguments(args);
  const { locations } = await rulesHere(edge, rules);
  const { policy, errors, files, warnings } = await loadPolicy(locations, {
    verdictOf: verdictsBy(parseCommand),
  });
  if (errors.length > 0) edge.stderr.write(formatErrors('cordon policy list', errors));
  const warned = warnings();
  if (!json) edge.stderr.write(formatWarnings(warned));
  if (json) {
    const shown = {
      rules: policy.rules.map(toJson),
      defaults: policy.defaults,
      network: policy.network,
      changes: policy.changes,
      files,
      errors,
      warnings: warned,
    };
    edge.stdout.write(`${JSON.stringify(shown)}\n`);
  } else {
    const tables = [
      policy.rules.length === 0 ? '' : renderTable(policy.rules, columns),
      policy.defaults.length === 0 ? '' : renderTable(policy.defaults, defaultColumns),
      policy.network.length === 0 ? '' : renderTable(policy.network, networkColumns),
      policy.changes.length === 0 ? '' : renderTable(policy.changes, changeColumns),
    ].filter((table) => table !== '');
    edge.stdout.write(tables.length === 0 ? 'No rules are in force.\n' : tables.join('\n'));
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

const defaultColumns = [
  { title: 'DECISION', cell: ({ decision }: DefaultRule) => decision },
  { title: 'COMMANDS OF NO OTHER RULE', cell: () => 'every one that does more than read' },
  { title: 'WRITTEN IN', cell: ({ source }: DefaultRule) => showSource(source) },
  { title: 'BECAUSE', cell: ({ justification }: DefaultRule) => showText(justification ?? '') },
];

const networkColumns = [
  { title: 'DECISION', cell: ({ decision }: NetworkRule) => decision },
  {
    title: 'CONNECTIONS TO',
    cell: ({ protocol, host, port }: NetworkRule) => showText(`${protocol} ${showEndpoint(host, port)}`),
  },
  { title: 'WRITTEN IN', cell: ({ source }: NetworkRule) => showSource(source) },
  { title: 'BECAUSE', cell: ({ justification }: NetworkRule) => showText(justification ?? '') },
];

const changeColumns = [
  { title: 'DECISION', cell: ({ decision }: ChangeRule) => decision },
  { title: 'WHAT A COMMAND LEAVES AT', cell: ({ paths }: ChangeRule) => showText(paths.join(', ')) },
  { title: 'KINDS', cell: ({ kinds }: ChangeRule) => (kinds.length === 0 ? 'every' : kinds.join(', ')) },
  { title: 'WRITTEN IN', cell: ({ source }: ChangeRule) => showText(source) },
  { title: 'BECAUSE', cell: ({ justification }: ChangeRule) => showText(justification ?? '') },
];

function toJson(rule: Rule): unknown {
  const { decision, justification, canonical, limits, id, source } = rule;
  return { pattern: wholePattern(rule), decision, justification, canonical, limits, id, source };
}

/** `files` says whether rule files may also stand by themselves: `cordon policy test x.rules`. */
export function readListArguments(
  args: readonly string[],
  files: 'by-option' | 'also-bare' = 'by-option',
): {
  readonly json: boolean;
  readonly rules: readonly string[];
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: files === 'also-bare',
      options: {
        json: { type: 'boolean', default: false },
        rules: { type: 'string', multiple: true, short: 'r' },
      },
    });
    return { json: values.json, rules: [...(values.rules ?? []), ...positionals] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function showEndpoint(host: string, port: number | undefined): string {
  if (port === undefined) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
