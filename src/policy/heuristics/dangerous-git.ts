// The git commands that throw away commits, files or remote history. Everything else about git is a matter for rules.
import { readOptions, type OptionWords, type Word } from './option-words.ts';

const globalsWithValue: ReadonlySet<string> = new Set(
  '-C -c --git-dir --work-tree --namespace --super-prefix --config-env --exec-path --attr-source --list-cmds'.split(
    ' ',
  ),
);

const commands: Readonly<Record<string, (options: OptionWords) => boolean>> = {
  push: (options) =>
    options.hasLetter('f') ||
    options.hasLetter('d') ||
    ['--force', '--force-with-lease', '--delete', '--mirror', '--prune'].some((name) =>
      options.hasLong(name),
    ) ||
    // `+main` forces one branch, `:main` deletes it.
    options.operands.some((word) => word !== undefined && /^[+:]./.test(word)),
  reset: (options) => options.hasLong('--hard'),
  clean: (options) => options.hasLetter('f') || options.hasLong('--force'),
  rm: (options) => options.hasLetter('f') || options.hasLong('--force'),
  checkout: (options) =>
    options.hasLetter('f') || options.hasLong('--force') || options.operands.some((word) => word === '.'),
  switch: (options) =>
    options.hasLetter('f') || options.hasLong('--force') || options.hasLong('--discard-changes'),
  restore: (options) => options.operands.some((word) => word === '.' || word === ':/'),
  branch: (options) => options.hasLetter('D') || (options.hasLetter('d') && options.hasLetter('f')),
  stash: ({ operands }) => operands[0] === 'drop' || operands[0] === 'clear',
  reflog: ({ operands }) => operands[0] === 'expire' || operands[0] === 'delete',
  'update-ref': (options) => options.hasLetter('d') || options.hasLong('--stdin'),
  'filter-branch': () => true,
  'filter-repo': () => true,
  gc: ({ all }) => all.some((word) => word !== undefined && /^--pr(?:u(?:ne?)?)?=/.test(word)),
  prune: () => true,
  worktree: (options) =>
    options.operands[0] === 'remove' && (options.hasLetter('f') || options.hasLong('--force')),
};

/** `words` are what follows `git`. */
export function isDangerousGit(words: readonly Word[]): boolean {
  return subcommands(words).some((at) => {
    const name = words[at];
    const judge = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    return judge !== undefined && judge(readOptions(words.slice(at + 1)));
  });
}

/** Where the subcommand may stand: behind git's own options, of which an unknown one may take a value. */
function subcommands(words: readonly Word[]): number[] {
  const found: number[] = [];
  for (let at = 0; at < words.length && found.length < 8; at += 1) {
    const word = words[at];
    if (word === undefined) continue;
    if (globalsWithValue.has(word)) at += 1;
    else if (!word.startsWith('-')) return [...found, at];
    else if (word.startsWith('--') && !word.includes('=')) found.push(at + 2);
  }
  return found;
}
