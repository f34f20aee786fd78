'use strict';
// A program is one file, and beside it may lie what V8 made of it before (`scripts/write-code-cache.mjs`): compiling
// it takes longer than all the rest of a start. That counts only when it is whole and was made of exactly this text by
// this Node (V8 itself compares lengths, and crashes over damage); without it a start is slower, no more.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

/** The verbs that answer clients over a protocol. Their libraries are half as much again, and no other verb needs them. */
const servers = ['mcp', 'serve'];

/** The path of the program that `word` is a verb of. */
function programOf(word) {
  return join(__dirname, '../dist/cli', servers.includes(word) ? 'servers.cjs' : 'program.cjs');
}

/** Where what V8 made of it lies. */
function cacheOf(file) {
  return file.replace(/cjs$/, 'cache');
}

/** Its bytes. The build leaves only characters of one byte in it. Throws ENOENT when it is not built. */
function readProgram(file) {
  return readFileSync(file);
}

/** The line that a file with `compiled` begins with when it belongs to `source`. Bytes, both. */
function seal(source, compiled) {
  const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(`${process.version} ${process.arch} ${hash(source)} ${hash(compiled)}\n`);
}

function readCache(file, source) {
  try {
    const bytes = readFileSync(cacheOf(file));
    const end = bytes.indexOf('\n') + 1;
    const compiled = bytes.subarray(end);
    return bytes.subarray(0, end).equals(seal(source, compiled)) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** The build has put the parentheses of a module's function around it: a text put together here would be copied. */
function compile(file, source, cachedData) {
  return new Script(source.latin1Slice(), { filename: file, cachedData });
}

/** What the program exports. */
function runProgram(file, script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/** What the program exports that `word` is a verb of. Throws ENOENT when it is not built. */
function loadProgram(word) {
  const file = programOf(word);
  const source = readProgram(file);
  return runProgram(file, compile(file, source, readCache(file, source)));
}

module.exports = {
  cacheOf,
  compile,
  loadProgram,
  programOf,
  readCache,
  readProgram,
  runProgram,
  seal,
  servers,
};
