// Which commands are offered with room behind their words. Few: those whose subcommand builds, tests or shows, so that
// what follows is more of the same. What deletes, publishes, installs or changes something elsewhere is offered whole.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { baseName } from '../rules/host-path.ts';

const subcommands: Readonly<Record<string, readonly string[]>> = {
  git: ['add', 'commit', 'fetch', 'status', 'log', 'diff', 'show'],
  cargo: ['build', 'check', 'test', 'clippy', 'fmt', 'doc', 'bench'],
  go: ['build', 'test', 'vet', 'fmt'],
  npm: ['test', 'ci', 'run *', 'run-script *'],
  pnpm: ['test', 'run *', 'run-script *'],
  yarn: ['test', 'run *'],
  composer: ['validate', 'run *', 'run-script *'],
  uv: ['sync', 'lock', 'run *'],
  poetry: ['check', 'lock', 'run *'],
  dotnet: ['build', 'test', 'format'],
  kubectl: ['get', 'describe', 'logs', 'top'],
  terraform: ['plan', 'validate', 'fmt'],
  systemctl: ['status'],
  docker: ['ps', 'images', 'logs', 'inspect'],
  podman: ['ps', 'images', 'logs', 'inspect'],
  helm: ['list', 'status', 'lint'],
  brew: ['list', 'info'],
  apt: ['list', 'show'],
  gh: [
    'pr view',
    'pr list',
    'pr diff',
    'pr status',
    'pr checks',
    'issue view',
    'issue list',
    'run view',
    'run list',
  ],
};

/** The words to offer; undefined when only the whole command is narrow enough. `*` is a word of any kind but an option. */
export function usualPrefix(argv: Argv): Argv | undefined {
  const name = baseName(argv[0]);
  const known = Object.hasOwn(subcommands, name) ? (subcommands[name] ?? []) : [];
  for (const words of known.map((text) => text.split(' '))) {
    const meets = words.every((word, at) => {
      const read = argv[at + 1];
      return word === '*' ? read !== undefined && !read.startsWith('-') : read === word;
    });
    const prefix = argv.slice(0, 1 + words.length);
    if (meets && isNonEmpty(prefix)) return prefix;
  }
  return undefined;
}

/** Whether the program has subcommands, so that its first words alone say little about what it does. */
export function hasSubcommands(argv: Argv): boolean {
  return Object.hasOwn(subcommands, baseName(argv[0])) || others.has(baseName(argv[0]));
}

const others: ReadonlySet<string> = new Set(
  'pip pip3 make gmake apt-get aws gcloud az hg svn yum dnf pacman snap flatpak ip nmcli launchctl heroku vault'.split(
    ' ',
  ),
);
