// Keeps beside each program what V8 makes of it, for this Node; `bin/load-program.js` says when that is used. A program
// makes one start here, `exec` up to its first request and a server up to the end of its input, so that just what a
// start runs is kept: all of it would take longer to read than to compile when it is called. Quiet where nothing is
// built yet, and where the package cannot be written to: a start is slower then, no more.
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const { cacheOf, compile, programOf, readProgram, runProgram, seal } = createRequire(import.meta.url)(
  '../bin/load-program.js',
);
const longestStartMs = 20_000;

process.stdout.write = process.stderr.write = silent;
await keepStartOf('exec', exec);
await keepStartOf('serve', serve);
process.exit(0);

async function keepStartOf(word, start) {
  try {
    const file = programOf(word);
    const source = readProgram(file);
    const script = compile(file, source);
    await start(runProgram(file, script));
    keep(cacheOf(file), source, script.createCachedData());
  } catch {
    // Nobody's installation fails over this.
  }
}

/** For a server that refuses it. */
async function exec({ main }) {
  const server = createServer((_, response) => response.writeHead(400).end('{}'));
  server.listen(0, '127.0.0.1');
  try {
    await Promise.race([once(server, 'listening'), pause(longestStartMs)]);
    const address = `http://127.0.0.1:${server.address()?.port ?? 9}/v1`;
    const provider = `model_providers.none={ name = "none", base_url = "${address}", env_key = "KEY" }`;
    const options = ['-c', 'model_provider="none"', '-c', provider, '-s', 'danger-full-access'];
    await oneStart(main, ['exec', '--json', '--skip-git-repo-check', ...options, 'go']);
  } finally {
    server.close();
  }
}

/** For a client that is gone. */
async function serve({ main }) {
  Object.defineProperty(process, 'stdin', { value: Readable.from([]), configurable: true });
  await oneStart(main, ['serve', '-s', 'danger-full-access']);
}

/** In a home of its own: nothing of this machine is read, and nothing stays. */
async function oneStart(main, [word, ...args]) {
  const place = mkdtempSync(join(tmpdir(), 'cordon-first-start-'));
  try {
    process.env = { PATH: process.env.PATH, HOME: place, CORDON_HOME: place, KEY: 'none' };
    process.argv.splice(2, Infinity, word, '--cwd', place, ...args);
    await Promise.race([main(), pause(longestStartMs)]);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Takes what a stream's `write` takes. */
function silent(...args) {
  args.findLast((argument) => typeof argument === 'function')?.();
  return true;
}

function keep(cacheFile, source, compiled) {
  const stage = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(stage, Buffer.concat([seal(source, compiled), compiled]));
    renameSync(stage, cacheFile);
  } finally {
    rmSync(stage, { force: true });
  }
}
