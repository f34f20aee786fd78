// Random directory trees and random work on them, many at once: each in a directory of its own (`t0`, `t1`, ...), so that
// one command does the work of all. The calls are the kernel's, made by python.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

export type TreeStep = readonly [verb: string, from: string, to: string];

export interface RandomTree {
  /** What is there before, made without a layer. */
  readonly setup: readonly TreeStep[];
  readonly work: readonly TreeStep[];
}

const names = ['a', 'b', 'c', 'd/a', 'd/b', 'd/e/a', 'e', 'd', 'e/a', 'f\n', '\u00ff'];
/** In a layer, a write through one of several names that were there before does not show at the others. */
const inPlace = ['write', 'append', 'truncate', 'chmod', 'xattr', 'touch', 'hole'];
const others = ['rename', 'exchange', 'link', 'symlink', 'replace', 'remove', 'mkdir', 'fifo'];

const stepOf = (verbs: readonly string[]): fc.Arbitrary<TreeStep> =>
  fc.tuple(fc.constantFrom(...verbs), fc.constantFrom(...names), fc.constantFrom(...names));

const plainTree: fc.Arbitrary<RandomTree> = fc.record({
  setup: fc.array(stepOf([...inPlace, ...others.filter((verb) => verb !== 'link')]), { maxLength: 10 }),
  work: fc.array(stepOf([...inPlace, ...others]), { minLength: 1, maxLength: 14 }),
});

const linkedTree: fc.Arbitrary<RandomTree> = fc.record({
  setup: fc.array(stepOf([...inPlace, ...others, 'write', 'write', 'link', 'link']), { maxLength: 12 }),
  work: fc.array(stepOf(others), { minLength: 1, maxLength: 8 }),
});

/** The same for the same seed. */
export function randomTrees(count: number, seed: number): readonly RandomTree[] {
  return fc.sample(fc.oneof({ weight: 4, arbitrary: plainTree }, { weight: 1, arbitrary: linkedTree }), {
    numRuns: count,
    seed,
  });
}

/** Failing steps fail with and without a layer alike, and say so. */
const player = `import ctypes, json, os, shutil, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
def run(verb, a, b):
    if verb == 'write': open(a, 'w').write(b)
    elif verb == 'append': open(a, 'a').write(b)
    elif verb == 'truncate': os.truncate(a, 2)
    elif verb == 'hole': os.truncate(a, 70000)
    elif verb == 'rename':
        # Two names of one file, which are two files in a layer: nothing is to happen, and there one name goes.
        if os.path.lexists(a) and os.path.lexists(b) and os.lstat(a).st_ino == os.lstat(b).st_ino: return
        os.rename(a, b)
    elif verb == 'exchange':
        # An overlay exchanges no directory that was there before (EXDEV), and nobody does it for the command.
        if os.path.isdir(a) or os.path.isdir(b): return
        if libc.renameat2(-100, os.fsencode(a), -100, os.fsencode(b), 2): raise OSError(ctypes.get_errno(), '')
    elif verb == 'link': os.link(a, b)
    elif verb == 'symlink': os.symlink(b, a)
    elif verb == 'chmod': os.chmod(a, 0o750)
    elif verb == 'xattr': os.setxattr(a, 'user.note', b.encode())
    elif verb == 'mkdir': os.makedirs(a)
    elif verb == 'fifo': os.mkfifo(a)
    elif verb == 'touch': os.utime(a, (1, 2), follow_symlinks=False)
    elif verb == 'replace':
        open(a + '~', 'w').write('new ' + b)
        try: os.rename(a + '~', a)
        except OSError: os.remove(a + '~'); raise
    elif os.path.isdir(a) and not os.path.islink(a): shutil.rmtree(a)
    else: os.remove(a)
top = os.getcwd()
for index, steps in enumerate(json.load(open(sys.argv[1]))):
    os.makedirs(os.path.join(top, 't%d' % index), exist_ok=True)
    os.chdir(os.path.join(top, 't%d' % index))
    for verb, a, b in steps:
        try:
            signal.alarm(2)
            if not (verb in ('write', 'append') and os.path.exists(a) and not os.path.isfile(a)): run(verb, a, b)
        except OSError as error: print(index, verb, ascii(a), ascii(b), error.errno)
        finally: signal.alarm(0)
`;

/**
 * Kinds, modes, sizes, link counts and targets, bytes and attributes; of times those that were set. Not how sparse a file is:
 * the kernel fills small holes of a file that a command writes to when it brings it into the layer.
 */
const teller = `import json, os, stat
told = {}
for t in sorted(os.listdir('.')):
    rows, links = [], {}
    for d, ds, fs in sorted(os.walk(t)):
        for n in sorted(ds + fs):
            p = os.path.join(d, n); s = os.lstat(p)
            row = [p, oct(s.st_mode)]
            if stat.S_ISREG(s.st_mode):
                first = links.setdefault(s.st_ino, p)
                row += [first, s.st_nlink, s.st_size, open(p,'rb').read().rstrip(bytes(1)).hex(), sorted((x, os.getxattr(p, x).hex()) for x in os.listxattr(p))]
            if stat.S_ISLNK(s.st_mode): row += [os.readlink(p)]
            if s.st_mtime == 2: row += ['touched']
            rows.append(ascii(row))
    told[t] = '\\n'.join(rows)
print(json.dumps(told))`;

export interface Playbook {
  /** A shell command that does the work in its working directory. */
  readonly command: string;
  play(directory: string): string;
}

/** Written below `place`, outside of every tree. */
export function playbook(place: string, name: string, steps: readonly (readonly TreeStep[])[]): Playbook {
  const [script, list] = [join(place, 'play.py'), join(place, `${name}.json`)];
  writeFileSync(script, player);
  writeFileSync(list, JSON.stringify(steps));
  return {
    command: `exec python3 ${script} ${list}`,
    play: (directory) => {
      mkdirSync(directory, { recursive: true });
      return execFileSync('python3', [script, list], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
    },
  };
}

/** What is in each tree, by its name. */
export function tellTrees(directory: string): Readonly<Record<string, string>> {
  const options = { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync('python3', ['-c', teller], options)) as Record<string, string>;
}
