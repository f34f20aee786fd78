// Prefixes that are too broad to remember: an allow rule for them would allow whatever comes after. A list of names
// is never complete; what it misses still runs inside the sandbox.
import type { Argv } from '../../domain/index.ts';

/**
 * Why a rule for the prefix would allow nearly anything, to complete "Cannot remember `…`: …"; undefined when it would
 * not. What is about to be saved has to pass `whyNotOpenEnded`, too.
 */
export function whyTooBroad(prefix: Argv): string | undefined {
  const [written, ...rest] = prefix;
  if (prefix.some((word) => word.includes('\0'))) return 'a word contains a NUL character';
  const name = programName(written);
  if (name === '') return 'it names no program';
  if (launchers.has(name)) return `${name} runs whatever its arguments name`;
  if (destroyers.has(name)) return `${name} would delete or overwrite whatever comes after the prefix`;
  if (interpreters.has(name)) return interpreterProblem(name, rest);
  const tool = tools.get(name);
  return tool === undefined ? undefined : toolProblem({ name, rest, tool });
}

/**
 * The base name in lower case, without `.exe` and without a version: `/usr/bin/python3.12` is `python`, `vim.basic` is
 * `vim`. A name that ends in a digit and is on no list without it stays whole: `mp3` is no version of `mp`.
 */
function programName(program: string): string {
  const base = program.slice(program.lastIndexOf('/') + 1).toLowerCase();
  const bare = base.replace(/\.(?:exe|cmd|bat|com|basic|tiny|nox|static)$/, '');
  const name = versioned.exec(bare)?.[1];
  return name !== undefined && isListed(name) ? name : bare;
}

/** Whether it runs the program that its arguments name. */
export function isLauncher(program: string): boolean {
  return launchers.has(programName(program));
}

/** Whether it is a shell or runs programs of a language of its own. */
export function isInterpreter(program: string): boolean {
  return interpreters.has(programName(program));
}

const versioned = /^(.*?[a-z])[-.]?\d[\d.]*(?:t|dbg|-dbg)?$/;

function isListed(name: string): boolean {
  return launchers.has(name) || destroyers.has(name) || interpreters.has(name) || tools.has(name);
}

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Any prefix of these can be continued with a program or a script to run, so no length of prefix is narrow. */
const launchers = names(`
  env sudo sudoedit doas su pkexec runuser setpriv chroot unshare nsenter bwrap firejail systemd-run
  xargs parallel find fd fdfind nohup timeout time nice ionice chrt taskset stdbuf setsid setarch script watch entr
  strace ltrace gdb lldb valgrind perf flock expect unbuffer faketime proot fakeroot dbus-run-session
  ssh mosh telnet rsh sshpass socat nc ncat netcat rsync
  eval exec command builtin source . trap coproc
  npx bunx pnpx uvx pipx busybox toybox awk gawk mawk nawk sed ed ex vi vim nvim emacs nano less more man
  tmux screen at batch crontab tee dd install
  sg gosu su-exec ssh-agent eatmydata linux32 linux64 start-stop-daemon run-parts direnv dotenv dotenvx aws-vault
  systemd-nspawn lxc-attach wine mono xcrun
  osascript start-process invoke-expression iex rundll32 regsvr32 mshta wscript cscript powershell_ise
  ld.so x86_64 i386 i686 arch uname26 jexec runcon choom uclampset coresched pidfd numactl cgexec chpst envdir setuidgid
`);

const destroyers = names('rm rmdir shred unlink srm mkfs wipefs del erase rd remove-item');

/** Banned alone and before an option: what an option like `-c`, `-e` or `-` is followed by is a program. */
const interpreters = names(`
  sh bash zsh dash ash fish ksh mksh rbash yash posh osh hush ion csh tcsh pwsh powershell cmd nu elvish xonsh
  python py pythonw pyw pypy ipython node nodejs deno bun ts-node tsx perl ruby irb php lua luajit julia rscript r
  tclsh wish guile racket clojure scala groovy java jshell kotlin elixir erl ghci runghc ocaml sqlite3 psql mysql
  gradle ant m4
`);

/** Runs a module by name: `python -m pytest` is as narrow as a script. These modules run other code. */
const runningModules = names('code runpy timeit pdb cprofile profile trace idlelib doctest');

function interpreterProblem(name: string, rest: readonly string[]): string | undefined {
  const [first, second] = rest;
  if (first === undefined) return `${name} runs any program it is given`;
  if ((name === 'deno' || name === 'bun') && ['run', 'eval', 'x', 'exec', 'repl', 'test'].includes(first)) {
    return second === undefined || second.startsWith('-') ? `${name} ${first} runs any program` : undefined;
  }
  const isModule = name === 'python' && first === '-m' && second !== undefined && !second.startsWith('-');
  if (isModule && !runningModules.has(second.toLowerCase())) return undefined;
  const isOption = first.startsWith('-') || (name === 'cmd' && first.startsWith('/'));
  return isOption ? `${name} with options can run any program` : undefined;
}

interface Tool {
  /** Subcommands that run what comes after them, at any length. */
  readonly runs: ReadonlySet<string>;
  /** Subcommands that run one named thing: too broad alone, narrow with a name. */
  readonly runsNamed: ReadonlySet<string>;
}

const tool = (runs: string, runsNamed = ''): Tool => ({ runs: names(runs), runsNamed: names(runsNamed) });

const packageManager = tool('exec x dlx create init config set explore edit', 'run run-script rum urn');
const container = tool(
  'run exec compose create build buildx start cp commit import load plugin stack service swarm context builder machine',
);

/** Tools with subcommands: banned alone (any subcommand would do) and before an option (it may be any subcommand). */
const tools: ReadonlyMap<string, Tool> = new Map([
  ['git', tool('config filter-branch submodule bisect rebase difftool mergetool alias', '')],
  ['hg', tool('config', '')],
  ['npm', packageManager],
  ['pnpm', packageManager],
  ['yarn', packageManager],
  ['corepack', packageManager],
  ['cargo', tool('install config', 'run')],
  ['go', tool('env generate tool', 'run install')],
  ['uv', tool('tool', 'run')],
  ['pipenv', tool('', 'run')],
  ['composer', tool('exec config global', 'run run-script')],
  ['poetry', tool('config', 'run')],
  ['pdm', tool('config', 'run')],
  ['hatch', tool('', 'run')],
  ['rye', tool('', 'run')],
  ['conda', tool('run', '')],
  ['mamba', tool('run', '')],
  ['bundle', tool('config', 'exec')],
  ['rake', tool('', '')],
  ['dotnet', tool('exec', 'run')],
  ['mvn', tool('', '')],
  ['make', tool('', '')],
  ['gmake', tool('', '')],
  ['just', tool('', '')],
  ['docker', container],
  ['podman', container],
  ['nerdctl', container],
  ['docker-compose', tool('run exec up', '')],
  ['lxc', tool('exec', '')],
  ['kubectl', tool('exec run debug cp attach apply create edit config', '')],
  ['helm', tool('plugin install upgrade', '')],
  ['vagrant', tool('ssh', '')],
  ['gh', tool('alias extension api codespace', '')],
  ['aws', tool('ssm configure', '')],
  ['gcloud', tool('compute config', '')],
  ['terraform', tool('apply destroy console', '')],
  ['ansible', tool('', '')],
  ['pip', tool('config', '')],
  ['brew', tool('sh', '')],
  ['apt', tool('', '')],
  ['apt-get', tool('', '')],
  ['systemctl', tool('edit', '')],
  ['nix', tool('run shell develop eval', '')],
  ['nix-shell', tool('', '')],
]);

interface ToolPrefix {
  readonly name: string;
  readonly rest: readonly string[];
  readonly tool: Tool;
}

function toolProblem({ name, rest, tool: { runs, runsNamed } }: ToolPrefix): string | undefined {
  const [subcommand, operand] = rest;
  if (subcommand === undefined) return `${name} alone covers every one of its subcommands`;
  // `cargo +nightly`, too, stands before a subcommand.
  if (/^[-+]/.test(subcommand)) return `${name} with an option first covers every one of its subcommands`;
  const word = subcommand.toLowerCase();
  if (runs.has(word)) return `${name} ${word} runs whatever its arguments name`;
  if (!runsNamed.has(word)) return undefined;
  if (operand === undefined || operand.startsWith('-')) return `${name} ${word} runs any program or script`;
  // `uv run bash -c` is bash: what is run has to be narrow by itself.
  const [first, ...others] = rest.slice(1);
  return first === undefined ? undefined : whyTooBroad([first, ...others]);
}
