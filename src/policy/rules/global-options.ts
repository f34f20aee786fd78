// Options that a program takes before its subcommand. `git -C x push` is a push, and a rule about `git push` that
// asks or forbids must meet it; an allow rule skips them only when it says `skip_options=True`, and then only those that
// harmless-options.ts lists.
import type { LiteralWord, NonEmpty } from '../../domain/index.ts';
import { skippedWords } from './harmless-options.ts';

interface GlobalOptions {
  /** Options followed by a value in the next word. */
  readonly withValue: readonly string[];
}

const git: GlobalOptions = {
  withValue: [
    '-C',
    '-c',
    '--config-env',
    '--exec-path',
    '--git-dir',
    '--work-tree',
    '--namespace',
    '--super-prefix',
    '--attr-source',
  ],
};

const npm: GlobalOptions = {
  withValue: ['--prefix', '-C', '--workspace', '-w', '--loglevel', '--registry', '--userconfig', '--cache'],
};

const docker: GlobalOptions = {
  withValue: ['-H', '--host', '-c', '--context', '--config', '-l', '--log-level', '--tlscacert', '--tlscert'],
};

const kubectl: GlobalOptions = {
  withValue: [
    '-n',
    '--namespace',
    '--context',
    '--cluster',
    '--user',
    '--kubeconfig',
    '-s',
    '--server',
    '--token',
    '--as',
    '--as-group',
    '--cache-dir',
    '--request-timeout',
    '-v',
  ],
};

const plain = (withValue: readonly string[]): GlobalOptions => ({ withValue });

const programs: ReadonlyMap<string, GlobalOptions> = new Map([
  ['git', git],
  ['hg', plain(['-R', '--repository', '--cwd', '--config', '--encoding'])],
  ['svn', plain(['--username', '--password', '--config-dir', '--config-option'])],
  ['npm', npm],
  ['pnpm', { ...npm, withValue: [...npm.withValue, '--dir', '--filter', '-F'] }],
  ['yarn', plain(['--cwd', '--use-yarnrc', '--cache-folder'])],
  ['bun', plain(['--cwd', '--config', '-c', '--filter', '-r', '--preload'])],
  ['cargo', plain(['--config', '-C', '-Z', '--color', '--explain'])],
  ['go', plain(['-C'])],
  ['docker', docker],
  ['podman', { ...docker, withValue: [...docker.withValue, '--connection', '--root', '--runroot', '--url'] }],
  ['kubectl', kubectl],
  ['helm', plain(['-n', '--namespace', '--kube-context', '--kubeconfig', '--registry-config'])],
  ['gh', plain(['-R', '--repo', '--hostname'])],
  ['aws', plain(['--profile', '--region', '--output', '--endpoint-url', '--query', '--ca-bundle'])],
  ['gcloud', plain(['--project', '--account', '--configuration', '--format', '--verbosity'])],
  ['terraform', plain([])],
  ['pip', plain(['--python', '--log', '--proxy', '--cache-dir', '--cert', '--timeout'])],
  ['pip3', plain(['--python', '--log', '--proxy', '--cache-dir', '--cert', '--timeout'])],
  ['uv', plain(['--directory', '--project', '--config-file', '--cache-dir', '--color'])],
  ['poetry', plain(['-C', '--directory', '-P', '--project'])],
  ['brew', plain([])],
  ['apt', plain(['-o', '-c', '-t', '--option', '--config-file'])],
  ['apt-get', plain(['-o', '-c', '-t', '--option', '--config-file'])],
  ['dnf', plain(['-c', '--config', '--setopt', '--installroot', '--repo'])],
  ['yum', plain(['-c', '--config', '--setopt', '--installroot', '--repo'])],
  [
    'systemctl',
    plain(['-H', '--host', '-M', '--machine', '-t', '--type', '-p', '--property', '-n', '-o', '--root']),
  ],
  ['tmux', plain(['-c', '-f', '-L', '-S', '-T'])],
  ['make', plain(['-C', '--directory', '-f', '--file', '-I', '-j', '-l', '-o', '-W'])],
]);

/** Which options may be passed over: all of them when denying, the harmless ones when allowing. */
export type Skipping = 'to-deny' | 'to-allow';

export interface Starts {
  readonly starts: readonly number[];
  /** False when there were more options than any honest command has, and the rest was not looked at. */
  readonly isComplete: boolean;
}

const nowhere: Starts = { starts: [], isComplete: true };

/** Each start is compared with rules: a command of a hundred thousand options must not keep everybody waiting. */
const mostStarts = 64;

/**
 * Where the subcommand of `words` (program first) may start behind options of the program itself; index 1, where
 * nothing is skipped, is not among them. An option this table does not know may or may not take the next word: both
 * starts are given when denying. When allowing, nothing is given if any of the options is not known to be harmless.
 */
export function startsBehindOptions(
  baseName: string,
  words: readonly LiteralWord[],
  skipping: Skipping,
): Starts {
  const options = programs.get(baseName);
  const first = words[1];
  if (options === undefined || first === undefined || !first.startsWith('-')) return nowhere;
  const starts = new Set<number>();
  const pending = [1];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at > words.length || starts.has(at)) continue;
    starts.add(at);
    if (starts.size > mostStarts) return { starts: [...starts], isComplete: false };
    const word = words[at];
    // An unknown word may become several, so the subcommand may start inside it.
    if (word === undefined || !word.startsWith('-') || word === '-') continue;
    if (word === '--') {
      starts.add(at + 1);
      continue;
    }
    if (skipping === 'to-allow') {
      const skipped = skippedWords(baseName, word);
      if (skipped === undefined) return nowhere;
      pending.push(at + skipped);
      continue;
    }
    const takesNext = options.withValue.includes(word);
    const isUnsure = !takesNext && !word.includes('=');
    if (takesNext || isUnsure) pending.push(at + 2);
    if (!takesNext) pending.push(at + 1);
    else if (words[at + 1] === undefined && at + 1 < words.length) starts.add(at + 1);
  }
  starts.delete(1);
  return { starts: [...starts], isComplete: true };
}

/** The command without the options before `start`. */
export function behindOptions(words: readonly LiteralWord[], start: number): NonEmpty<LiteralWord> {
  return [words[0], ...words.slice(start)];
}
