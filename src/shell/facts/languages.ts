// Languages in which a program's words, or what it is given to read, may start other programs. As data.

export interface Language {
  /** The option whose value is code; undefined when any word may be. */
  readonly option: RegExp | undefined;
  /** Names of files that its programs take code from without a word that names them: `import x`. */
  readonly modules?: RegExp;
  /** What starts programs, or makes code of text. */
  readonly starts: RegExp;
  /** Where a whole command stands: the first group that is there. */
  readonly command?: RegExp;
  /** Takes out what would only look as if it started something. */
  withoutText?(code: string): string;
  /** What `command` finds is all that may start. */
  readonly isWhole?: true;
}

const awk: Language = {
  option: undefined,
  // A bar in a pattern starts nothing.
  starts: /\bsystem\b|\|&?\s*(?:"|getline)|print[^;}\n]*[^|]\|\s*[A-Za-z_"$(]|@load|\/inet/,
  // `print $1"|"$2`: where no slash and no comment could make a quote something else.
  withoutText: (code) => (/[/#\\]/.test(code) ? code : code.replace(/"[^"\n]*"/g, '""')),
};
const perl: Language = {
  modules: /\.p[lm]$/,
  option: /^-(?:[Mm]|[A-Za-ln-z0-9]*?[eE])(.*)$/s,
  starts: /`|\b(?:system|exec|fork|eval|qx|syscall|popen\w*|open\d?|readpipe)\b|\/e\b/,
};
const python: Language = {
  modules: /\.(?:py|pth)$/,
  option: /^-(?:[A-Za-z]*?c|s)(.*)$/s,
  starts:
    /\b(?:system|popen\d?|Popen|subprocess|exec\w*|spawn\w*|eval|pty|ctypes|__import__|importlib|getattr|fork\w*|posix\w*|runpy)\b|(?<!re\.)\bcompile\b|^\s*!/m,
  command: /^\s*!+\s*(.+)$/gm,
};
const node: Language = {
  modules: /\.[cm]?[jt]s$/,
  option: /^(?:-[pie]*[pe]|--eval|--print|eval|--import|-r|--require|--loader|(?=data:))(?:=?(.*))?$/s,
  starts:
    /child_process|\b(?:execSync|execFile\w*|spawn\w*|fork|eval|Function|binding|dlopen)\b|require\s*\(\s*[^'"\s]|['"]\s*\+|Bun\s*\.\s*\$|Deno\s*\.\s*Command/,
};
const ruby: Language = {
  modules: /\.rb$/,
  option: /^-[A-Za-z]*?e(.*)$/s,
  starts: /`|%x|\b(?:system|exec|spawn|popen\w*|fork|eval|send|syscall|sh)\b|Open3|PTY/,
};
const php: Language = {
  modules: /\.php$/,
  option: /^(?:-[A-Za-z]*?[rBRE]|--run=?|--process-(?:begin|code|end)=?)(.*)$/s,
  starts: /`|\b(?:system|\w*exec|passthru|popen|proc_open|eval|assert|call_user_func\w*)\b/,
};
const lua: Language = { option: /^-e(.*)$/s, starts: /\b(?:execute|popen|load\w*|dofile|require)\b/ };
const tcl: Language = { option: /^-c(.*)$/s, starts: /\b(?:exec|open|eval|source|spawn|system)\b/ };

const anyWord = (starts: RegExp, command?: RegExp): Language => ({
  option: undefined,
  starts,
  ...(command === undefined ? {} : { command }),
});
/** Everything that is found is a whole command. */
const escapes = (command: RegExp): Language => anyWord(new RegExp(command.source, 'm'), command);
const names = (command: RegExp): Language => ({ ...escapes(command), isWhole: true });

const lisp = anyWord(
  /shell-command|(?:call|start|make)-process|run-(?:shell|program)|\((?:shell|system\*?|load|eval)\b|process-lines|subprocess|popen/,
);
const vim: Language = {
  option: /^(?:-[A-Za-z]*?c|--cmd|-l|\+)(.*)$/s,
  starts: /!|\b(?:system\w*|lua\w*|py\w*|perl|ruby|tcl|terminal|job_start|jobstart|so(?:urce)?|exe\w*)\b/,
  command: /!\s*([^\n]+)/g,
};
const debuggers = anyWord(
  /\b(?:shell|script|python\w*|pi|py|guile|source|pipe|make)\b|^\s*[!|]/m,
  /\b(?:shell|make)\s+([^\n]+)|^\s*[!|]\s*([^\n]+)/gm,
);

export const languages: readonly (readonly [RegExp, Language])[] = [
  [/^(?:[gmn]|original-)?awk$/, awk],
  [/^perl[\d.]*$/, perl],
  [/^(?:i|b|pt)?(?:python|pypy)[\d.]*$/, python],
  [/^(?:node|nodejs|bun|deno|tsx|ts-node|esno|qjs|mongosh)$/, node],
  [/^(?:ruby|jruby|irb|pry|rake)[\d.]*$/, ruby],
  [/^php[\d.]*$/, php],
  [/^(?:lua|luajit|texlua)[\d.]*$/, lua],
  [/^(?:expect|tclsh|wish|jimsh)[\d.]*$/, tcl],
  [/^(?:emacs|emacsclient|guile|sbcl|clisp|ecl|racket|csi|gosh|scheme|bb|clojure|clj)[\d.]*$/, lisp],
  [/^(?:n?vim|g?vi|r?view|[gr]vim|[gr]view|vimdiff|nvim-qt|evim|ex|vim\.\w+)$/, vim],
  [/^(?:gdb|lldb|cgdb|gdb-multiarch)[-\d.]*$/, debuggers],
  [/^(?:R|Rscript|r)$/, anyWord(/\b(?:system2?|pipe|shell|eval|source|dyn)\b/)],
  [/^julia$/, anyWord(/`|\b(?:run|pipeline|open|ccall|eval|include)\b/)],
  [/^(?:octave|octave-cli|scilab)$/, anyWord(/\b(?:system|unix|popen|exec|eval|evalc|host)\b/)],
  [/^(?:elixir|iex|erl|escript)$/, anyWord(/\b(?:System|Port|Code|os|open_port)\b/)],
  [/^(?:ghc|ghci|runghc|runhaskell)$/, anyWord(/\b(?:System|Process|callCommand|readProcess|unsafe\w*)\b/)],
  [
    /^(?:scala|groovy|kotlin|jrunscript|jjs|amm|slsh|gnuplot|bpftrace|maxima|gap|sage|gp)$/,
    anyWord(
      /\.execute|process|Process|Runtime|\b(?:exec|system|eval|sh|extern)\b|\.!|`|^\s*!/m,
      /^\s*!\s*(.+)$/gm,
    ),
  ],
  [
    /^(?:(?:pdf|xe|lua|u?p|e)?(?:la)?tex|context|texexec)$/,
    anyWord(/write18|directlua|execute|popen|\|/, /write18\s*\{([^}]*)\}/g),
  ],
  [/^g?m4$/, anyWord(/syscmd|include/, /syscmd\s*\(`?([^)']*)/g)],
  [
    /^(?:gs|ghostscript|ps2pdf|gsx|dvips|convert|magick|identify|mogrify|compare|montage|strace)$/,
    escapes(/(?:%pipe%|^(?:-o|\w+:)?[|!])\s*([^)]+)/g),
  ],
  [/^(?:rpm|rpmbuild|rpmspec)$/, escapes(/%\(([^)]*)\)/g)],
  [/^(?:exim4?|sendmail)$/, escapes(/\$\{run\{([^}]*)\}/g)],
  [
    /^(?:sqlite3?|duckdb|litecli)$/,
    escapes(
      /^\s*\.(?:shell|system)\s+([^\n]+)|^\s*\.\w+\s+['"]?\|\s*([^\n'"]+)|\bedit\s*\([^)]*,\s*'([^']*)'/gm,
    ),
  ],
  [
    /^(?:psql|pgcli)$/,
    escapes(
      /\\!\s*([^\n]+)|\\\w+\s*\|\s*([^\n]+)|\bprogram\s+(?:'([^']*)'|\$\$([^$]*))|\\setenv\s+\w+\s+'?([^'\n]+)/gi,
    ),
  ],
  [/^(?:mysql|mariadb|mycli)$/, escapes(/(?:\\!|^\s*system\b)\s*([^\n;]+)|(?:\\P|^\s*pager)\s+([^\n;]+)/gm)],
  [
    /^(?:ftp|lftp|tnftp|ncftp|sftp|smbclient|dc|mail|mailx|mutt|neomutt|telnet|less|more|most|pg|gh|glab|ed|tig)$/,
    escapes(/^(?:\+|~)?\s*[^\s\w]{0,2}[!](.+)$|^\+\|\S(.+)$/gm),
  ],
  [
    /^cargo$/,
    escapes(
      /(?:runner|rustc|wrapper|linker|rustdoc|alias\.[\w-]+|provider|pager|browser)\s*=\s*\[?["']?!?([^"'\]]+)/g,
    ),
  ],
  [/^lftp$/, escapes(/connect-program\s+["']?([^"']+)/g)],
  [/^(?:fzf|sk|skim)$/, escapes(/(?:execute|reload|become|transform|preview)[\w-]*[(:]([^)]*)/g)],
  [/^jj$/, escapes(/(?:editor|pager|command|program|tool|formatter)\S*\s*=\s*\[?["']?([^"'\]]+)/g)],
  [
    /^(?:hg|chg|rhg)$/,
    escapes(
      /(?:alias|hooks|ui|pager|merge-tools|extdiff|extensions|defaults|editor|trusted)\.[^=]*=!?\s*(.+)/g,
    ),
  ],
  [/^osascript$/, escapes(/do shell script\s+"((?:\\.|[^"\\])*)"/g)],
  [/^svn$/, escapes(/(?:tunnels|helpers|auth):[^=]*=(.+)/g)],
  [/^(?:npm|pnpm|yarn|bun)$/, escapes(/(?:script-shell|editor|viewer|browser|scripts\.[\w:-]+)=(.+)/g)],
  [/^go$/, escapes(/^(?:CC|CXX|AR|FC|PKG_CONFIG|GOCACHEPROG|GOAUTH|GOFLAGS)=(.+)/g)],
  [/^cmake$/, names(/^-D\w*(?:COMPILER|LAUNCHER|LINKER|PROGRAM|COMMAND|RULE|EMULATOR)\w*(?::\w+)?=(.+)/g)],
  [/^(?:mount|mount\.fuse3?)$/, escapes(/^fuse\.([\w.-]+)|^([^#]+)#/g)],
  [
    /^tmux$/,
    anyWord(
      /run-shell|if-shell|set-hook|\bbind|default-(?:command|shell)|#\(|\bsource/,
      /(?:run|if)-shell\s+["']?([^"']+)/g,
    ),
  ],
];
