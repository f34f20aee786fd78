// `cordon policy test`: the examples of every rule file, reported one by one.
import { loadPolicy, type ExampleResult } from '../../policy/index.ts';
import { showCommand } from '../../policy/language/show-words.ts';
import type { Edge } from '../edge.ts';
import { formatError } from './format-errors.ts';
import { readListArguments } from './list.ts';
import { rulesHere } from './load-rules.ts';

export async function testRules(args: readonly string[], edge: Edge): Promise<number> {
  const { json, rules } = readListArguments(args);
  const { locations } = await rulesHere(edge, rules);
  const examples: ExampleResult[] = [];
  const { errors, files } = await loadPolicy(locations, { onExample: (result) => examples.push(result) });
  const failed = examples.filter(({ passed }) => !passed);
  if (json) {
    edge.stdout.write(`${JSON.stringify({ files, examples, errors })}\n`);
  } else {
    for (const file of files) edge.stdout.write(describe(file, examples));
    for (const error of errors) edge.stderr.write(formatError(error));
    const broken = errors.length === 0 ? '' : `, ${count(errors.length, 'mistake')}`;
    edge.stdout.write(
      `${count(files.length, 'file')}, ${count(examples.length, 'example')}, ${failed.length} failed${broken}\n`,
    );
  }
  return errors.length > 0 || failed.length > 0 ? 1 : 0;
}

function describe(file: string, examples: readonly ExampleResult[]): string {
  const lines = examples.filter((example) => example.file === file).map(describeExample);
  return lines.length === 0 ? '' : `${file}\n${lines.join('')}`;
}

function describeExample({ passed, line, kind, command, rule }: ExampleResult): string {
  const verb = kind === 'match' ? 'meets' : 'does not meet';
  return `  ${passed ? 'ok  ' : 'FAIL'} ${line}: ${showCommand(command)} ${verb} ${rule}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
