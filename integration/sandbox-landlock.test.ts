// The Linux sandbox against the conformance suite: as root and as an ordinary user, on the host as it is and in a
// container that allows no namespaces.
import { afterAll, describe, it } from 'vitest';
import { type AbsolutePath, ok, type PreparedCommand } from '../src/domain/index.ts';
import { buildEnvironment } from '../src/runtime/build-environment.ts';
import { ensureLauncher, landlockBackend } from '../src/sandbox/index.ts';
import { scrubShellEnvironment } from '../src/shell/index.ts';
import { reachable } from './support/reachable.ts';
import { requireCapability } from './support/require-capability.ts';
import { sharedProbes } from './support/probes/build-probes.ts';
import { type Backend, conformance } from './support/sandbox-conformance.ts';

const launcher = process.platform === 'linux' ? await ensureLauncher() : undefined;
const root = process.getuid?.() === 0;

function backend(require: 'full' | 'best-effort'): Backend {
  if (launcher === undefined) throw new Error('Cannot test the Linux sandbox: this is not Linux');
  const landlock = landlockBackend({
    launcher: launcher.ok ? ok(reachable(launcher.value) as AbsolutePath) : launcher,
    require,
  });
  return {
    prepare: (command, profile): PreparedCommand => {
      const prepared = landlock.prepare(command, profile);
      if (!prepared.ok) throw new Error(`Cannot prepare: ${prepared.error.because}`);
      return prepared.value;
    },
    // What the runtime lets a command see: the environment policy, then the shell's own scrubbing.
    environment: (env) => scrubShellEnvironment(buildEnvironment(Object.fromEntries(env), {}).env).env,
  };
}

const users = root ? [0, 65534] : [process.getuid?.() ?? 0];

describe.skipIf(
  !requireCapability(
    'the Linux sandbox',
    launcher === undefined
      ? { kind: 'missing', what: 'this is not Linux', hint: '' }
      : launcher.ok
        ? { kind: 'present' }
        : { kind: 'missing', ...launcher.error },
    process.platform === 'linux' ? process.env : {},
  ),
)('the Linux sandbox', () => {
  const probes = sharedProbes();
  afterAll(probes.clean);
  for (const uid of users) {
    const who = uid === 0 ? 'root' : `uid ${String(uid)}`;
    conformance({
      name: `${who}, with namespaces`,
      probes,
      backend: backend('full'),
      uid,
      host: 'bare',
      mostOpen: 20,
      fewestTools: 24,
    });
    conformance({
      name: `${who}, in a container without namespaces`,
      probes,
      backend: backend('best-effort'),
      uid,
      host: 'container',
      mostOpen: 42,
      fewestTools: 19,
    });
  }
  conformance({
    name: 'read-only, with namespaces',
    probes,
    backend: backend('full'),
    uid: users[0] ?? 0,
    host: 'bare',
    mode: 'read-only',
    mostOpen: 14,
    fewestTools: 0,
  });
  it('was measured', () => undefined);
});
