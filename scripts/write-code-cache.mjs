// Keeps beside the program what V8 makes of it, for this Node; `bin/load-program.js` says when that is used. The program
// makes one start here, up to its first request, so that just what a start runs is kept: all of it would take longer to
// read than to compile when it is called. Quiet where nothing is built yet, and where the package cannot be written to:
// a start is slower then, no more.
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const { cacheFile, compile, readProgram, runProgram, seal } = createRequire(import.meta.url)(
  '../bin/load-program.js',
);
const longestStartMs = 20_000;

try {
  const source = readProgram();
  const script = compile(source);
  await start(runProgram(script));
  keep(source, script.createCachedData());
} catch {
  // Nobody's installation fails over this.
}
process.exit(0);

/** In a home of its own, for a server that refuses it: nothing of this machine is read, and nothing stays. */
async function start({ main }) {
  const place = mkdtempSync(join(tmpdir(), 'cordon-first-start-'));
  const server = createServer((_, response) => response.writeHead(400).end('{}'));
  server.listen(0, '127.0.0.1');
  try {
    await Promise.race([once(server, 'listening'), pause(longestStartMs)]);
    const address = `http://127.0.0.1:${server.address()?.port ?? 9}/v1`;
    const provider = `model_providers.none={ name = "none", base_url = "${address}", env_key = "KEY" }`;
    const options = [
      '-c',
      'model_provider="none"',
      '-c',
      provider,
      '-s',
      'danger-full-access',
      '--cd',
      place,
    ];
    process.env = { PATH: process.env.PATH, HOME: place, CORDON_HOME: place, KEY: 'none' };
    process.argv.splice(2, Infinity, 'exec', '--json', '--skip-git-repo-check', ...options, 'go');
    process.stdout.write = process.stderr.write = silent;
    await Promise.race([main(), pause(longestStartMs)]);
  } finally {
    server.close();
    rmSync(place, { recursive: true, force: true });
  }
}

/** Takes what a stream's `write` takes. */
function silent(...args) {
  args.findLast((argument) => typeof argument === 'function')?.();
  return true;
}

function keep(source, compiled) {
  const stage = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(stage, Buffer.concat([seal(source, compiled), compiled]));
    renameSync(stage, cacheFile);
  } finally {
    rmSync(stage, { force: true });
  }
}
