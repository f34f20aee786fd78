// `cordon policy check`: rule files and one command in, one line of JSON out. What it answers without the interpreter, ../quick-check.ts has answered before the program was loaded.
import { loadFiles } from '../../policy/load/load-files.ts';
import { namesIn } from '../../policy/rules/policy.ts';
import { evaluateAlone, verdictsBy, type Policy } from '../../policy/index.ts';
import { parseCommand } from '../../shell/index.ts';
import type { Edge } from '../edge.ts';
import { answerCheck, type FurtherLook } from './answer-check.ts';
import { readCheckArguments, type CheckArguments } from './check-arguments.ts';
import { isShellName } from './shell-names.ts';
import { formatErrors } from './format-errors.ts';

export async function check(args: readonly string[], edge: Edge): Promise<number> {
  const wanted = readCheckArguments(args);
  if (wanted.kind === 'connection')
    return (await import('./check-connection.ts')).checkConnection(wanted, edge);
  const toLoad = wanted.rules.map((file) => ({ file, links: 'follow', base: edge.cwd }) as const);
  const isShell = isShellName(wanted.command[0]);
  const files = await loadFiles(toLoad, {
    // A shell may run anything.
    ...(isShell ? {} : { words: namesIn(wanted.command) }),
    verdictOf: verdictsBy(parseCommand),
    userHome: edge.env['HOME'],
  });
  const errors = files.flatMap((file) => file.errors);
  if (errors.length > 0) {
    edge.stderr.write(formatErrors('cordon policy check', errors));
    return 1;
  }
  const needsMore = isShell || files.some(({ defaults }) => defaults.length > 0);
  const { text, status } = answerCheck(files, wanted, {
    cwd: edge.cwd,
    home: edge.env['HOME'],
    ...(needsMore ? { lookFurther: (policy) => lookFurther(policy, wanted, edge.cwd) } : {}),
  });
  edge.stdout.write(text);
  return status;
}

/** What a run would find in a shell's script, or under a default rule; undefined when words alone decide. */
function lookFurther(
  policy: Policy,
  { command }: CheckArguments,
  cwd: string | undefined,
): FurtherLook | undefined {
  const parsed = parseCommand({ kind: 'argv', argv: command });
  const isScript = parsed.kind === 'opaque' || parsed.from === 'script';
  if (!isScript && policy.fallback === undefined) return undefined;
  const { verdict, matches } = evaluateAlone(policy, parsed, cwd);
  return { verdict, matches, isScript };
}
