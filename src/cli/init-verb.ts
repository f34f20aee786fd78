// `cordon init`: puts rule sets to start from into a project. Writes nothing that is there already.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { showText } from '../policy/language/show-words.ts';
import { prepareDirectory, saveTarget } from '../policy/save/save-target.ts';
import { codeOf, reasonOf } from '../policy/load/read-rule-file.ts';
import { packageDirectory } from '../sandbox/package-directory.ts';
import { CliError, type Edge, UsageError, type Verb } from './edge.ts';

export const initVerb: Verb = {
  usage: 'cordon init [--list] [TEMPLATE]...',
  help: `Writes .cordon/rules/TEMPLATE.rules in this directory, rules to start from, with their tests. A project's rules are
read when you trust the project in config.toml.

  --list   the templates, with what each is for (the default without a TEMPLATE)`,
  run(args, edge) {
    const { list, names } = readArguments(args);
    const templates = readTemplates();
    if (list || names.length === 0) {
      const width = Math.max(...[...templates.keys()].map((name) => name.length));
      for (const [name, text] of templates) edge.stdout.write(`${name.padEnd(width)}  ${summaryOf(text)}\n`);
      return Promise.resolve(0);
    }
    for (const name of names) {
      if (templates.has(name)) continue;
      const known = [...templates.keys()].join(', ');
      throw new UsageError(`no template ${JSON.stringify(name)}; there are ${known}`);
    }
    for (const name of names) write(name, templates.get(name) ?? '', edge);
    edge.stdout.write(
      `Trust the project to have them read, in config.toml: [projects.${JSON.stringify(edge.cwd ?? '')}] trust_level = "trusted"\n`,
    );
    return Promise.resolve(0);
  },
};

function readArguments(args: readonly string[]): {
  readonly list: boolean;
  readonly names: readonly string[];
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { list: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { list: values.list, names: [...new Set(positionals)] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readTemplates(): ReadonlyMap<string, string> {
  const directory = `${packageDirectory()}/examples/rules`;
  const names = readdirSync(directory).filter((name) => name.endsWith('.rules'));
  return new Map(
    names
      .sort()
      .map((name) => [name.slice(0, -'.rules'.length), readFileSync(`${directory}/${name}`, 'utf8')]),
  );
}

/** The first line of a template says what it is for. */
function summaryOf(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/^#\s*/, '');
}

function write(name: string, text: string, edge: Edge): void {
  if (edge.cwd === undefined) throw new CliError(1, 'Cannot write rules: the working directory is gone');
  const target = saveTarget({ project: edge.cwd }, undefined);
  if (target === undefined) throw new CliError(1, 'Cannot write rules: there is no project');
  const prepared = prepareDirectory(target);
  if (!prepared.ok) throw new CliError(1, prepared.error.message, prepared.error.hint);
  const directory = `${edge.cwd}/.cordon/rules`;
  const file = `${directory}/${name}.rules`;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const because = codeOf(error) === 'EEXIST' ? 'it is there already' : reasonOf(error);
    throw new CliError(1, `Cannot write ${showText(file)}: ${because}`);
  }
  edge.stdout.write(`Wrote ${showText(file)}\n`);
}
