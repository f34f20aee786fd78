// Variables every command of a headless run gets: a model reads plain text, so colours, pagers and translated messages
// are noise, and a pager that waits for a key would hang the turn.

export function modelEnvironment(threadId: string): Readonly<Record<string, string>> {
  return {
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
    CORDON_THREAD_ID: threadId,
  };
}
