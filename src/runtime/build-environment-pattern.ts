// Names against patterns with `*` and `?`, without regular expressions: a pattern can come from a project's
// configuration, and `*a*a*a*a*b` must not become the slowest thing on the machine.

/** `*` is any run of characters, `?` one character; case does not count. Time: at most name length x pattern length. */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = name.toLowerCase();
  const wanted = pattern.toLowerCase();
  let at = 0;
  let want = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    if (wanted[want] === '*') {
      star = want;
      starAt = at;
      want += 1;
    } else if (want < wanted.length && (wanted[want] === '?' || wanted[want] === text[at])) {
      at += 1;
      want += 1;
    } else if (star >= 0) {
      // Only the last star can need to take more: whatever an earlier one took, the later one can give back.
      starAt += 1;
      at = starAt;
      want = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[want] === '*') want += 1;
  return want === wanted.length;
}

export function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesPattern(name, pattern));
}
