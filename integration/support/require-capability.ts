// A missing sandbox skips on a laptop and fails where REQUIRE_SANDBOX=1 (CI): a green run there has really run it.

export type Capability =
  { readonly kind: 'present' } | { readonly kind: 'missing'; readonly what: string; readonly hint: string };

/** Whether the tests that need `capability` run; throws where they must. */
export function requireCapability(
  name: string,
  capability: Capability,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (capability.kind === 'present') return true;
  if (env['REQUIRE_SANDBOX'] === '1')
    throw new Error(`Cannot test ${name}: ${capability.what} (REQUIRE_SANDBOX=1 is set). ${capability.hint}`);
  return false;
}
