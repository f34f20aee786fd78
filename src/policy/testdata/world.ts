// A small world for tests: which programs exist, which of them are trusted, and commands already split.
import {
  absolutePath,
  isNonEmpty,
  type AbsolutePath,
  type Argv,
  type LiteralCommand,
  type LiteralWord,
  type OpaqueReason,
  type ParsedCommand,
  type ScriptDirectory,
} from '../../domain/index.ts';
import type { EvaluationContext } from '../evaluation/context.ts';
import type { ProgramResolver } from '../evaluation/program-resolver.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { Policy } from '../rules/policy.ts';

export const workspace: AbsolutePath = path('/site');

export function path(text: string): AbsolutePath {
  const made = absolutePath(text);
  if (made === undefined) throw new Error(`${text} is no absolute path`);
  return made;
}

/** Throws with the first mistake: these tests are about good rules. */
export async function policyOf(text: string): Promise<Policy> {
  const file = await runRuleFile('test.rules', text, { hostsBefore: new Map() });
  const [error] = file.errors;
  if (error !== undefined) throw new Error(`${error.line}: ${error.message}`);
  return new Policy(file);
}

export interface Disk {
  /** Real files by the path they have; everything below /usr and /bin is trusted, nothing else. */
  readonly files: readonly string[];
  /** Links to real paths. */
  readonly links?: Readonly<Record<string, string>>;
}

export const usualDisk: Disk = {
  files: `bash cargo cp env gcc git kubectl ls make npm python3.12 rm sudo tar touch xargs`.split(' ').map(
    (name) => `/usr/bin/${name}`,
  ),
  links: { '/bin/rm': '/usr/bin/rm', '/usr/bin/python3': '/usr/bin/python3.12', '/site/t': '/usr/bin/touch' },
};

export function resolverOf({ files, links = {} }: Disk): ProgramResolver {
  const realPath = (asked: AbsolutePath): AbsolutePath | undefined => {
    if (links[asked] !== undefined) return path(links[asked]);
    return files.includes(asked) || files.some((file) => file.startsWith(`${asked}/`)) || asked === workspace
      ? asked
      : undefined;
  };
  return {
    realPath,
    locate(program, search) {
      const tried = program.includes('/')
        ? [program.startsWith('/') ? program : `${search.cwd ?? '/nowhere'}/${program}`]
        : (search.path ?? '').split(':').map((entry) => `${entry}/${program}`);
      for (const each of tried) {
        const found = absolutePath(each);
        const real = found === undefined ? undefined : realPath(found);
        if (found === undefined || real === undefined) continue;
        const trusted = /^\/(?:usr|bin)\//.test(found) && (program.startsWith('/') || !program.includes('/'));
        return trusted
          ? { kind: 'trusted', path: found, realPath: real }
          : { kind: 'untrusted', path: found, realPath: real, because: `${found} is in the workspace` };
      }
      return { kind: 'untrusted', path: undefined, realPath: undefined, because: 'it is not on PATH' };
    },
  };
}

export function contextOf(options: { readonly path?: string; readonly disk?: Disk } = {}): EvaluationContext {
  return { cwd: workspace, path: options.path ?? '/usr/bin', resolve: resolverOf(options.disk ?? usualDisk) };
}

/** `git status` as the whole input. */
export function argv(...words: readonly string[]): ParsedCommand {
  return plain([{ argv: nonEmpty(words), directory: { kind: 'start' } }], 'argv');
}

/** A script of plain commands, one string each, split at spaces. */
export function script(...commands: readonly string[]): ParsedCommand {
  return plain(
    commands.map((text) => ({ argv: nonEmpty(text.split(' ')), directory: { kind: 'start' } })),
    'script',
  );
}

export function scriptIn(directory: ScriptDirectory, command: string): ParsedCommand {
  return plain([{ argv: nonEmpty(command.split(' ')), directory }], 'script');
}

/** `extra` are the commands behind wrappers that the shell room would have found. */
export function behind(
  command: string,
  extra: readonly { readonly words: string; readonly via: string }[],
): ParsedCommand {
  const parsed = script(command);
  const literals = extra.map(({ words, via }) => literal(words, [via]));
  return { ...parsed, literalCommands: [...parsed.literalCommands, ...literals] };
}

/** A script that cannot be split, with what could be read in it; `?` stands for a word bash computes. */
export function opaque(reason: OpaqueReason, ...commands: readonly string[]): ParsedCommand {
  return {
    kind: 'opaque',
    reason,
    at: undefined,
    argv: ['bash', '-c', 'SCRIPT'],
    literalCommands: commands.map((text) => literal(text)),
  };
}

function literal(text: string, via: readonly string[] = []): LiteralCommand {
  const words: readonly LiteralWord[] = text.split(' ').map((word) => (word === '?' ? undefined : word));
  if (!isNonEmpty(words)) throw new Error('a command has words');
  return { words, assignments: [], redirects: [], via };
}

function plain(
  commands: readonly { readonly argv: Argv; readonly directory: ScriptDirectory }[],
  from: 'argv' | 'script',
): ParsedCommand {
  if (!isNonEmpty(commands)) throw new Error('a script has commands');
  const literalCommands = commands.map(({ argv: words }) => ({
    words,
    assignments: [],
    redirects: [],
    via: [],
  }));
  return { kind: 'plain', commands, from, literalCommands, ...(from === 'script' ? { shells: ['bash'] as const } : {}) };
}

export function nonEmpty(words: readonly string[]): Argv {
  if (!isNonEmpty(words)) throw new Error('a command has words');
  return words;
}
