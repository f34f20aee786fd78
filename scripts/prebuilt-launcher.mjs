// A launcher that was built where the package was made, for hosts without a compiler. `native/prebuilt.json`, which only
// a release has (`scripts/make-release.mjs`), names the package it comes in and the hash it must have; what does not
// have it is left alone, and the launcher is compiled as ever.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** More than any launcher has: what is longer is none, and is not read. */
const mostBytes = 64 * 1024 * 1024;

/** What a launcher has to fit. A static one listens to no C library, so that none is named. */
export function machineName({ platform, arch } = process) {
  return `${platform}-${arch}`;
}

/** The C library that programs of this host are for; undefined where there is only one. */
export function cLibrary() {
  if (process.platform !== 'linux') return undefined;
  // Looking up the names of open sockets would take its time.
  if (process.report !== undefined) process.report.excludeNetwork = true;
  return process.report?.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/**
 * The bytes of the prebuilt launcher for this machine, made of exactly these sources; undefined when there is none.
 * `native` is the directory of the sources, `sources` their hash.
 */
export function readPrebuilt({ native, sources, machine = machineName() }) {
  try {
    const { sources: madeOf, launchers } = JSON.parse(readFileSync(join(native, 'prebuilt.json'), 'utf8'));
    const { package: name, sha256 } = launchers[machine];
    if (madeOf !== sources) return undefined;
    const file = createRequire(join(native, 'prebuilt.json')).resolve(`${name}/cordon-launcher`);
    if (statSync(file).size > mostBytes) return undefined;
    const program = readFileSync(file);
    return createHash('sha256').update(program).digest('hex') === sha256 ? program : undefined;
  } catch {
    return undefined;
  }
}
