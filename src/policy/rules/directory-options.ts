// Options by which a program works in another directory than the one it is started in. What a `cwd=` rule says about
// such a command cannot be told from where it starts.
import type { LiteralWord } from '../../domain/index.ts';

const rows: readonly (readonly [string, string])[] = [
  ['git', '-C --git-dir --work-tree'],
  ['make gmake ninja meson', '-C --directory -f --file --makefile'],
  ['tar bsdtar', '-C --directory --cd'],
  ['npm pnpm', '-C --prefix --dir'],
  ['yarn bun', '--cwd'],
  ['cargo', '-C --manifest-path'],
  ['go', '-C'],
  ['hg', '-R --repository --cwd'],
  ['terraform tofu', '-chdir'],
  ['uv poetry pdm', '-C -P --directory --project'],
  ['docker docker-compose podman', '--project-directory -f --file'],
  ['gradle gradlew', '-p --project-dir -b --build-file'],
  ['mvn mvnw', '-f --file'],
  ['just task', '-d -f --working-directory --justfile --dir'],
  ['rake bundle', '-C --gemfile --rakefile'],
  ['env sudo', '-C -D --chdir'],
];

const options: ReadonlyMap<string, readonly string[]> = new Map(
  rows.flatMap(([programs, names]) =>
    programs.split(' ').map((program) => [program, names.split(' ')] as const),
  ),
);

/** `baseName` is the program's; an option may be attached to its value, and a long one may be shortened. */
export function movesElsewhere(baseName: string, words: readonly LiteralWord[]): boolean {
  const names = options.get(baseName);
  if (names === undefined) return false;
  return words
    .slice(1)
    .some((word) => word?.startsWith('-') === true && names.some((name) => isOption(word, name)));
}

function isOption(word: string, name: string): boolean {
  if (name.startsWith('--')) {
    const [given = ''] = word.split('=', 1);
    return given.length > 3 && name.startsWith(given);
  }
  // `-Cdir`, and `-chdir=dir`.
  return name.length === 2 ? word.startsWith(name) : word === name || word.startsWith(`${name}=`);
}
