// `git-push` is `git push`: git's own directory of programs has every subcommand under that name, and git reads the name it
// is called by (argv[0]) the same way.
import type { LiteralWord, NonEmpty } from '../../domain/index.ts';
import { baseName } from './host-path.ts';

const dashed = /^(git)-([a-z][a-z0-9-]*)$/;

/** The same command with its subcommand as a word of its own; undefined for every other program. */
export function withoutDash([program, ...rest]: readonly LiteralWord[]): NonEmpty<LiteralWord> | undefined {
  const [, name, subcommand] = dashed.exec(baseName(program ?? '')) ?? [];
  return name === undefined ? undefined : [name, subcommand, ...rest];
}
