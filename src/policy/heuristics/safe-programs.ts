// The safe list: programs that read or print and do nothing else, with the options under which that is true. What is
// not written here is not safe; options that write, run programs, load code or never end are left out on purpose.

export interface SafeProgram {
  /** One sentence, without a full stop. */
  readonly because: string;
  /** Letters of short options without a value. */
  readonly flags: string;
  /** Letters of short options with a value. */
  readonly valued: string;
  readonly longFlags: ReadonlySet<string>;
  /** Long options that may be written with `=value`; some only that way. */
  readonly longValued: ReadonlySet<string>;
  /** Whether `-5` is a number of lines. */
  readonly numeric: boolean;
  readonly maxOperands: number;
  /** What every operand must look like. */
  readonly operand: RegExp | undefined;
}

interface Row {
  readonly programs: string;
  readonly because: string;
  readonly flags?: string;
  readonly valued?: string;
  readonly long?: string;
  readonly longValued?: string;
  readonly numeric?: true;
  readonly maxOperands?: number;
  readonly operand?: RegExp;
}

const rows: readonly Row[] = [
  {
    programs: 'cat',
    because: 'it prints files',
    flags: 'AbeEnstTuv',
    long: 'show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting',
  },
  {
    programs: 'head tail',
    because: 'it prints the beginning or the end of files',
    flags: 'qvzr',
    valued: 'nc',
    long: 'quiet silent verbose zero-terminated',
    longValued: 'lines bytes',
    numeric: true,
  },
  {
    programs: 'tac',
    because: 'it prints files backwards',
    flags: 'br',
    valued: 's',
    long: 'before regex',
    longValued: 'separator',
  },
  { programs: 'rev', because: 'it prints lines backwards' },
  {
    programs: 'nl',
    because: 'it prints files with line numbers',
    flags: 'p',
    valued: 'bdfhilnsvw',
    longValued:
      'body-numbering header-numbering footer-numbering number-format number-separator number-width',
  },
  {
    programs: 'ls',
    because: 'it lists directories',
    flags: 'aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1',
    long:
      'all almost-all author escape directory dired classify file-type full-time group-directories-first no-group ' +
      'human-readable si dereference dereference-command-line inode kibibytes numeric-uid-gid literal quote-name ' +
      'reverse recursive size zero context color',
    longValued:
      'block-size classify color format hide hyperlink ignore indicator-style quoting-style sort time time-style tabsize width',
  },
  {
    programs: 'wc',
    because: 'it counts',
    flags: 'clmwL',
    long: 'bytes chars lines words max-line-length',
    longValued: 'total',
  },
  {
    programs: 'cut',
    because: 'it prints parts of lines',
    flags: 'snz',
    valued: 'bcdf',
    long: 'only-delimited complement zero-terminated',
    longValued: 'bytes characters delimiter fields output-delimiter',
  },
  {
    programs: 'paste',
    because: 'it prints files side by side',
    flags: 'sz',
    valued: 'd',
    long: 'serial zero-terminated',
    longValued: 'delimiters',
  },
  {
    programs: 'tr',
    because: 'it replaces characters of its input',
    flags: 'cCdst',
    long: 'complement delete squeeze-repeats truncate-set1',
  },
  {
    // `uniq IN OUT` writes OUT.
    programs: 'uniq',
    because: 'it prints lines once',
    flags: 'cdDiuz',
    valued: 'fsw',
    long: 'count repeated all-repeated ignore-case unique zero-terminated',
    longValued: 'skip-fields skip-chars check-chars all-repeated group',
    maxOperands: 1,
  },
  {
    // Without `-o` and `--output`, which write, `--compress-program`, which runs a program, and `-T`.
    programs: 'sort',
    because: 'it prints lines in order',
    flags: 'bcCdfghimMnrRsuVz',
    valued: 'kt',
    long:
      'ignore-leading-blanks dictionary-order ignore-case general-numeric-sort human-numeric-sort month-sort ' +
      'numeric-sort reverse version-sort stable unique zero-terminated check merge',
    longValued: 'key field-separator sort check',
  },
  {
    programs: 'comm',
    because: 'it compares sorted files',
    flags: '123z',
    long: 'check-order nocheck-order total zero-terminated',
    longValued: 'output-delimiter',
  },
  {
    programs: 'cmp',
    because: 'it compares files',
    flags: 'bls',
    valued: 'n',
    long: 'print-bytes verbose quiet silent',
    longValued: 'bytes ignore-initial',
  },
  {
    // Without `-l` and `--paginate`, which run another program.
    programs: 'diff',
    because: 'it compares files',
    flags: 'abBcdeEinNpqrstuwyZ',
    valued: 'UCW',
    long:
      'brief recursive unified context ed rcs normal side-by-side text new-file ignore-case ignore-all-space ' +
      'ignore-space-change ignore-blank-lines ignore-trailing-space minimal report-identical-files show-c-function ' +
      'strip-trailing-cr suppress-common-lines expand-tabs color',
    longValued: 'unified context width color exclude label ignore-matching-lines',
  },
  {
    programs: 'grep egrep fgrep',
    because: 'it searches files',
    flags: 'EFGPivwxcloqsnHhbaIrRLUTyzZ',
    valued: 'emABC',
    long:
      'extended-regexp fixed-strings basic-regexp perl-regexp ignore-case no-ignore-case invert-match word-regexp ' +
      'line-regexp count files-with-matches files-without-match only-matching quiet silent no-messages byte-offset ' +
      'with-filename no-filename line-number initial-tab null text recursive dereference-recursive line-buffered ' +
      'null-data color colour',
    longValued:
      'regexp max-count after-context before-context context binary-files exclude exclude-dir include label color colour directories',
    numeric: true,
  },
  {
    // Without `--pre` and `--hostname-bin`, which run programs, and `-z`/`--search-zip`, which looks for them.
    programs: 'rg',
    because: 'it searches files',
    flags: 'iSswxvclnNHIoUFPaL0puqhV',
    valued: 'egtTABCmMrEjd',
    long:
      'ignore-case case-sensitive smart-case fixed-strings word-regexp line-regexp invert-match count count-matches ' +
      'files files-with-matches files-without-match line-number no-line-number with-filename no-filename heading ' +
      'no-heading only-matching multiline multiline-dotall pcre2 text hidden no-ignore no-ignore-vcs no-ignore-parent ' +
      'no-ignore-global no-messages no-config follow null pretty quiet stats json column trim vimgrep type-list ' +
      'unrestricted passthru one-file-system byte-offset glob-case-insensitive crlf help version',
    longValued:
      'regexp glob iglob type type-not after-context before-context context max-count max-columns max-depth ' +
      'max-filesize replace encoding color colors sort sortr threads engine path-separator context-separator',
  },
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
  // A second operand is written, and `-r` turns a dump back into a file.
  { programs: 'xxd', because: 'it prints bytes', flags: 'abeipu', valued: 'clgs', maxOperands: 1 },
  { programs: 'column', because: 'it prints a table', flags: 'tnxe', valued: 'sc' },
  { programs: 'fold', because: 'it breaks lines', flags: 'bs', valued: 'w', longValued: 'width' },
  // Without `-o`, which writes.
  {
    programs: 'tree',
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

export const safePrograms: ReadonlyMap<string, SafeProgram> = new Map(
  rows.flatMap((row) => row.programs.split(' ').map((program) => [program, fromRow(row)] as const)),
);

function fromRow(row: Row): SafeProgram {
  return {
    because: row.because,
    flags: row.flags ?? '',
    valued: row.valued ?? '',
    longFlags: names(row.long),
    longValued: names(row.longValued),
    numeric: row.numeric === true,
    maxOperands: row.maxOperands ?? Number.POSITIVE_INFINITY,
    operand: row.operand,
  };
}

function names(list: string | undefined): ReadonlySet<string> {
  return new Set(list === undefined ? [] : list.split(' '));
}
