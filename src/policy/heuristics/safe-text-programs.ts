// Programs that print, search, compare and count text, and the options under which they do nothing else.
import type { SafeProgramRow } from './safe-program-row.ts';

export const safeTextPrograms: readonly SafeProgramRow[] = [
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
    // `uniq IN OUT` writes OUT; so does `uniq --group IN OUT`, where a value counts only behind `=`.
    programs: 'uniq',
    because: 'it prints lines once',
    flags: 'cdDiuz',
    valued: 'fsw',
    long: 'count repeated all-repeated group ignore-case unique zero-terminated',
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
];
