// Builds dist/ from src/: JavaScript in a few files, because each file a start has to load costs time, and the
// declarations of what the package exports. Skips quietly where the tools are not installed (a consumer who installs
// the published package already has dist/). A reader never meets half of it: everything is made beside dist/ and moved
// in file by file, what others import first, and what is no longer wanted goes last.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build-page.mjs';
import { writeDeclarations } from './write-declarations.mjs';
import { writeLicenses } from './write-licenses.mjs';

const { servers } = createRequire(import.meta.url)('../bin/load-program.js');
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const compiler = join(root, 'node_modules/typescript/lib/typescript.js');

/** The subpaths for agent frameworks. */
const adapters = ['acp', 'ai-sdk', 'claude-agent', 'langchain', 'openai-agents'].map(
  (name) => `src/adapters/${name}.ts`,
);

/** What is loaded by its path: the package, the program, and the doors that tests of the built package knock at. */
const entryPoints = [
  'src/index.ts',
  'src/unstable.ts',
  'src/domain/index.ts',
  'src/launcher/index.ts',
  'src/policy/index.ts',
  'src/policy/save/file-lock.ts',
  'src/runtime/process/index.ts',
  'src/serve/rpc/protocol/index.ts',
  ...adapters,
];

/** What `exports` of package.json names the types of. */
const declared = ['src/index.ts', 'src/unstable.ts', 'src/serve/rpc/protocol/index.ts', ...adapters];

/** What `bin/cordon.js` tries before it loads the program. */
const quickEntry = 'src/cli/quick-check.ts';

/** The program, `dist/cli/program.cjs`, and once more with what the verbs that are servers need: `dist/cli/servers.cjs`. */
const programEntry = 'src/cli/main.ts';

/** What only those verbs may load. */
const servedRooms = /[\\/]src[\\/]serve[\\/]/;
const servedPackages = /^(?:@modelcontextprotocol\/sdk|ws)(?:\/|$)/;

/** What stays outside of the program: native code, what few starts need, and what comes without the text of its licence. */
const besideProgram = ['node-pty', 'undici', '@xterm/headless', '@cfworker/json-schema'];

await main();

async function main() {
  const bundler = existsSync(compiler) ? await import('esbuild').catch(() => undefined) : undefined;
  if (bundler === undefined) {
    if (existsSync(join(dist, 'index.js'))) return;
    console.error('Cannot build dist/: TypeScript and esbuild are not installed; run `npm ci` first');
    process.exitCode = 1;
    return;
  }
  const stage = join(root, '.tmp', `dist-${process.pid}`);
  try {
    const [javaScript, declarations] = await Promise.all([
      bundle(bundler, stage),
      writeDeclarations({ root, entries: declared, outdir: stage }),
    ]);
    if (javaScript && declarations) {
      moveInto(stage);
      spawnSync(process.execPath, [join(root, 'scripts/write-code-cache.mjs')], { stdio: 'inherit' });
    } else process.exitCode = 1;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Whether it worked; esbuild has said why not. */
async function bundle(bundler, outdir) {
  const common = {
    absWorkingDir: root,
    outbase: 'src',
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    // What a user installs with the package stays where it is; the rest is taken in, and is nobody's to exchange.
    external: Object.keys(description.dependencies).flatMap((name) => [name, `${name}/*`]),
    metafile: true,
    charset: 'utf8',
    logLevel: 'warning',
  };
  const seals = await buildPage(bundler, { root, outdir: join(outdir, 'web') }).catch(() => undefined);
  if (seals === undefined) return false;
  const sealing = { ...common, define: { builtPageSeals: JSON.stringify(seals) } };
  const done = Promise.all([
    bundler.build({
      ...common,
      entryPoints,
      chunkNames: 'shared/[name]-[hash]',
      splitting: true,
      format: 'esm',
    }),
    // One file, and required: the loader of ES modules alone takes longer to start than this takes to answer.
    bundler.build({
      ...common,
      entryPoints: [quickEntry],
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
    }),
    bundler.build(program(sealing, 'program', [inOneLanguage(), withoutServers()])),
    bundler.build(program(sealing, 'servers', [inOneLanguage()])),
  ]);
  const built = await done.catch(() => undefined);
  if (built === undefined) return false;
  for (const name of ['program', 'servers']) escapeWide(join(outdir, 'cli', `${name}.cjs`));
  await writeLicenses({
    root,
    outdir,
    inputs: built.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
  });
  return true;
}

/** Required, too, and in plain characters, as one function: `bin/load-program.js` reads and compiles it in one go. */
function program(common, name, plugins) {
  return {
    ...common,
    entryPoints: [{ in: programEntry, out: `cli/${name}` }],
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    charset: 'ascii',
    // What is loaded late is required, too: no start needs the other loader.
    supported: { 'dynamic-import': false },
    external: besideProgram,
    // A third of it is names, and every start reads it.
    minify: true,
    lineLimit: 240,
    plugins,
    define: {
      ...common.define,
      'import.meta.url': 'ownAddress',
      // A native helper that ws would look for, up to the root of the disk, and run: a command may have put one there.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
    },
    banner: {
      js: "(function (exports, require, module, __filename, __dirname) { const ownAddress = require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
  };
}

/** Leaves out what only servers need. A verb that loads it and does not stand among them fails the build. */
function withoutServers() {
  const verbs = servers.map((word) => join(root, 'src/cli', `${word}-verb.ts`));
  const isServer = (importer) =>
    verbs.includes(importer) || importer.startsWith(join(root, 'src/cli/serve/'));
  return {
    name: 'without-servers',
    setup({ onResolve, onLoad, resolve }) {
      const leaveOut = (path, importer) =>
        isServer(importer)
          ? { path, namespace: 'left-out' }
          : {
              errors: [
                {
                  text: `${importer} loads ${path}: its verb belongs into \`servers\` of bin/load-program.js`,
                },
              ],
            };
      onResolve({ filter: servedPackages }, ({ path, importer }) => leaveOut(path, importer));
      onResolve({ filter: /[\\/]serve[\\/]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (pluginData === 'asked') return undefined;
        const found = await resolve(path, { importer, kind, resolveDir, pluginData: 'asked' });
        return servedRooms.test(found.path) ? leaveOut(path, importer) : found;
      });
      onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is in dist/cli/servers.cjs`)});`,
      }));
    },
  };
}

/** zod brings its messages in sixty languages, and makes all of them at every start; ours are in English. */
function inOneLanguage() {
  return {
    name: 'in-one-language',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
        contents: "export { default as en } from './en.js';",
      }));
    },
  };
}

/** Regular expressions and comments have other characters left, and a text of single bytes is read in half the time. */
function escapeWide(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/[^\x00-\x7f]/g, escaped));
}

function moveInto(stage) {
  const files = filesBelow(stage);
  // Names of shared files change with what is in them: nobody reads one before an entry that names it is there.
  const entries = new Set(entryPoints.map((path) => path.slice('src/'.length).replace(/ts$/, 'js')));
  for (const file of files.toSorted((a, b) => Number(entries.has(a)) - Number(entries.has(b)))) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(stage, file), join(dist, file));
  }
  const wanted = new Set(files);
  for (const file of filesBelow(dist)) if (!wanted.has(file)) rmSync(join(dist, file), { force: true });
  removeEmptyDirectories(dist);
}

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

function removeEmptyDirectories(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(directory, entry.name);
    removeEmptyDirectories(path);
    if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
  }
}
