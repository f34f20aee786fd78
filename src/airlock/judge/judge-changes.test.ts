import { describe, expect, it } from 'vitest';
import type { AbsolutePath, ChangeRule } from '../../domain/index.ts';
import { judgeChanges } from './judge-changes.ts';
import { changesBetween, memoryReader, type Tree } from './testdata/memory-tree.ts';
import type { JudgeWorld } from './world.ts';

const sample = '#!/bin/sh\n# An example hook script\n';
const templates: Tree = { '/usr/share/git-core/templates/hooks/pre-commit.sample': sample };
/** What git init makes. */
function repository(at: string, config = '[core]\n\tbare = false\n'): Tree {
  return {
    [`${at}/HEAD`]: 'ref: refs/heads/main\n',
    [`${at}/config`]: config,
    [`${at}/objects/info/x`]: '',
    [`${at}/refs/heads/x`]: '',
    [`${at}/hooks/pre-commit.sample`]: sample,
  };
}
const evil = '[core]\n\tbare = false\n\tfsmonitor = "touch M"\n';

interface Row {
  readonly says: string;
  readonly before?: Tree;
  /** Beside what was there; undefined content is a removal. */
  readonly writes: Readonly<Record<string, string | undefined>>;
  /** Paths below /w (or /h) that are not kept whole, in order. */
  readonly held: readonly string[];
  readonly home?: string;
  readonly root?: string;
  readonly rules?: readonly ChangeRule[];
}

function judge({ before = {}, writes, home, root, rules }: Row): readonly string[] {
  const old: Tree = { ...templates, '/w/a': 'a', '/h/x': '', ...before };
  const now = Object.fromEntries(
    Object.entries({ ...old, ...writes }).filter(([, text]) => text !== undefined),
  ) as Tree;
  const at = root ?? '/w';
  const world: JudgeWorld = {
    before: memoryReader(old),
    after: memoryReader(now),
    home: (home ?? '/h') as AbsolutePath,
    repositories: [],
    gitTemplates: ['/usr/share/git-core/templates' as AbsolutePath],
    rows: [],
    rules: rules ?? [],
  };
  const judgement = judgeChanges(
    { id: 'x', roots: [at as AbsolutePath], changes: changesBetween(at, old, now) },
    world,
  );
  if (judgement.kind === 'discarded') return [`discarded for ${judgement.change.path}: ${judgement.reason}`];
  return judgement.changes.flatMap(({ change, verdict }) => {
    if (verdict.kind === 'keep') return [];
    const parts = verdict.held.flatMap(({ part }) => part ?? []);
    return [verdict.kind === 'hold' ? change.path : `${change.path}: ${parts.join(', ')}`];
  });
}

const ordinary: readonly Row[] = [
  { says: 'git init', writes: repository('/w/.git'), held: [] },
  { says: 'a bare repository', writes: repository('/w/x.git', '[core]\n\tbare = true\n'), held: [] },
  { says: 'an empty marker file named .git', writes: { '/w/k/.git': '' }, held: [] },
  {
    says: 'what is content: makefiles, package scripts, CI',
    writes: {
      '/w/Makefile': 'x',
      '/w/package.json': '{}',
      '/w/.npmrc': 'x',
      '/w/.github/workflows/a.yml': 'x',
      '/w/.gitattributes': '* filter=x\n',
    },
    held: [],
  },
  {
    says: 'a submodule',
    before: repository('/w/.git'),
    writes: {
      ...repository(
        '/w/.git/modules/lib',
        '[core]\n\tworktree = ../../../lib\n[remote "origin"]\n\turl = /x\n',
      ),
      '/w/lib/.git': 'gitdir: ../.git/modules/lib\n',
      '/w/.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = /x\n',
    },
    held: [],
  },
  {
    says: 'a linked work tree of a repository with hooks',
    before: { ...repository('/w/.git', '[core]\n\thooksPath = .husky\n'), '/w/.husky/pre-commit': '+x hi' },
    writes: {
      '/w/t/.git': 'gitdir: /w/.git/worktrees/t\n',
      '/w/.git/worktrees/t/HEAD': 'ref: x\n',
      '/w/.git/worktrees/t/commondir': '../..\n',
      '/w/.git/worktrees/t/gitdir': '/w/t/.git\n',
    },
    held: [],
  },
  {
    says: 'a rebase with a strategy of git, and picks with options',
    before: repository('/w/.git'),
    writes: {
      '/w/.git/rebase-merge/strategy': 'ort\n',
      '/w/.git/sequencer/opts': '[options]\n\tstrategy = recursive\n\tstrategy-option = theirs\n',
    },
    held: [],
  },
  {
    says: 'sparse checkout',
    before: repository('/w/.git'),
    writes: {
      '/w/.git/config': '[core]\n\tbare = false\n[extensions]\n\tworktreeConfig = true\n',
      '/w/.git/config.worktree': '[core]\n\tsparseCheckout = true\n',
      '/w/.git/info/sparse-checkout': '/*\n',
    },
    held: [],
  },
  {
    says: 'a shared clone',
    writes: { ...repository('/w/c/.git'), '/w/c/.git/objects/info/alternates': '/w/.git/objects\n' },
    held: [],
  },
  {
    says: 'a hook that goes',
    before: { ...repository('/w/.git'), '/w/.git/hooks/pre-commit': '+x a' },
    writes: { '/w/.git/hooks/pre-commit': undefined },
    held: [],
  },
  {
    says: 'a repository that moves with its hooks and settings',
    before: {
      ...repository('/w/p/.git', '[core]\n\thooksPath = .husky\n'),
      '/w/p/.git/hooks/pre-push': '+x mine',
      '/w/p/.husky/pre-commit': '+x hi',
    },
    writes: {
      ...Object.fromEntries(
        Object.keys({
          ...repository('/w/p/.git'),
          '/w/p/.git/hooks/pre-push': '',
          '/w/p/.husky/pre-commit': '',
        }).map((path) => [path, undefined]),
      ),
      ...repository('/w/q/.git', '[core]\n\thooksPath = .husky\n'),
      '/w/q/.git/hooks/pre-push': '+x mine',
      '/w/q/.husky/pre-commit': '+x hi',
    },
    held: [],
  },
  {
    says: 'what a package brings along',
    writes: { '/w/node_modules/a/.vscode/settings.json': '{}', '/w/node_modules/a/AGENTS.md': 'x' },
    held: [],
  },
  {
    says: 'a version of a tool',
    writes: { '/w/.nvmrc': 'v20.1\n', '/w/.tool-versions': 'node 20.1 18\n# x\n' },
    held: [],
  },
  {
    says: 'rebase that stopped',
    before: repository('/w/.git'),
    writes: {
      '/w/.git/rebase-merge/git-rebase-todo': 'pick 1234 exec x\n# exec is a command\nfixup -C 12 x\n',
    },
    held: [],
  },
  {
    says: 'settings of the person that describe',
    home: '/w',
    writes: { '/w/.gitconfig': '[user]\n\tname = a\n' },
    held: [],
  },
  {
    says: 'notes in a home',
    home: '/w',
    before: { '/w/.bashrc': 'export NOTES=~/notes.md\ncd ~/job\n' },
    writes: { '/w/notes.md': 'x', '/w/job/y': 'z' },
    held: [],
  },
];

const plants: readonly Row[] = [
  {
    says: 'a hook',
    before: repository('/w/.git'),
    writes: { '/w/.git/hooks/pre-commit': '+x evil' },
    held: ['.git/hooks/pre-commit'],
  },
  {
    says: 'a sample that is none',
    before: repository('/w/.git'),
    writes: { '/w/.git/hooks/pre-push.sample': '+x evil' },
    held: ['.git/hooks/pre-push.sample'],
  },
  {
    says: 'a hook that becomes executable',
    before: { ...repository('/w/.git'), '/w/.git/hooks/pre-commit': 'a' },
    writes: { '/w/.git/hooks/pre-commit': '+x a' },
    held: ['.git/hooks/pre-commit'],
  },
  {
    says: 'a hooks directory that becomes a link',
    before: { ...repository('/w/.git'), '/w/t/pre-commit': '+x a' },
    writes: { '/w/.git/hooks/pre-commit.sample': undefined, '/w/.git/hooks': '-> ../t' },
    held: ['.git/hooks', '.git/hooks/pre-commit.sample'],
  },
  {
    says: 'a setting in the configuration',
    before: repository('/w/.git'),
    writes: { '/w/.git/config': evil },
    held: ['.git/config: core.fsmonitor'],
  },
  {
    says: 'the same in a new repository, deep',
    writes: repository('/w/a1/b/.git', evil),
    held: ['a1/b/.git/config: core.fsmonitor'],
  },
  {
    says: 'the same in a bare one by any name',
    writes: repository('/w/x', evil),
    held: ['x/config: core.fsmonitor'],
  },
  {
    says: 'the same for a work tree alone',
    before: repository('/w/.git'),
    writes: { '/w/.git/config.worktree': evil },
    held: ['.git/config.worktree: core.fsmonitor'],
  },
  {
    says: 'the same where only a configuration waits for git init',
    writes: { '/w/n/.git/config': evil },
    held: ['n/.git/config: core.fsmonitor'],
  },
  {
    says: 'the same by another spelling of the name',
    writes: repository('/w/.GIT', evil),
    held: ['.GIT/config: core.fsmonitor'],
  },
  {
    says: 'a module directory for a later submodule',
    before: repository('/w/.git'),
    writes: { ...repository('/w/.git/modules/a/b', evil), '/w/.git/modules/a/b/hooks/post-checkout': '+x e' },
    held: ['.git/modules/a/b/config: core.fsmonitor', '.git/modules/a/b/hooks/post-checkout'],
  },
  {
    says: 'what was content becomes a repository',
    before: { '/w/x/config': evil, '/w/x/objects/a': '', '/w/x/refs/a': '' },
    writes: { '/w/x/HEAD': 'ref: refs/heads/main' },
    held: ['x/HEAD'],
  },
  {
    says: 'a hook that was content becomes one',
    before: { '/w/x/hooks/post-checkout': '+x e', '/w/x/objects/a': '', '/w/x/refs/a': '' },
    writes: { '/w/x/HEAD': 'ref: refs/heads/main' },
    held: ['x/HEAD'],
  },
  {
    says: 'a common directory that was content',
    before: { ...repository('/w/.git'), '/w/e/config': evil, '/w/e/objects/a': '', '/w/e/refs/a': '' },
    writes: { '/w/.git/commondir': '../e\n' },
    held: ['.git/commondir'],
  },
  {
    says: 'a common directory without a HEAD, and a new hook in it',
    before: repository('/w/.git'),
    writes: {
      '/w/.git/commondir': '../e\n',
      '/w/e/objects/a': '',
      '/w/e/refs/a': '',
      '/w/e/hooks/pre-commit': 'M',
    },
    held: ['.git/commondir', 'e/hooks/pre-commit'],
  },
  {
    says: 'a common directory whose name ends at a NUL',
    before: { ...repository('/w/.git'), '/w/e/config': evil, '/w/e/objects/a': '', '/w/e/refs/a': '' },
    writes: { '/w/.git/commondir': '../e\0' },
    held: ['.git/commondir'],
  },
  {
    says: 'a common directory in a file too large to be judged',
    before: { ...repository('/w/.git'), '/w/e/config': evil, '/w/e/objects/a': '', '/w/e/refs/a': '' },
    writes: { '/w/.git/commondir': `../e${'\n'.repeat(1_100_000)}` },
    held: ['.git/commondir'],
  },
  {
    says: 'a common directory for a directory that is no repository yet',
    before: { '/w/e/objects/a': '', '/w/e/refs/a': '' },
    writes: { '/w/g/commondir': '../e\n' },
    held: ['g/commondir'],
  },
  {
    says: 'a gitfile whose target ends at a NUL',
    before: repository('/w/evil', evil),
    writes: { '/w/sub/.git': 'gitdir: ../evil\0' },
    held: ['sub/.git'],
  },
  {
    says: 'a gitfile to a repository whose settings git reads past a NUL in a comment',
    before: repository('/w/evil', `#\0\n${evil}`),
    writes: { '/w/sub/.git': 'gitdir: ../evil\n' },
    held: ['sub/.git'],
  },
  {
    says: 'settings and hooks of a fixture that the command removes',
    before: {
      ...repository('/w/.git'),
      ...repository('/w/fixtures/x.git', evil),
      '/w/fixtures/x.git/hooks/pre-commit': 'M',
    },
    writes: {
      '/w/.git/config': evil,
      '/w/.git/hooks/pre-commit': 'M',
      '/w/fixtures/x.git/HEAD': undefined,
    },
    held: ['.git/config: core.fsmonitor', '.git/hooks/pre-commit'],
  },
  {
    says: 'a merge strategy that is a file, for unfinished work',
    before: { ...repository('/w/.git'), '/w/.git/rebase-merge/git-rebase-todo': 'pick x\n' },
    writes: {
      '/w/.git/rebase-merge/strategy': 'a/b\n',
      '/w/.git/sequencer/opts': '[options]\n\tstrategy = a/b\n',
    },
    held: ['.git/rebase-merge/strategy', '.git/sequencer/opts'],
  },
  {
    says: 'a script that husky runs as a hook',
    before: {
      ...repository('/w/.git', '[core]\n\thooksPath = .husky/_\n'),
      '/w/.husky/_/pre-commit': 'sh',
      '/w/.husky/pre-commit': 'npm test',
    },
    writes: { '/w/.husky/pre-commit': 'M' },
    held: ['.husky/pre-commit'],
  },
  {
    says: 'a gitfile that leads to a bare repository of the workspace',
    before: repository('/w/fixtures/evil.git', evil),
    writes: { '/w/sub/.git': 'gitdir: ../fixtures/evil.git\n' },
    held: ['sub/.git'],
  },
  {
    says: 'a gitfile that leads outside',
    before: repository('/o/evil.git', '[core]\n'),
    writes: { '/w/sub/.git': 'gitdir: /o/evil.git\n' },
    held: ['sub/.git'],
  },
  {
    says: 'a link named .git that leads to one',
    before: repository('/w/fixtures/evil.git', evil),
    writes: { '/w/sub/.git': '-> ../fixtures/evil.git' },
    held: ['sub/.git'],
  },
  {
    says: 'a git directory behind two links',
    before: { ...repository('/w/real.git'), '/w/mid': '-> real.git', '/w/.git': '-> mid' },
    writes: { '/w/mid': '-> evil.git', ...repository('/w/evil.git', evil) },
    held: ['evil.git/config: core.fsmonitor'],
  },
  {
    says: 'hooks behind two links',
    before: {
      ...repository('/w/.git'),
      '/w/.git/hooks/pre-commit.sample': '',
      '/w/r/.git/HEAD': 'x',
      '/w/r/.git/objects/a': '',
      '/w/r/.git/refs/a': '',
      '/w/r/.git/hooks': '-> ../h',
      '/w/r/h': '-> h1',
      '/w/r/h1/x': '',
    },
    writes: { '/w/r/h': '-> h2', '/w/r/h2/pre-commit': '+x e' },
    held: ['r/h'],
  },
  {
    says: 'hooks in the work tree, by a setting that was there',
    before: {
      ...repository('/w/.git', '[core]\n\thooksPath = .husky/_\n'),
      '/w/.husky/_/pre-commit': '+x a',
    },
    writes: { '/w/.husky/_/pre-commit': '+x b' },
    held: ['.husky/_/pre-commit'],
  },
  {
    says: 'an included file',
    before: { ...repository('/w/.git', '[include]\n\tpath = ../shared\n'), '/w/shared': '' },
    writes: { '/w/shared': evil },
    held: ['shared: core.fsmonitor'],
  },
  {
    says: 'an included file of an included file',
    before: {
      ...repository('/w/.git', '[include]\n\tpath = ../s1\n'),
      '/w/s1': '[includeIf "gitdir:/"]\npath = s2\n',
    },
    writes: { '/w/s2': evil },
    held: ['s2: core.fsmonitor'],
  },
  {
    says: 'a file that the person includes from the workspace',
    before: { '/h/.gitconfig': '[include]\n\tpath = /w/shared\n' },
    writes: { '/w/shared': evil },
    held: ['shared: core.fsmonitor'],
  },
  {
    says: 'a program that a setting names',
    before: {
      ...repository('/w/.git', '[filter "x"]\n\tclean = ./tools/clean.sh %f\n'),
      '/w/tools/clean.sh': '+x a',
    },
    writes: { '/w/tools/clean.sh': '+x b' },
    held: ['tools/clean.sh'],
  },
  {
    says: 'attributes outside the work tree that name a driver',
    before: repository('/w/.git'),
    writes: { '/w/.git/info/attributes': '* text\n*.c filter=mine\n' },
    held: ['.git/info/attributes: *.c filter=mine'],
  },
  {
    says: 'a step of a rebase that runs a program',
    before: repository('/w/.git'),
    writes: { '/w/.git/rebase-merge/git-rebase-todo': 'pick 1 a\n\texec touch M\nx y\n' },
    held: ['.git/rebase-merge/git-rebase-todo: \texec touch M, x y'.replace('\t', '?')],
  },
  {
    says: 'a step of a rebase in a linked work tree',
    before: {
      ...repository('/w/.git'),
      '/w/.git/worktrees/t/HEAD': 'x',
      '/w/.git/worktrees/t/commondir': '../..',
    },
    writes: { '/w/.git/worktrees/t/rebase-merge/git-rebase-todo': 'exec touch M\n' },
    held: ['.git/worktrees/t/rebase-merge/git-rebase-todo: exec touch M'],
  },
  {
    says: 'an old-fashioned remote',
    before: repository('/w/.git'),
    writes: { '/w/.git/remotes/o': 'URL: ext::sh -c x\nPull: a\n', '/w/.git/branches/o': 'ext::sh' },
    held: ['.git/branches/o: ext::sh', '.git/remotes/o: URL: ext::sh -c x'],
  },
  {
    says: 'a submodule whose address is an option',
    before: repository('/w/.git'),
    writes: { '/w/.gitmodules': '[submodule "a"]\nurl = -u./x\npath = a\n' },
    held: ['.gitmodules: submodule.a.url'],
  },
  {
    says: 'a pipe where the configuration is',
    before: repository('/w/.git'),
    writes: { '/w/.git/config': '|fifo' },
    held: ['.git/config'],
  },
  {
    says: 'a configuration that becomes a link',
    before: { ...repository('/w/.git'), '/w/e': evil },
    writes: { '/w/.git/config': '-> ../e' },
    held: ['.git/config'],
  },
  {
    says: 'an editor task, deep',
    writes: { '/w/a1/.vscode/tasks.json': '{}' },
    held: ['a1/.vscode/tasks.json'],
  },
  {
    says: 'an editor directory that is a link',
    before: { '/w/v/tasks.json': '{}' },
    writes: { '/w/.vscode': '-> v' },
    held: ['.vscode'],
  },
  {
    says: 'an editor directory that was a link',
    before: { '/w/v/x': '', '/w/.vscode': '-> v' },
    writes: { '/w/v/tasks.json': '{}' },
    held: ['v/tasks.json'],
  },
  {
    says: 'other spellings of a name',
    writes: { '/w/.ENVRC': 'x', '/w/.VSCode/a': 'x' },
    held: ['.ENVRC', '.VSCode/a'],
  },
  {
    says: 'agents',
    writes: { '/w/CLAUDE.md': 'x', '/w/.mcp.json': '{}', '/w/s/.cursor/rules/a': 'x' },
    held: ['.mcp.json', 'CLAUDE.md', 's/.cursor/rules/a'],
  },
  { says: 'a version that is a path', writes: { '/w/.nvmrc': '../../evil\n' }, held: ['.nvmrc'] },
  {
    says: 'a start-up file that is a link',
    home: '/w',
    before: { '/w/dot/bashrc': 'true', '/w/.bashrc': '-> dot/bashrc' },
    writes: { '/w/.bashrc': 'evil' },
    held: ['.bashrc'],
  },
  {
    says: 'what a linked start-up file leads to',
    before: { '/h/.bashrc': '-> /w/dot/bashrc', '/w/dot/bashrc': 'true' },
    writes: { '/w/dot/bashrc': 'evil' },
    held: ['dot/bashrc'],
  },
  {
    says: 'what a start-up file reads, two deep',
    home: '/w',
    before: { '/w/.bashrc': 'if [ -f ~/sh/one ]; then . "$HOME/sh/one"; fi', '/w/sh/one': 'source ~/sh/two' },
    writes: { '/w/sh/two': 'evil' },
    held: ['sh/two'],
  },
  {
    says: 'what a start-up file reads one by one',
    home: '/w',
    before: { '/w/.zshrc': 'for f in ~/dots/*; do . $f; done' },
    writes: { '/w/dots/a': 'evil' },
    held: ['dots/a'],
  },
  {
    says: 'a directory that a start-up file puts into PATH',
    home: '/w',
    before: { '/w/.profile': 'export PATH="$HOME/tools:$PATH"' },
    writes: { '/w/tools/git': '+x e' },
    held: ['tools/git'],
  },
  {
    says: 'programs and services of a home',
    home: '/w',
    writes: {
      '/w/.local/bin/git': '+x e',
      '/w/.config/autostart/a.desktop': 'x',
      '/w/.ssh/rc': 'x',
      '/w/.config/systemd/user/a.service': 'x',
    },
    held: ['.config/autostart/a.desktop', '.config/systemd/user/a.service', '.local/bin/git', '.ssh/rc'],
  },
  { says: 'a home below the root', home: '/w/me', writes: { '/w/me/.profile': 'x' }, held: ['me/.profile'] },
];

describe('what ordinary tools leave is kept', () => {
  it.each(ordinary)('$says', (row) => {
    expect(judge(row)).toEqual(row.held);
  });
});

/** Names of many tools: in a home, and in any folder. */
const byName = {
  home: '.config/crush/crush.json .config/goose/config.yaml .config/amp/settings.json .codeium/x .copilot/mcp-config.json .config/mpv/scripts/a.lua .config/autorandr/postswitch .config/herbstluftwm/autostart .fluxbox/startup .xbindkeysrc .config/sxhkd/sxhkdrc .config/qutebrowser/config.py .config/kak/kakrc .tigrc .mutt/muttrc .procmailrc .byobu/.tmux.conf .config/go/env .guile .ocamlinit .octaverc .iex.exs .config/xfce4/helpers.rc .xmonad/xmonad.hs',
  folder:
    'crush.json .github/hooks/a.json .grok/settings.json .vibe/config.toml .cline/mcp.json .roomodes WARP.md coc-settings.json .vim/coc-settings.json tasks.vs.json launch.vs.json .externalToolBuilders/a.launch sub/.vscode/tasks.json',
};

describe('what a tool obeys is held back by its name', () => {
  it.each(byName.home.split(' '))('in a home: %s', (path) => {
    const row = { says: path, home: '/w', writes: { [`/w/${path}`]: 'x\n' }, held: [path] };
    expect(judge(row)).toEqual(row.held);
  });
  it.each(byName.folder.split(' '))('in a folder: %s', (path) => {
    const row = { says: path, writes: { [`/w/${path}`]: 'x\n' }, held: [path] };
    expect(judge(row)).toEqual(row.held);
  });
});

describe('what would run later is held back', () => {
  it.each(plants)('$says', (row) => {
    expect(judge(row)).toEqual(row.held);
  });
});

const hook = '+x #!/bin/sh\ntouch M\n';
const hooked = '[core]\n\thooksPath = hooks2\n';
const asking = (path: ChangeRule['paths'][number]): ChangeRule => ({
  paths: [path],
  kinds: [],
  decision: 'prompt',
  justification: undefined,
  source: 'r:1',
});

/** `writes` alone would be harmless: one of them hides what the others do, and stays out. */
const hidden: readonly Row[] = [
  {
    says: 'a repository whose settings are replaced by a link, which is held',
    before: { '/w/x/config': evil, '/w/x/objects/a': '', '/w/x/refs/a': '', '/w/sub/t': '' },
    writes: {
      '/w/h': '[core]\n',
      '/w/x/config': '-> ../h',
      '/w/x/HEAD': 'ref: refs/heads/main\n',
      '/w/sub/.git': 'gitdir: ../x\n',
    },
    held: ['sub/.git', 'x/HEAD', 'x/config'],
  },
  {
    says: 'a hook where hooks are no more, by settings that become a link',
    before: repository('/w/.git', hooked),
    writes: { '/w/c': '[core]\n', '/w/.git/config': '-> ../c', '/w/hooks2/pre-commit': hook },
    held: ['.git/config', 'hooks2/pre-commit'],
  },
  {
    says: 'a hook where hooks are no more, by settings that cannot be read',
    before: repository('/w/.git', hooked),
    writes: { '/w/.git/config': '[core\n', '/w/hooks2/pre-commit': hook },
    held: ['.git/config', 'hooks2/pre-commit'],
  },
  {
    says: 'an included file beside settings that become a fifo',
    before: {
      ...repository('/w/.git', '[include]\n\tpath = ../inc\n'),
      '/w/inc': '[core]\n\tautocrlf = false\n',
    },
    writes: { '/w/.git/config': '|fifo', '/w/inc': '[core]\n\tfsmonitor = "touch M"\n' },
    held: ['.git/config', 'inc: core.fsmonitor'],
  },
  {
    says: 'a hook beside settings that a rule keeps as they were',
    before: repository('/w/.git', hooked),
    rules: [asking('.git/config')],
    writes: { '/w/.git/config': '[core]\n', '/w/hooks2/pre-commit': hook },
    held: ['.git/config', 'hooks2/pre-commit'],
  },
  {
    says: 'a repository beside settings that a rule keeps as they were',
    before: { '/w/x/config': evil, '/w/x/objects/a': '', '/w/x/refs/a': '', '/w/sub/t': '' },
    rules: [asking('config')],
    writes: {
      '/w/x/config': '[core]\n',
      '/w/x/HEAD': 'ref: refs/heads/main\n',
      '/w/sub/.git': 'gitdir: ../x\n',
    },
    held: ['sub/.git', 'x/HEAD', 'x/config'],
  },
  {
    says: 'a hook beside settings that somebody may change in the meantime',
    before: repository('/w/.git', hooked),
    writes: { '/w/.git/config': '[core]\n', '/w/hooks2/pre-commit': hook },
    held: ['hooks2/pre-commit'],
  },
  {
    says: 'a repository beside settings that somebody may change in the meantime',
    before: { '/w/x/config': evil, '/w/x/objects/a': '', '/w/x/refs/a': '', '/w/sub/t': '' },
    writes: {
      '/w/x/config': '[core]\n\tbare = false\n',
      '/w/x/HEAD': 'ref: refs/heads/main\n',
      '/w/sub/.git': 'gitdir: ../x\n',
    },
    held: ['sub/.git', 'x/HEAD'],
  },
  {
    says: 'an included file of a home whose settings become a link',
    home: '/w',
    before: { '/w/.gitconfig': '[include]\n\tpath = ~/inc.cfg\n', '/w/inc.cfg': '[user]\n\tname = a\n' },
    writes: { '/w/g': '', '/w/.gitconfig': '-> g', '/w/inc.cfg': '[core]\n\tpager = touch M\n' },
    held: ['.gitconfig', 'inc.cfg: core.pager'],
  },
];

describe('what another change hides is held back when that one may stay out', () => {
  it.each(hidden)('$says', (row) => {
    expect(judge(row)).toEqual(row.held);
  });
});

describe('rules decide beforehand', () => {
  const rule = (
    paths: ChangeRule['paths'],
    decision: ChangeRule['decision'],
    kinds: ChangeRule['kinds'] = [],
  ): ChangeRule => ({
    paths,
    kinds,
    decision,
    justification: undefined,
    source: 'r:1',
  });
  const writes = { '/w/.vscode/settings.json': '{}', '/w/db/1.sql': 'x' };
  it.each<Row>([
    {
      says: 'allow keeps what the table holds',
      writes,
      rules: [rule(['.vscode/settings.json'], 'allow')],
      held: [],
    },
    {
      says: 'prompt holds what the table keeps',
      writes,
      rules: [rule(['db/**'], 'prompt')],
      held: ['.vscode/settings.json', 'db/1.sql'],
    },
    {
      says: 'the strictest wins',
      writes,
      rules: [rule(['**/*.json'], 'allow'), rule(['.vscode/**'], 'prompt')],
      held: ['.vscode/settings.json'],
    },
    {
      says: 'forbidden discards all',
      writes,
      rules: [rule(['/w/db/*.sql'], 'forbidden')],
      held: ['discarded for db/1.sql: A rule says forbidden for this path.'],
    },
    {
      says: 'another kind is not meant',
      writes,
      rules: [rule(['db/*'], 'forbidden', ['delete', 'modify'])],
      held: ['.vscode/settings.json'],
    },
  ])('$says', (row) => {
    expect(judge(row)).toEqual(row.held);
  });
});
