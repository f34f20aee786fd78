#!/usr/bin/env node
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
