// Names that usually lead to one and the same program, or to one as good as it: a rule that forbids `awk` means `mawk`.
const families: readonly (readonly string[])[] = [
  'awk gawk mawk nawk original-awk bwk goawk',
  'vi vim vim.basic vim.tiny view rvim rview vimdiff ex nvim vimx gvim',
  'nc netcat ncat nc.openbsd nc.traditional',
  'node nodejs',
  'pip pip3',
  'python python3 python2 pypy pypy3',
  'ruby ruby3 jruby',
  'perl perl5',
  'tar bsdtar gtar',
  'make gmake',
  'sed gsed',
  'find gfind',
  'rm grm',
  'editor nano pico',
  'pager less more most',
  'sh dash ash',
  'docker podman nerdctl',
  'curl curl.exe',
  'cc gcc clang c99 c89',
  'c++ g++ clang++',
  'ftp tnftp pftp',
  'telnet telnet.netkit',
  'rsh rlogin',
  'mail mailx s-nail bsd-mailx',
].map((family) => family.split(' '));

const sharing: ReadonlyMap<string, readonly string[]> = new Map(
  families.flatMap((family) => family.map((name) => [name, family] as const)),
);

/** Names that lead to the same program; none for most. */
export function familyOf(baseName: string): readonly string[] {
  return sharing.get(baseName) ?? [];
}

/** `python3.12` and `gcc-13` are their program without the version. */
const version = /^([a-z][a-z+]*\d?)[-.]\d[\d.]*$/;

/** Other names under which rules that ask or forbid may mean this program. */
export function otherNames(baseName: string): readonly string[] {
  const stem = version.exec(baseName)?.[1];
  const family = sharing.get(stem ?? baseName) ?? (stem === undefined ? [] : [stem]);
  return family.filter((name) => name !== baseName);
}
