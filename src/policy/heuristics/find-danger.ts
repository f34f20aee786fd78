// Looks for a dangerous command in an argv: the program itself, or one behind a wrapper's options.
import { dangers } from './dangers.ts';
import { readOptions, type Word } from './option-words.ts';

/** Programs that run the program named in their arguments, with the operands that come before its name. */
const wrappers: ReadonlyMap<string, number> = new Map([
  ...`arch builtin busybox caffeinate catchsegv command cpulimit dbus-run-session doas env exec fakeroot firejail gdb
    ionice ltrace nice nohup nsenter parallel pkexec prlimit proxychains rlwrap runuser setpriv setsid stdbuf strace su
    sudo systemd-run time toybox unbuffer unshare valgrind watch xargs xvfb-run`
    .split(/\s+/)
    .map((name) => [name, 0] as const),
  // What they fetch runs here all the same.
  ...'npx bunx pnpx uvx'.split(' ').map((name) => [name, 0] as const),
  ...'chroot chrt flock gtimeout script setarch ssh taskset timeout'
    .split(' ')
    .map((name) => [name, 1] as const),
]);

/** Wrappers in wrappers: more than this is nobody's honest command line. */
const maxDepth = 8;

/** The sentence that says what is dangerous; undefined when nothing is known to be. */
export function findDanger(words: readonly Word[]): string | undefined {
  let rest = words;
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    const program = programName(rest[0]);
    if (program === undefined) return undefined;
    const direct = judge(program, rest);
    if (direct !== undefined) return direct;
    const starts = wrappedAt(program, rest);
    for (const start of starts) {
      const inner = programName(rest[start]);
      const behind = inner === undefined ? undefined : judge(inner, rest.slice(start));
      if (behind !== undefined) return behind;
    }
    const next = starts.find((start) => wrappers.has(programName(rest[start]) ?? ''));
    if (next === undefined) return undefined;
    rest = rest.slice(next);
  }
  return 'it is wrapped too deeply to be read';
}

const executes: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir', '-x', '-X', '--exec']);
/** Positions that are looked at behind one wrapper. */
const maxStarts = 8;

/** Where the name of the wrapped program may stand: behind an option there may be a value first. */
function wrappedAt(program: string, words: readonly Word[]): readonly number[] {
  if (program === 'find' || program === 'fd' || program === 'fdfind') {
    return words
      .flatMap((word, at) => (word !== undefined && executes.has(word) ? [at + 1] : []))
      .slice(0, maxStarts);
  }
  if (packageManagers.has(program)) return fetchedAt(words);
  let operandsBefore = wrappers.get(program);
  if (operandsBefore === undefined) return [];
  const starts: number[] = [];
  let behindOption = false;
  for (let at = 1; at < words.length && starts.length < maxStarts; at += 1) {
    const word = words[at];
    if (word === undefined || /^-|^[A-Za-z_]\w*=/.test(word)) {
      behindOption = true;
      continue;
    }
    starts.push(at);
    if (!behindOption && operandsBefore === 0) break;
    if (!behindOption) operandsBefore -= 1;
    behindOption = false;
  }
  return starts;
}

const packageManagers: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);

const deleters: ReadonlySet<string> = new Set(['rimraf', 'del-cli', 'trash-cli', 'rmrf']);

/** `npm exec -- rimraf dist`, `pnpm dlx rimraf dist`, `yarn rimraf dist`. */
function fetchedAt(words: readonly Word[]): readonly number[] {
  const at = words.findIndex((word) => word === 'exec' || word === 'x' || word === 'dlx');
  if (at === -1) {
    const own = words.findIndex((word) => deleters.has(programName(word) ?? ''));
    return own === -1 ? [] : [own];
  }
  const starts = words.flatMap((word, index) =>
    index > at && word !== undefined && !word.startsWith('-') ? [index] : [],
  );
  return starts.slice(0, 2);
}

function judge(program: string, words: readonly Word[]): string | undefined {
  const danger = dangers.get(program) ?? dangers.get(`${program.split('.')[0] ?? ''}.*`);
  if (danger === undefined) return undefined;
  return danger.when(readOptions(words.slice(1))) ? danger.because : undefined;
}

/** Lower case, because macOS runs `RM` too; the last part of the path, because `/bin/rm` is `rm`. */
function programName(word: Word): string | undefined {
  if (word === undefined) return undefined;
  const name = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1).toLowerCase();
  const bare = name.endsWith('.exe') ? name.slice(0, -4) : name;
  // `npx rimraf@5`: a version is no part of the name.
  return bare.replace(/(?!^)@[\w.^~-]*$/, '');
}
