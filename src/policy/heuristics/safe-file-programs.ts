// Programs that tell what files, paths, users and the machine are, and the options under which they do nothing else.
import type { SafeProgramRow } from './safe-program-row.ts';

export const safeFilePrograms: readonly SafeProgramRow[] = [
  {
    programs: 'stat',
    because: 'it prints what a file is',
    flags: 'fFlLnqrstxZ',
    valued: 'c',
    long: 'dereference file-system terse',
    longValued: 'format printf cached',
  },
  {
    // Without `-C`, which writes, and `-z`, which runs programs.
    programs: 'file',
    because: 'it tells what a file holds',
    flags: 'bhiIkLN0',
    long: 'brief mime mime-type mime-encoding dereference no-dereference keep-going',
  },
  {
    programs: 'readlink realpath',
    because: 'it prints where a path leads',
    flags: 'efmnqsvzLP',
    long:
      'canonicalize canonicalize-existing canonicalize-missing no-newline quiet silent strip logical physical zero ' +
      'no-symlinks',
    longValued: 'relative-to relative-base',
  },
  {
    programs: 'basename dirname',
    because: 'it prints part of a path',
    flags: 'az',
    valued: 's',
    long: 'multiple zero',
    longValued: 'suffix',
  },
  {
    programs: 'du df',
    because: 'it prints how much space is used',
    flags: 'abchHikDlLmPsSTx0',
    valued: 'dt',
    long:
      'all apparent-size bytes total human-readable si inodes summarize one-file-system dereference local ' +
      'print-type portability no-dereference null separate-dirs',
    longValued: 'max-depth block-size exclude threshold time type output',
  },
  {
    programs: 'pwd',
    because: 'it prints the working directory',
    flags: 'LP',
    long: 'logical physical',
    maxOperands: 0,
  },
  { programs: 'true false', because: 'it does nothing' },
  { programs: 'whoami logname tty', because: 'it prints who is logged in', flags: 's', maxOperands: 0 },
  {
    programs: 'id groups',
    because: 'it prints users and groups',
    flags: 'aAGgnruzpP',
    long: 'group groups name real user zero context',
  },
  {
    programs: 'uname nproc',
    because: 'it prints what the machine is',
    flags: 'amnrsvpio',
    long: 'all kernel-name nodename kernel-release kernel-version machine processor hardware-platform operating-system',
    longValued: 'ignore',
    maxOperands: 0,
  },
  // Any operand would set the name.
  { programs: 'hostname', because: 'it prints the name of the machine', flags: 'AdfiIs', maxOperands: 0 },
  {
    // An operand that is no format sets the clock, and so does `-s`.
    programs: 'date',
    because: 'it prints the date',
    flags: 'uRI',
    valued: 'dr',
    long: 'utc universal rfc-email iso-8601',
    longValued: 'date reference iso-8601 rfc-3339',
    operand: /^\+/,
  },
  { programs: 'uptime', because: 'it prints how long the machine runs', flags: 'ps', maxOperands: 0 },
  { programs: 'which', because: 'it prints where a program is', flags: 'as' },
  { programs: 'type', because: 'it prints what a name is', flags: 'aftpP' },
  { programs: 'ps', because: 'it lists processes', flags: 'AaefFlLuwxjHcMmrS', valued: 'opGUCt' },
  {
    programs: 'seq',
    because: 'it prints numbers',
    flags: 'w',
    valued: 'sf',
    long: 'equal-width',
    longValued: 'separator format',
    numeric: true,
  },
  { programs: 'expr', because: 'it computes' },
  {
    programs: 'numfmt',
    because: 'it prints numbers',
    flags: 'dz',
    long: 'debug grouping zero-terminated',
    longValued: 'from to from-unit to-unit format padding round suffix field delimiter header invalid',
  },
  {
    // Without `-o` and `--output`, which write on macOS.
    programs: 'base64 base32',
    because: 'it encodes or decodes',
    flags: 'dDi',
    valued: 'wb',
    long: 'decode ignore-garbage',
    longValued: 'wrap break',
  },
  {
    programs: 'md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum shasum',
    because: 'it prints checksums',
    flags: 'bctwz',
    valued: 'a',
    long: 'binary check tag text zero ignore-missing quiet status strict warn',
    longValued: 'algorithm length',
  },
  {
    programs: 'od',
    because: 'it prints bytes',
    flags: 'abcdfhilosxv',
    valued: 'AtjNw',
    long: 'output-duplicates',
  },
  { programs: 'hexdump', because: 'it prints bytes', flags: 'bcCdovx', valued: 'ns' },
  {
    // A second operand is written, and `-r` turns a dump back into a file. Of `-as` it reads only the `a`.
    programs: 'xxd',
    because: 'it prints bytes',
    flags: 'abeipu',
    valued: 'clgs',
    clusters: 'none',
    maxOperands: 1,
  },
  { programs: 'column', because: 'it prints a table', flags: 'tnxe', valued: 'sc' },
  { programs: 'fold', because: 'it breaks lines', flags: 'bs', valued: 'w', longValued: 'width' },
  // Without `-o`, which writes, also in `-Po PATTERN FILE`: values come from the words behind the whole cluster.
  {
    programs: 'tree',
    clusters: 'none',
    because: 'it lists directories',
    flags: 'adfghilnpqrsStuvxCDFJNQX',
    valued: 'LIP',
    long: 'dirsfirst noreport gitignore du si prune',
    longValued: 'sort charset filelimit timefmt',
  },
  {
    programs: 'jq',
    because: 'it reads JSON',
    flags: 'acCeMnrRsSj',
    long: 'compact-output raw-output raw-input slurp null-input sort-keys exit-status join-output tab ascii-output',
    longValued: 'indent',
  },
];
