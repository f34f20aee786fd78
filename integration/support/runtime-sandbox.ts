// Whether commands of a runtime are sandboxed on this host, for the tests that need it.
import { createShellRuntime } from '../../src/index.ts';
import { requireCapability } from './require-capability.ts';

/** `name` completes "Cannot test …" where the tests must run and cannot. */
export async function hasRuntimeSandbox(name: string): Promise<boolean> {
  await using probe = await createShellRuntime({ workspace: '/var/tmp', rules: {} });
  const { selection } = probe.sandbox;
  return requireCapability(
    name,
    selection.kind === 'unavailable'
      ? { kind: 'missing', what: selection.missing, hint: selection.hint }
      : { kind: 'present' },
    process.env,
  );
}
