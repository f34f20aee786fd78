// The macOS sandbox against the same conformance suite. Skipped elsewhere: that is another platform, not a sandbox
// that is missing. It has never been run: the probe programs and the world outside are written against Linux headers
// and /proc, and need their portable part split off before this can measure a Mac.
import { afterAll, describe, it } from 'vitest';
import { buildEnvironment } from '../src/runtime/build-environment.ts';
import { seatbeltBackend } from '../src/sandbox/seatbelt/index.ts';
import { sharedProbes } from './support/probes/build-probes.ts';
import { conformance } from './support/sandbox-conformance.ts';

describe.skipIf(process.platform !== 'darwin')('the macOS sandbox', () => {
  const probes = sharedProbes();
  afterAll(probes.clean);
  const seatbelt = seatbeltBackend();
  conformance({
    name: 'seatbelt',
    probes,
    backend: {
      prepare: (command, profile) => {
        const prepared = seatbelt.prepare(command, profile);
        if (!prepared.ok) throw new Error(`Cannot prepare: ${prepared.error.because}`);
        return prepared.value;
      },
      environment: (env) => buildEnvironment(Object.fromEntries(env), {}).env,
    },
    uid: process.getuid?.() ?? 0,
    host: 'bare',
    mostOpen: 40,
    fewestTools: 18,
  });
  it('was measured', () => undefined);
});
