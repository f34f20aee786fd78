// `cordon policy check`: rule files and one command in, one line of JSON out. Loads no other room than the rules
// themselves. What it answers without the interpreter, ../quick-check.ts has answered before the program was loaded.
import { loadFiles } from '../../policy/load/load-files.ts';
import { namesIn } from '../../policy/rules/policy.ts';
import type { Edge } from '../edge.ts';
import { answerCheck } from './answer-check.ts';
import { readCheckArguments } from './check-arguments.ts';
import { formatErrors } from './format-errors.ts';

export async function check(args: readonly string[], edge: Edge): Promise<number> {
  const wanted = readCheckArguments(args);
  const toLoad = wanted.rules.map((file) => ({ file, links: 'follow', base: edge.cwd }) as const);
  const files = await loadFiles(toLoad, {
    words: namesIn(wanted.command),
    userHome: edge.env['HOME'],
  });
  const errors = files.flatMap((file) => file.errors);
  if (errors.length > 0) {
    edge.stderr.write(formatErrors('cordon policy check', errors));
    return 1;
  }
  const { text, status } = answerCheck(files, wanted, { cwd: edge.cwd, home: edge.env['HOME'] });
  edge.stdout.write(text);
  return status;
}
