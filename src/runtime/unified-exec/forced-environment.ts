// Variables every session gets: a model reads plain text, so colours, pagers and translated messages are noise, and a
// pager that waits for a key would hang a poll. The embedder may override each; a program's own start-up files may too.

/** What `sessionEnvironment` is laid over, by name. A session watched through its screen wants another `TERM`. */
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
