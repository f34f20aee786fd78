// Variables every session gets: a model reads plain text, so colours, pagers and translated messages are noise, and a
// pager that waits for a key would hang a poll. The embedder may override each; a program's own start-up files may too.

export const forcedEnvironment: Readonly<Record<string, string>> = {
  NO_COLOR: '1',
  TERM: 'dumb',
  COLORTERM: '',
  LANG: 'C.UTF-8',
  LC_CTYPE: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GH_PAGER: 'cat',
  CORDON_CI: '1',
};

/**
 * `env` with the forced variables laid over it, then `overrides` (undefined removes). A session that is watched
 * through its screen wants a real `TERM`: pass `{ TERM: 'xterm-256color', ... }` as overrides.
 */
export function forceEnvironment(
  env: ReadonlyMap<string, string>,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Map<string, string> {
  const result = new Map([...env, ...Object.entries(forcedEnvironment)]);
  for (const [name, value] of Object.entries(overrides)) {
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return result;
}
