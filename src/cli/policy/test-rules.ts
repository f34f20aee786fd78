// `cordon policy test`: the examples of every rule file, reported one by one.
import { loadPolicy, verdictsBy, type ExampleResult } from '../../policy/index.ts';
import { showCommand, showText } from '../../policy/language/show-words.ts';
import { parseCommand } from '../../shell/index.ts';
import type { Edge } from '../edge.ts';
import { formatError } from './format-errors.ts';
import { formatWarnings } from './format-warnings.ts';
import { readListArguments } from './list.ts';
import { counted } from './counted.ts';
import { rulesHere } from './load-rules.ts';

export async function testRules(args: readonly string[], edge: Edge): Promise<number> {
  const { json, rules } = readListArguments(args, 'also-bare');
  const { locations } = await rulesHere(edge, rules);
  const examples: ExampleResult[] = [];
  const { errors, files, warnings } = await loadPolicy(locations, {
    verdictOf: verdictsBy(parseCommand),
    onExample: (result) => examples.push(result),
  });
  const warned = warnings();
  const failed = examples.filter(({ passed }) => !passed);
  if (json) {
    edge.stdout.write(`${JSON.stringify({ files, examples, errors, warnings: warned })}\n`);
  } else {
    for (const file of files) edge.stdout.write(describe(file, examples));
    for (const error of errors) edge.stderr.write(formatError(error));
    edge.stderr.write(formatWarnings(warned));
    const broken = errors.length === 0 ? '' : `, ${counted(errors.length, 'mistake')}`;
    const doubted = warned.length === 0 ? '' : `, ${counted(warned.length, 'warning')}`;
    edge.stdout.write(
      `${counted(files.length, 'file')}, ${counted(examples.length, 'example')}, ${failed.length} failed${broken}${doubted}\n`,
    );
  }
  return errors.length > 0 || failed.length > 0 ? 1 : 0;
}

function describe(file: string, examples: readonly ExampleResult[]): string {
  const lines = examples.filter((example) => example.file === file).map(describeExample);
  return lines.length === 0 ? '' : `${file}\n${lines.join('')}`;
}

function describeExample(example: ExampleResult): string {
  const { passed, line, command } = example;
  const shown = typeof command === 'string' ? showText(command) : showCommand(command);
  return `  ${passed ? 'ok  ' : 'FAIL'} ${line}: ${shown} ${outcome(example)}\n`;
}

function outcome(example: ExampleResult): string {
  if (example.kind === 'expect') {
    const got = example.passed ? '' : `, the rules say ${example.verdict}`;
    return `is expected to give ${example.expected}${got}`;
  }
  return `${example.kind === 'match' ? 'meets' : 'does not meet'} ${example.rule}`;
}
