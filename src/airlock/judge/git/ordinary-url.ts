// Which places a remote may name without more ado: those git reaches with its own transports.

/** Latin1 text. False for `ext::`, `fd::` and any other helper, and for what a program could take for an option. */
export function isOrdinaryUrl(url: string): boolean {
  if (url === '' || /[\0-\x1f\x7f]/.test(url)) return false;
  if (url.startsWith('-')) return false;
  // `transport::address` starts a helper program of that name.
  if (/^[A-Za-z0-9+.-]+::/.test(url)) return false;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(url);
  if (scheme !== null) {
    const [, name = '', rest = ''] = scheme;
    if (!/^(https?|ssh|git|file|git\+ssh|ssh\+git|ftps?)$/i.test(name)) return false;
    const host = rest.replace(/^[^/@]*@/, '');
    return !rest.startsWith('-') && !host.startsWith('-');
  }
  // scp-like `user@host:path`: neither the host nor the path may look like an option of ssh.
  const scp = /^([^/:]*):(.*)$/s.exec(url);
  if (scp === null) return true;
  const [, host = '', path = ''] = scp;
  return !host.startsWith('-') && !host.replace(/^[^@]*@/, '').startsWith('-') && !path.startsWith('-');
}
