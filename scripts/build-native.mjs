// Compiles native/*/*.c to native/build/cordon-launcher with the C compiler of the host, or takes the launcher that was
// built for this machine where the package was made. Does nothing when the result is up to date: made of these sources
// for this platform, architecture and C library. Replaces it in one rename, so that a command being started never meets
// half a file.
//
//   node scripts/build-native.mjs [--quiet-when-impossible] [--sanitize] [--strict] [--portable] [--static] [--out DIRECTORY] [--force]
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cLibrary, machineName, readPrebuilt } from './prebuilt-launcher.mjs';

const native = fileURLToPath(new URL('../native', import.meta.url));

/** Outside Linux there are no layers to apply: only what runs a command and keeps its terminal is compiled. */
const portable = [
  'protocol/channel.c',
  'protocol/enforcement.c',
  'run/execute.c',
  'protocol/failure.c',
  'run/keep_pty.c',
  'run/main.c',
  'protocol/policy.c',
  'protocol/policy_records.c',
  'protocol/report.c',
  'run/supervise_portable.c',
];

// A warning is an error where this program is written, not where a newer compiler than ours installs it.
const warnings = ['-Wall', '-Wextra', '-Wconversion'];
const language = ['-std=c11', '-D_GNU_SOURCE', `-I${native}`];
const hardened = ['-O2', '-fstack-protector-strong', '-D_FORTIFY_SOURCE=2', '-fPIE'];
const hardenedLink = ['-Wl,-z,relro,-z,now,-z,noexecstack,-s'];
const sanitized = [
  '-O1',
  '-g',
  '-fno-omit-frame-pointer',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
];

/** A static program starts faster and listens to no LD_ variable; not every host has the archive it needs. */
const staticLinking = ['-static-pie'];
const linkings = process.platform === 'linux' ? [staticLinking, ['-pie']] : [[]];

function main() {
  const { values } = parseArgs({
    options: {
      'quiet-when-impossible': { type: 'boolean', default: false },
      sanitize: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      // For other hosts than this one: a program that needs nothing of theirs, or none.
      static: { type: 'boolean', default: false },
      // The program of other systems, for a look at it on this one.
      portable: { type: 'boolean', default: process.platform !== 'linux' },
      out: { type: 'string', default: join(native, 'build') },
      // Prints what `native/prebuilt.json` of a release says of its sources, and builds nothing.
      'print-sources': { type: 'boolean', default: false },
    },
  });
  if (values['print-sources']) {
    process.stdout.write(`${sourcesHash()}\n`);
    return 0;
  }
  const isGuest = values.portable && process.platform === 'linux';
  const name = `cordon-launcher${values.sanitize ? '-sanitized' : ''}${isGuest ? '-portable' : ''}`;
  const failure = build({ ...values, target: join(values.out, name) });
  if (failure === undefined) return 0;
  if (values['quiet-when-impossible']) {
    process.stdout.write(
      `cordon: the launcher was not built (${failure.what}); sandboxed runs will say how to get it\n`,
    );
    return 0;
  }
  process.stderr.write(`${failure.what}\n${failure.hint}\n`);
  return 1;
}

function build({ target, sanitize, strict, force, static: isStatic, out, portable: isPortable }) {
  if (process.platform === 'win32') {
    return { what: 'Cannot build the launcher: this is Windows', hint: 'Use WSL 2' };
  }
  const sources = [
    ...sourceFiles(isPortable),
    ...(sanitize ? [join(native, 'fuzz', 'sanitizer_options.c')] : []),
  ];
  const flags = [
    ...language,
    ...(isPortable ? ['-DCORDON_PORTABLE'] : []),
    ...warnings,
    ...(strict ? ['-Werror'] : []),
    // What is found where nobody listens is written to a file beside the program, if there is one.
    ...(sanitize
      ? [...sanitized, `-DCORDON_FINDINGS=${JSON.stringify(join(resolve(out), 'findings'))}`]
      : hardened),
  ];
  const stamp = fingerprint([...flags, String(isPortable)]);
  const stampFile = `${target}.stamp`;
  if (!force && existsSync(target) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    touch(target);
    return undefined;
  }
  const isForHere = !sanitize && !strict && !isStatic && isPortable === (process.platform !== 'linux');
  const prebuilt = isForHere ? readPrebuilt({ native, sources: sourcesHash() }) : undefined;
  if (prebuilt !== undefined && install({ program: prebuilt, target, stamp, stampFile, out }))
    return undefined;
  const compiler = findCompiler();
  if (compiler === undefined) {
    return {
      what: 'Cannot build the launcher: no C compiler was found (tried $CC, cc, gcc, clang)',
      hint: 'Install one: `apt-get install build-essential`, `dnf install gcc glibc-devel`, `apk add build-base` or `xcode-select --install`',
    };
  }
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    return {
      what: `Cannot write to ${out}: ${error.code}`,
      hint: 'Run the build as the owner of the package directory',
    };
  }
  return compile({
    compiler,
    flags,
    sources,
    target,
    stamp,
    stampFile,
    out,
    links: sanitize ? [[]] : isStatic ? [staticLinking] : linkings,
  });
}

/** Whether it worked: what cannot be written is said once it is to be compiled. */
function install({ program, target, stamp, stampFile, out }) {
  let scratch;
  try {
    mkdirSync(out, { recursive: true });
    scratch = mkdtempSync(join(out, 'building-'));
    const copy = join(scratch, 'cordon-launcher');
    writeFileSync(copy, program, { mode: 0o755 });
    putInPlace({ scratch, built: copy, target, stamp, stampFile });
    return true;
  } catch {
    return false;
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

/** Who looks at times alone need not ask again. */
function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // It is asked again.
  }
}

function putInPlace({ scratch, built, target, stamp, stampFile }) {
  chmodSync(built, 0o755);
  writeFileSync(join(scratch, 'stamp'), stamp);
  renameSync(built, target);
  renameSync(join(scratch, 'stamp'), stampFile);
}

function compile({ compiler, flags, sources, target, stamp, stampFile, out, links }) {
  let scratch;
  try {
    scratch = mkdtempSync(join(out, 'building-'));
    const built = join(scratch, 'cordon-launcher');
    let last = '';
    for (const link of links) {
      const linking =
        link.length === 0 ? [] : [...link, ...(process.platform === 'linux' ? hardenedLink : [])];
      const run = spawnSync(compiler, [...flags, ...sources, ...linking, '-o', built], { encoding: 'utf8' });
      last = run.error?.message ?? run.stderr;
      if (run.status !== 0) continue;
      putInPlace({ scratch, built, target, stamp, stampFile });
      return undefined;
    }
    return {
      what: `Cannot build the launcher: ${compiler} failed\n${last.trimEnd()}`,
      hint: 'Install the headers of the C library: `apt-get install build-essential`, `dnf install gcc glibc-devel kernel-headers` or `apk add build-base linux-headers`',
    };
  } catch (error) {
    return {
      what: `Cannot build the launcher in ${out}: ${error.code ?? error.message}`,
      hint: 'Make the directory writable',
    };
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

function sourceFiles(isPortable) {
  const all = filesOfRooms().filter((file) => file.endsWith('.c'));
  const wanted = isPortable
    ? all.filter((file) => portable.includes(file))
    : all.filter((file) => file !== 'run/supervise_portable.c');
  return wanted.map((file) => join(native, file));
}

/** Relative to native/; what fuzzes it and what was built are no part of it. */
function filesOfRooms() {
  return readdirSync(native, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'build' && entry.name !== 'fuzz')
    .flatMap((room) => readdirSync(join(native, room.name)).map((file) => `${room.name}/${file}`))
    .sort();
}

/** What a built one is compared by: a directory that came from another machine brings a program of that machine. */
function fingerprint(flags) {
  const machine = [machineName(), cLibrary() ?? ''];
  return createHash('sha256')
    .update([...machine, ...flags, sourcesHash()].join('\0'))
    .digest('hex');
}

function sourcesHash() {
  const hash = createHash('sha256');
  for (const file of filesOfRooms()) {
    if (/\.[ch]$/.test(file)) hash.update(`\0${file}\0`).update(readFileSync(join(native, file)));
  }
  return hash.digest('hex');
}

function findCompiler() {
  const candidates = [process.env.CC, 'cc', 'gcc', 'clang'].filter(
    (name) => name !== undefined && name !== '',
  );
  return candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

process.exitCode = main();
