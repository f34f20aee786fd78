// Which words of a command carry code that the program will run: options whose value is a command, a plugin or a
// configuration, assignments that make reads, remote helpers. An allow rule covers such a command only when it spells
// these words itself. Generous: a word too many costs a question.
import type { Argv } from '../../domain/index.ts';

interface CodeOptions {
  /** Long names without dashes. Beginnings count, as most programs take them, and so does one dash. */
  readonly long: readonly string[];
  /** Letters of short options, alone, with the value attached, or last in a cluster. */
  readonly short: RegExp | undefined;
  /** Whether the letters may stand in a first word without a dash, as tar has it. */
  readonly bundle: RegExp | undefined;
  readonly operand: RegExp | undefined;
  /** Only behind this subcommand; `''`: only in front of the first word that is no option. */
  readonly subcommand: string | undefined;
}

type Row = readonly (readonly [string, CodeOptions])[];

function code(programs: string, long: string, letters = '', operand?: RegExp): Row {
  return row(programs, { long, letters, operand, subcommand: undefined });
}

interface Written {
  readonly long: string;
  readonly letters: string;
  readonly operand: RegExp | undefined;
  readonly subcommand: string | undefined;
}

function row(programs: string, { long, letters, operand, subcommand }: Written): Row {
  const options: CodeOptions = {
    long: long === '' ? [] : long.split(' '),
    short: letters === '' ? undefined : new RegExp(`^-[A-Za-z]*[${letters}]`),
    bundle: letters === 'IF' ? /^[A-Za-z]*[IF]/ : undefined,
    operand,
    subcommand,
  };
  return programs.split(' ').map((program) => [program, options] as const);
}

function git(subcommands: string, long: string, letters = '', operand?: RegExp): Row {
  return subcommands.split(' ').flatMap((subcommand) => row('git', { long, letters, operand, subcommand }));
}

/** make takes any variable from its command line, `SHELL` among them; a few have a habit of being harmless. */
const assignment =
  /^(?!(?:V|VERBOSE|Q|DEBUG|TESTS?|ARGS?|VERSION|CI)=[\w./-]*$)[A-Za-z_.][\w.-]*[:+?!]{0,3}=/;
const remoteHelper = /^(?:ext|fd)::/;

const rows: Row = [
  ...git('', 'exec-path config-env', 'c'),
  ...git('fetch pull fetch-pack', 'upload-pack', '', remoteHelper),
  ...git('push send-pack', 'receive-pack exec', '', remoteHelper),
  ...git('clone', 'upload-pack config template', 'uc', remoteHelper),
  ...git('ls-remote archive', 'upload-pack exec', '', remoteHelper),
  ...git('init', 'template'),
  ...git('remote submodule', 'exec', '', /^(?:ext::|fd::|foreach$)/),
  ...git('rebase', 'exec', 'x'),
  ...git('difftool', 'extcmd', 'x'),
  ...git('grep', 'open-files-in-pager', 'O'),
  ...git('bisect', '', '', /^run$/),
  ...git(
    'filter-branch',
    'env-filter tree-filter index-filter msg-filter commit-filter parent-filter tag-name-filter setup',
  ),
  ...git('send-email', 'sendmail-cmd to-cmd cc-cmd header-cmd smtp-server'),
  ...git(
    'config',
    '',
    '',
    /^(?:alias|core|pager|diff|merge|filter|credential|gpg|sequence|ssh|protocol|include\w*|difftool|mergetool|uploadpack|receive|remote|url|browser|man|web|trailer|hook|init|submodule)\./i,
  ),
  ...code('hg', 'config', ''),
  ...code('svn', 'config-option config-dir diff-cmd diff3-cmd editor-cmd merge-cmd'),
  ...code('make gmake', 'eval', 'E', assignment),
  ...code('cmake', '', 'PCE', /^-D\w*(?:COMPILER|LAUNCHER|LINKER|PROGRAM|COMMAND|TOOLCHAIN|RULE|EMULATOR)/),
  ...code(
    'tar gtar bsdtar',
    'to-command use-compress-program checkpoint-action info-script new-volume-script rsh-command rmt-command',
    'IF',
  ),
  ...code('cpio', 'rsh-command', ''),
  ...code('rsync', 'rsh rsync-path', 'e'),
  ...code('ssh', '', 'oFI'),
  ...code('scp sftp', '', 'SoFD'),
  ...code('sort', 'compress-program'),
  ...code('split', 'filter'),
  ...code('zip', 'unzip-command', 'T'),
  ...code('wget', 'execute config use-askpass', 'e'),
  ...code('curl', 'config engine', 'K'),
  ...code('rg', 'pre hostname-bin'),
  ...code('bat man', 'pager', 'P'),
  ...code(
    'npm pnpm yarn',
    'script-shell node-options userconfig globalconfig shell git prefix dir cwd init-module',
    'C',
  ),
  ...code('go', 'toolexec exec vettool ldflags gcflags asmflags gccgoflags overlay modfile'),
  ...code('cargo', 'config', 'Z'),
  ...code('rustc', '', 'CZ'),
  ...code(
    'gcc g++ cc c++ clang clang++ gfortran',
    'plugin specs wrapper ld-path',
    'B',
    /^@|^-f(?:plugin|pass-plugin|use-ld)|^-wrapper|^-Xclang|^-Xlinker|^-W[lap],|^-specs/,
  ),
  ...code('ld ld.gold ld.lld mold', 'plugin dynamic-linker', '', /^@|^-plugin/),
  ...code('javac', 'processor processor-path', 'J', /^@|^-processor/),
  ...code('helm', 'post-renderer', ''),
  ...code('kubectl', 'kubeconfig', ''),
  ...code(
    'mvn mvnw gradle gradlew',
    'init-script include-build settings global-settings',
    'I',
    /^-D.*(?:exec|ext|jvm|argLine|agent)/,
  ),
  ...code('pip pip3', 'python config-settings global-option build-option', 'C'),
  ...code('tcpdump', 'postrotate-command', 'z'),
  ...code('nmap', 'script datadir'),
  ...code('ansible ansible-playbook', 'module-path ssh-common-args ssh-extra-args', 'M'),
  ...code('openssl', 'engine provider-path provider', ''),
];

const byProgram = new Map<string, CodeOptions[]>();
for (const [program, options] of rows) {
  const known = byProgram.get(program);
  if (known === undefined) byProgram.set(program, [options]);
  else known.push(options);
}

const nothing: readonly number[] = [];

/** Indexes of the words that carry code, in order. `name` is the base name of the program. */
export function carriedCode(name: string, argv: Argv): readonly number[] {
  if (name === 'sed' || name === 'gsed') return sedScripts(argv);
  const options = byProgram.get(name);
  if (options === undefined) return nothing;
  const firstOperand = argv.findIndex((word, at) => at > 0 && !word.startsWith('-'));
  const found: number[] = [];
  for (const each of options) {
    const { subcommand } = each;
    if (subcommand !== undefined && subcommand !== '' && !argv.includes(subcommand)) continue;
    // Behind an option that takes a value the subcommand comes later: one word more is looked at.
    const end = subcommand === '' && firstOperand !== -1 ? firstOperand + 1 : argv.length;
    for (let at = 1; at < end; at += 1) if (carries(each, argv[at] ?? '', at)) found.push(at);
  }
  return found;
}

function carries({ long, short, bundle, operand }: CodeOptions, word: string, at: number): boolean {
  if (operand?.test(word) === true) return true;
  if (!word.startsWith('-') || word === '-' || word === '--') return at === 1 && bundle?.test(word) === true;
  const name = /^--?([A-Za-z][\w-]*)/.exec(word)?.[1] ?? '';
  if (word.startsWith('--')) return name.length > 1 && long.some((each) => each.startsWith(name));
  return long.includes(name) || short?.test(word) === true;
}

const sedExecutes =
  /(?:^|[;{}\n\d$/!,])\s*e(?:\s|$|;|\})|(?:^|[;{}\n\d$/!,\s])s([^\w\s])(?:(?!\1)[^\\]|\\.)*\1(?:(?!\1)[^\\]|\\.)*\1[\dgIiMmpw]*e/s;

/** GNU sed runs what `e` names, and what `s///e` makes; a script in a file may hold either. */
function sedScripts(argv: Argv): readonly number[] {
  return argv.flatMap((word, at) => {
    if (at === 0) return [];
    if (/^-[A-Za-z]*f|^--fi/.test(word)) return [at];
    return sedExecutes.test(word) ? [at] : [];
  });
}
