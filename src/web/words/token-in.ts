// A token as a person pastes it, or as it stands in an address. Pure.

/** Of 32 random bytes. */
const shape = /^[\w-]{43}$/u;

/** What a person pastes: the whole address, or what stands behind its `#`. */
export function tokenIn(text: string): string | undefined {
  const given = text.trim().replace(/^.*#/u, '');
  return shape.test(given) ? given : undefined;
}
