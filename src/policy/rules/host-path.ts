// Paths of programs as text: base names, and whether a `host_executable` table lets a path stand for a name. Purely
// lexical, because the question "what does this rule say" has one answer on every machine.
import { absolutePath } from '../../domain/index.ts';
import { foldCase } from './fold-case.ts';
import type { HostExecutables, Rule } from './rule.ts';

export interface NamedProgram {
  /** Absolute and normalised. */
  readonly path: string;
  readonly baseName: string;
}

export interface LexicalPlace {
  /** Relative paths start here. */
  readonly cwd: string;
  /** What `~/` stands for; a `~` stays as it is when there is none. */
  readonly home: string | undefined;
}

/** The path a program names by itself; undefined for a bare name (nothing looks at `PATH` here) and for `/`. */
export function programPath(program: string, place: LexicalPlace): NamedProgram | undefined {
  if (!program.includes('/')) return undefined;
  const path = absolutePath(absolute(program, place));
  if (path === undefined || path === '/') return undefined;
  return { path, baseName: baseName(path) };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function absolute(program: string, { cwd, home }: LexicalPlace): string {
  if (program.startsWith('/')) return program;
  if (program.startsWith('~/') && home !== undefined) return `${home}/${program.slice(2)}`;
  return `${cwd}/${program}`;
}

/**
 * Whether the table lets `path` stand for the program of `rule`: a name that is not in the table may live anywhere.
 * With `realPath` a listed path and the program may be two names of one file.
 */
export function mayStandFor(
  hosts: HostExecutables,
  rule: Rule,
  path: string,
  realPath?: (path: string) => string | undefined,
): boolean {
  if (hosts.size === 0) return true;
  const listed = rule.canonical ? foldedEntry(hosts, rule.program) : hosts.get(rule.program);
  if (listed === undefined || listed.includes(path)) return true;
  const real = realPath?.(path);
  return real !== undefined && listed.some((each) => realPath?.(each) === real);
}

/** A canonical rule reads the table's names the way it reads programs. */
function foldedEntry(hosts: HostExecutables, program: string): readonly string[] | undefined {
  const exact = hosts.get(program);
  if (exact !== undefined) return exact;
  const folded = foldCase(program);
  for (const [name, paths] of hosts) if (foldCase(name) === folded) return paths;
  return undefined;
}
