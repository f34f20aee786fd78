#!/usr/bin/env node
'use strict';
const [word, verb, ...args] = process.argv.slice(2);
const status = word === 'policy' && verb === 'check' ? quickCheck() : undefined;
if (status === undefined) start();
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
  import('../dist/cli/main.js').then(
    ({ main }) => main(),
    (error) => {
      const missing = error?.code === 'ERR_MODULE_NOT_FOUND';
      process.stderr.write(
        missing ? 'cordon: the package is not built; run `npm run build` first\n' : `cordon: ${error}\n`,
      );
      process.exitCode = 70;
    },
  );
}
