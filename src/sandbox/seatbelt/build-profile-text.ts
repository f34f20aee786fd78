// Turns an access profile into SBPL and its parameters. A path never becomes part of the text: a directory called
// `x") (allow default` is a value like any other.
import { dirname, join } from 'node:path/posix';
import type { AccessProfile } from '../../domain/index.ts';
import { protectedInGitDirectory, protectedNames } from '../protected-paths.ts';
import { basePolicy, networkPolicy } from './base-policy.ts';

export interface ProfileText {
  readonly text: string;
  /** For `-D NAME=VALUE`, in this order. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

type Confined = Exclude<AccessProfile, { readonly kind: 'danger-full-access' }>;

/** Directories full of other people's code, where a package may bring a `.vscode` of its own. */
const bulk = '/(node_modules|[.]venv|target|__pycache__)/';

/**
 * `gitDirectories` are the git directories inside the writable roots (`.git`, bare ones, submodules'); finding them
 * is find-git-directories.ts.
 */
export function buildProfileText(profile: Confined, gitDirectories: readonly string[]): ProfileText {
  const rules = new RuleWriter(profile.kind === 'workspace-write' ? profile.writable : []);
  if (profile.kind === 'workspace-write') {
    for (const root of profile.writable) rules.openRoot(root);
    for (const directory of gitDirectories) rules.protectGit(directory);
    for (const path of profile.protect) rules.protectPath(path);
  }
  for (const path of profile.denyRead) rules.hide(path);
  const network = profile.network === 'full' ? networkPolicy : '';
  return { text: `${basePolicy}${network}${rules.text()}`, parameters: rules.parameters };
}

/** The last matching rule decides: what is protected comes after what is opened, what is hidden comes last. */
class RuleWriter {
  readonly parameters: (readonly [string, string])[] = [];
  readonly #roots: readonly string[];
  readonly #opened: string[] = [];
  readonly #closed: string[] = [];
  readonly #pinned = new Set<string>();

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  openRoot(root: string): void {
    const name = this.#parameter('WRITABLE', root);
    this.#opened.push(`(allow file-write* ${subpath(name)})`);
    this.#pin(root);
    for (const inside of protectedNames) this.protectPath(join(root, inside));
    // Further down, and for a file system that takes .ENVRC for .envrc. A root that lies in such a directory itself
    // (an agent's worktree below .claude) would match as a whole, so it does without.
    const anywhere = `/(${protectedNames.map(inAnyCase).join('|')})(/|$)`;
    if (!new RegExp(anywhere).test(root))
      this.#protectPattern(name, anywhere, `(require-not (regex #"${bulk}"))`);
    // Where no repository is, none can be planted; what lies inside an existing one has rules of its own.
    const git = this.#parameter('TOP_GIT', join(root, '.git'));
    this.#closed.push(`(deny file-write* ${literal(git)})`);
  }

  protectGit(directory: string): void {
    const name = this.#parameter('GIT', directory);
    this.#pin(directory);
    for (const part of protectedInGitDirectory) this.protectPath(join(directory, part));
    const parts = [...protectedInGitDirectory, 'gitdir'].map(inAnyCase).join('|');
    const anywhere = `/[.][gG][iI][tT](/(modules|worktrees)/.+)?/(${parts})(/|$)`;
    if (!new RegExp(anywhere).test(directory)) this.#protectPattern(name, anywhere);
  }

  protectPath(path: string): void {
    const name = this.#parameter('PROTECT', path);
    this.#closed.push(`(deny file-write* ${subpath(name)})`);
    this.#pin(dirname(path));
  }

  hide(path: string): void {
    const name = this.#parameter('HIDE', path);
    this.#closed.push(`(deny file-read* file-write* ${subpath(name)})`);
    this.#pin(dirname(path));
  }

  #protectPattern(parameter: string, pattern: string, unless = ''): void {
    const filters = [subpath(parameter), unless, `(regex #"${pattern}")`].filter((filter) => filter !== '');
    this.#closed.push(`(deny file-write* (require-all\n  ${filters.join('\n  ')}))`);
  }

  /** A path rule follows the name: a directory that could be moved away would take what it protects out of reach. */
  #pin(path: string): void {
    if (this.#pinned.has(path) || !this.#roots.some((root) => isWithin(path, root))) return;
    this.#pinned.add(path);
    this.#closed.push(`(deny file-write-unlink ${literal(this.#parameter('PIN', path))})`);
    this.#pin(dirname(path));
  }

  text(): string {
    const rules = [...this.#opened, ...this.#closed];
    return rules.length === 0 ? '' : `\n; This profile.\n${rules.join('\n')}\n`;
  }

  #parameter(kind: string, value: string): string {
    const name = `${kind}_${String(this.parameters.length)}`;
    this.parameters.push([name, value]);
    return name;
  }
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}

function subpath(parameter: string): string {
  return `(subpath (param "${parameter}"))`;
}

function literal(parameter: string): string {
  return `(literal (param "${parameter}"))`;
}

/** A name of ours as a pattern for every spelling that a case-insensitive file system takes for it. */
function inAnyCase(name: string): string {
  return [...name]
    .map((letter) => {
      const upper = letter.toUpperCase();
      if (letter === '.') return '[.]';
      return upper === letter ? letter : `[${letter}${upper}]`;
    })
    .join('');
}
