// Programs that run another program named in their own arguments, as data: how to find the other one.

export interface Wrapper {
  /** Options without a value. One that is in neither list may or may not have one: both readings are kept. */
  readonly flags: readonly string[];
  /** Options whose value is the next word, or attached (`-n5`, `--signal=9`). */
  readonly valued: readonly string[];
  /** Operands that come before the program, such as the duration of `timeout`. */
  readonly operands: number;
  /** Whether `NAME=value` may stand before the program. */
  readonly assignments: 'taken' | 'none';
  /** Options whose value is a script. */
  readonly scripts: readonly string[];
  /** Options that mean no program is run at all. */
  readonly harmless: readonly string[];
  /** Whether the rest is one program with its arguments, or pieces of a script joined by blanks. */
  readonly rest: 'argv' | 'script' | 'argv-and-more';
  /** Whether options end at the first operand. `su root -c SCRIPT` is the usual spelling of `su -c SCRIPT root`. */
  readonly options: 'first' | 'anywhere';
}

interface Row {
  readonly flags?: string;
  readonly valued?: string;
  readonly operands?: number;
  readonly assignments?: 'taken';
  readonly scripts?: string;
  readonly harmless?: string;
  readonly rest?: Wrapper['rest'];
  readonly options?: 'anywhere';
}

const rows: Readonly<Record<string, Row>> = {
  arch: { flags: '-x86_64 -arm64 -i386 -64 -32', valued: '-arch -e -d' },
  builtin: {},
  busybox: {},
  caffeinate: { flags: '-d -i -m -s -u', valued: '-t -w' },
  catchsegv: {},
  chroot: { flags: '--skip-chdir', valued: '--groups --userspec', operands: 1 },
  chrt: { flags: '-a -b -f -i -m -o -p -r -R -v', valued: '-D -P -T', operands: 1 },
  command: { flags: '-p', harmless: '-v -V' },
  cpulimit: { flags: '-z -i -v', valued: '-l -p -e' },
  'dbus-run-session': { valued: '--config-file --dbus-daemon' },
  doas: { flags: '-n -s -L', valued: '-a -C -u', assignments: 'taken' },
  env: {
    flags: '-i - -0 -v --ignore-environment --null --debug --list-signal-handling',
    valued: '-u -C -a -P -L -U --unset --chdir --argv0 --block-signal --default-signal --ignore-signal',
    scripts: '-S --split-string',
    assignments: 'taken',
  },
  exec: { flags: '-c -l', valued: '-a' },
  eatmydata: {},
  fakeroot: { flags: '-u -h -v', valued: '-l -i -s -b' },
  firejail: {},
  flock: {
    flags: '-s -x -e -n -u -o -F -v',
    valued: '-w -E',
    scripts: '-c --command',
    operands: 1,
    options: 'anywhere',
  },
  gdb: { flags: '--args -q -batch', valued: '-ex -x' },
  gosu: { operands: 1 },
  gtimeout: {
    flags: '--foreground --preserve-status -v',
    valued: '-k -s --kill-after --signal',
    operands: 1,
  },
  ionice: { flags: '-t', valued: '-c -n -p -P -u --class --classdata' },
  linux32: { flags: '-R -B -F -I -L -S -T -X -Z -3' },
  linux64: { flags: '-R -B -F -I -L -S -T -X -Z -3' },
  ltrace: { flags: '-c -C -f -i -r -S -t -T', valued: '-a -A -D -e -F -l -n -o -p -s -u -w -x' },
  nice: { valued: '-n --adjustment' },
  nohup: {},
  nsenter: { flags: '-a -m -u -i -n -p -U -C -T -r -w -F -Z', valued: '-t -S -G' },
  parallel: {
    flags: '-k -q -v -X -m --bar --keep-order',
    valued: '-a -j -n -N -I -P -d --jobs',
    rest: 'script',
  },
  pkexec: { flags: '--disable-internal-agent --keep-cwd', valued: '--user' },
  prlimit: { valued: '-p -o --pid --output' },
  proxychains: { flags: '-q', valued: '-f' },
  rlwrap: { flags: '-a -c -i -r', valued: '-b -f -H -s -t' },
  runuser: {
    flags: '-l - -m -p -f --login --preserve-environment',
    valued: '-u -g -G -s -w --user --group --shell',
    scripts: '-c --command --session-command',
    options: 'anywhere',
  },
  script: {
    flags: '-a -e -f -q -r -k',
    valued: '-B -E -F -I -O -T -m -o -t',
    scripts: '-c --command',
    operands: 1,
    options: 'anywhere',
  },
  setarch: { flags: '-R -B -F -I -L -S -T -X -Z -3', operands: 1 },
  setpriv: { flags: '--no-new-privs --clear-groups --keep-groups --init-groups', valued: '--reuid --regid' },
  setsid: { flags: '-c -f -w --ctty --fork --wait' },
  sg: { operands: 1, scripts: '-c', options: 'anywhere', rest: 'script' },
  'ssh-agent': { flags: '-c -s -d -D -k', valued: '-a -E -O -P -t' },
  stdbuf: { valued: '-i -o -e --input --output --error' },
  strace: {
    flags: '-A -c -C -d -f -F -i -k -n -N -q -qq -r -t -tt -T -v -V -w -x -xx -y -yy -z -Z',
    valued: '-a -b -e -E -I -o -O -p -P -s -S -u -U -X',
  },
  su: {
    flags: '- -l -m -p -f -P --login --preserve-environment',
    valued: '-g -G -s -w --group --shell',
    scripts: '-c --command --session-command',
    options: 'anywhere',
  },
  sudo: {
    flags:
      '-A -b -B -E -H -i -k -K -l -n -N -P -S -s -v -V --login --shell --preserve-env --non-interactive --stdin',
    valued:
      '-a -c -C -D -g -h -p -R -r -t -T -u -U --chdir --chroot --group --host --prompt --user --role --type',
    harmless: '-e --edit',
    assignments: 'taken',
  },
  'su-exec': { operands: 1 },
  'systemd-run': {
    flags: '--user --scope --pty --wait --quiet -t -P -q -d',
    valued: '-p -u -M --unit --property',
  },
  taskset: { flags: '-a -c -p', operands: 1 },
  time: { flags: '-p -v -a -l -h -q', valued: '-f -o --format --output' },
  timeout: {
    flags: '--foreground --preserve-status -v -f -p',
    valued: '-k -s --kill-after --signal',
    operands: 1,
  },
  toybox: {},
  unbuffer: { flags: '-p' },
  unshare: { flags: '-f -m -u -i -n -p -U -C -T -r -c', valued: '-R -w -S -G --root --wd --map-user' },
  valgrind: {},
  watch: { flags: '-b -c -C -d -e -g -p -t -w', valued: '-n -q --interval', rest: 'script' },
  xargs: {
    flags: '-0 -i -o -p -r -t -x --null --no-run-if-empty --verbose --interactive --open-tty --exit',
    valued:
      '-a -d -E -I -J -L -n -P -R -s -S --arg-file --delimiter --max-args --max-procs --max-lines --max-chars',
    rest: 'argv-and-more',
  },
  'xvfb-run': { flags: '-a -l', valued: '-e -f -n -s -w' },
};

export const wrappers: ReadonlyMap<string, Wrapper> = new Map(
  Object.entries(rows).map(([name, row]) => [name, fromRow(row)]),
);

function fromRow(row: Row): Wrapper {
  return {
    flags: list(row.flags),
    valued: list(row.valued),
    operands: row.operands ?? 0,
    assignments: row.assignments ?? 'none',
    scripts: list(row.scripts),
    harmless: list(row.harmless),
    rest: row.rest ?? 'argv',
    options: row.options ?? 'first',
  };
}

function list(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(' ');
}
