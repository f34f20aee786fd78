// Makes what is published: the package, and beside it one package for each kind of machine with a launcher that was
// built for it, so that nobody there needs a compiler. The same sources give the same bytes. Publishes nothing.
//
//   node scripts/make-release.mjs --out DIRECTORY [--launcher FILE] [--with LAUNCHER.TGZ]...
//
// Run it on each kind of machine; the last one gets what the others made, `--with`, and its package names all of them.
// The launchers must be in the registry before the package is: it asks for them by name, in this version.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineName } from './prebuilt-launcher.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const builder = join(root, 'scripts', 'build-native.mjs');

function main() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      // A launcher that is built already, by `build-native.mjs --static`.
      launcher: { type: 'string' },
      with: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.out === undefined) throw new Error('Say where to, with --out DIRECTORY');
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'cordon-release-'));
  try {
    const sources = run(process.execPath, [builder, '--print-sources']).trim();
    const own = packLauncher({ out, scratch, sources, program: values.launcher ?? buildLauncher(scratch) });
    const others = values.with.map((archive, at) => readLauncher(archive, join(scratch, `other-${at}`)));
    const strange = others.find((each) => each.sources !== sources || each.version !== description.version);
    if (strange !== undefined) throw new Error(`${strange.package} was made of other sources`);
    packProgram({ out, scratch, sources, launchers: [own, ...others] });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function buildLauncher(scratch) {
  run(process.execPath, [builder, '--static', '--force', '--out', scratch]);
  return join(scratch, 'cordon-launcher');
}

/** A package with one program, which only the machines it is for install. */
function packLauncher({ out, scratch, sources, program }) {
  const machine = machineName();
  const name = `${description.name}-launcher-${machine}`;
  const place = join(scratch, name);
  mkdirSync(place);
  copyFileSync(program, join(place, 'cordon-launcher'));
  chmodSync(join(place, 'cordon-launcher'), 0o755);
  copyFileSync(join(root, 'LICENSE'), join(place, 'LICENSE'));
  const sha256 = createHash('sha256').update(readFileSync(program)).digest('hex');
  const { version, license } = description;
  writeJson(join(place, 'package.json'), {
    name,
    version,
    description: `The launcher of ${description.name} for ${machine}; ${description.name} asks for it by itself.`,
    license,
    os: [process.platform],
    cpu: [process.arch],
    files: ['cordon-launcher', 'LICENSE'],
    cordon: { machine, sources, sha256 },
  });
  writeFileSync(
    join(place, 'README.md'),
    `# ${name}\n\nThe launcher of ${description.name}, built for ${machine}. It is no package of its own: ${description.name} names its hash, and uses nothing else.\n`,
  );
  pack(place, out);
  return { package: name, version, machine, sources, sha256 };
}

function readLauncher(archive, place) {
  mkdirSync(place);
  run('tar', ['-xzf', resolve(archive), '-C', place, '--strip-components=1']);
  const { name, version, cordon } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  return { package: name, version, ...cordon };
}

/** As `npm pack` makes it of this directory, with the launchers it may ask for. */
function packProgram({ out, scratch, sources, launchers }) {
  const archive = pack(root, scratch);
  const place = join(scratch, 'program');
  mkdirSync(place);
  run('tar', ['-xzf', archive, '-C', place, '--strip-components=1']);
  const sorted = launchers.toSorted((a, b) => (a.machine < b.machine ? -1 : 1));
  writeJson(join(place, 'native', 'prebuilt.json'), {
    sources,
    launchers: Object.fromEntries(
      sorted.map(({ machine, package: name, sha256 }) => [machine, { package: name, sha256 }]),
    ),
  });
  const optionalDependencies = Object.fromEntries(
    sorted.map(({ package: name, version }) => [name, version]),
  );
  writeJson(join(place, 'package.json'), { ...description, optionalDependencies });
  pack(place, out);
}

/** The path of the archive. Nothing that a package wants to have run is run. */
function pack(place, out) {
  const said = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', out], place);
  return join(out, JSON.parse(said)[0].filename);
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

function run(program, args, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args[0]} ended with ${status}: ${error?.message ?? stderr}`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
