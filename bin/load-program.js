'use strict';
// The program is one file, and beside it may lie what V8 made of it before (`scripts/write-code-cache.mjs`): compiling
// two megabytes takes longer than all the rest of a start. It counts only when it is whole and was made of exactly this
// text by this Node (V8 itself compares lengths, and crashes over damage); without it a start is slower, no more.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const file = join(__dirname, '../dist/cli/program.cjs');
const cacheFile = join(dirname(file), 'program.cache');

/** Throws ENOENT when the program is not built. The build leaves only characters of one byte in it. */
function readProgram() {
  return readFileSync(file, 'latin1');
}

/** The line that a file with `compiled` begins with when it belongs to `source`. */
function seal(source, compiled) {
  const hash = (data) => createHash('sha256').update(data).digest('hex');
  return Buffer.from(`${process.version} ${process.arch} ${hash(source)} ${hash(compiled)}\n`);
}

function readCache(source) {
  try {
    const bytes = readFileSync(cacheFile);
    const end = bytes.indexOf('\n') + 1;
    const compiled = bytes.subarray(end);
    return bytes.subarray(0, end).equals(seal(source, compiled)) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

function compile(source, cachedData) {
  return new Script(wrap(source), { filename: file, cachedData });
}

/** What the program exports. */
function runProgram(script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/** What the program exports. Throws ENOENT when it is not built. */
function loadProgram() {
  const source = readProgram();
  return runProgram(compile(source, readCache(source)));
}

module.exports = { cacheFile, compile, loadProgram, readCache, readProgram, runProgram, seal };
