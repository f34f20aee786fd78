// Names inside a writable root that no sandboxed command may change or create: what is run or believed by the host
// later, outside of any sandbox. Data only; each backend enforces it in its own way.

/**
 * At the top of every writable root and of every repository inside it. Tools of the host execute these, or take
 * orders from them: agents, editors, direnv.
 */
export const protectedNames = [
  '.cordon',
  '.codex',
  '.agents',
  '.claude',
  '.cursor',
  '.vscode',
  '.idea',
  '.mcp.json',
  '.envrc',
] as const;

/**
 * Inside a git directory. Hooks and the programs that a configuration names (`core.fsmonitor`, `diff.external`) run
 * at the next `git status` of anybody; `commondir` makes git read the configuration of another directory. Everything
 * else stays writable, so that commits work.
 */
export const protectedInGitDirectory = ['hooks', 'config', 'config.worktree', 'commondir'] as const;

/** In a home directory: executed by the next shell, or by git, ssh and the package managers. */
export const protectedInHome = [
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.kshrc',
  '.inputrc',
  '.gitconfig',
  '.ripgreprc',
  '.ssh',
  '.config/git',
  '.config/fish',
  '.config/autostart',
  '.config/systemd',
] as const;

/**
 * In a directory of ours (`$CORDON_HOME`, `/etc/cordon`, a project's `.cordon`): what the next run is decided by, is told, or
 * brings back. People keep such files in a repository of theirs and put links here, so that each is held where it really lies.
 */
export const readInHome = [
  'rules',
  'policy',
  'config.toml',
  'requirements.toml',
  'AGENTS.override.md',
  'AGENTS.md',
  'sessions',
  'held',
  'airlock',
  'changes',
] as const;
