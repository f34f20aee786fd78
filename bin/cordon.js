#!/usr/bin/env node
'use strict';
const [word, verb, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
const isTooOld = major < 20 || (major === 20 && minor < 19);
const status = !isTooOld && word === 'policy' && verb === 'check' ? quickCheck() : undefined;
if (isTooOld) fail(`cordon: needs Node 20.19 or newer, and this is ${process.versions.node}`);
else if (status === undefined) start();
else process.exitCode = status;

function quickCheck() {
  try {
    return require('../dist/cli/quick-check.cjs').quickCheck(args, process);
  } catch {
    // The program says what is wrong.
    return undefined;
  }
}

function start() {
  let program;
  try {
    program = require('./load-program.js').loadProgram(word);
  } catch (error) {
    fail(
      error?.code === 'ENOENT'
        ? 'cordon: the package is not built; run `npm run build` first'
        : `cordon: ${error}`,
    );
    return;
  }
  program.main().catch((error) => fail(`cordon: ${error}`));
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = 70;
}
