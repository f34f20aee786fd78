// `cordon policy replay`: which decisions of a log other rules would have changed, the widened ones first.
import { parseArgs } from 'node:util';
import { absolutePath, type AbsolutePath } from '../../domain/index.ts';
import { createProgramResolver, evaluate } from '../../policy/index.ts';
import { compareVerdicts } from '../../policy/compare/compare-verdicts.ts';
import { readLog } from '../../policy/compare/decision-log.ts';
import { parseCommand } from '../../shell/index.ts';
import { type Edge, UsageError } from '../edge.ts';
import { describeChanges, policyOf, readText } from './read-comparison.ts';

const root = '/' as AbsolutePath;

export async function replay(args: readonly string[], edge: Edge): Promise<number> {
  const { json, rules, log } = readArguments(args);
  const policy = await policyOf(rules, edge);
  const { decisions, skipped } = readLog(readText(log, edge));
  const resolve = createProgramResolver({ writableRoots: [], uid: process.getuid?.() ?? 0 });
  const changes = compareVerdicts(
    decisions.map(({ command, cwd, verdict }) => ({
      command: command.kind === 'script' ? command.script : command.argv,
      cwd,
      before: verdict,
      after: evaluate(policy, parseCommand(command), {
        cwd: absolutePath(cwd) ?? root,
        path: edge.env['PATH'],
        resolve,
      }).verdict,
    })),
  );
  if (json) {
    edge.stdout.write(`${JSON.stringify({ decisions: decisions.length, skipped, changes })}\n`);
    return 0;
  }
  const wider = changes.filter(({ isWider }) => isWider).length;
  edge.stdout.write(describeChanges(changes));
  edge.stdout.write(
    `${decisions.length} decisions, ${changes.length} would change, ${wider} of them wider${skipped === 0 ? '' : `; ${skipped} lines are no decisions`}\n`,
  );
  return 0;
}

function readArguments(args: readonly string[]): {
  readonly json: boolean;
  readonly rules: readonly string[];
  readonly log: string;
} {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        rules: { type: 'string', multiple: true, short: 'r' },
        log: { type: 'string' },
      },
    });
    const { json, rules, log } = values;
    if (rules === undefined) throw new UsageError('missing --rules FILE');
    if (log === undefined) throw new UsageError('missing --log FILE');
    return { json, rules, log };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
