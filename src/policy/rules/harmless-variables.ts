// Variables that change how a program looks or talks, and nothing about which code runs or where it goes. An allow rule
// covers a command that carries these; every other one has to be listed by the rule.

const harmless: ReadonlySet<string> = new Set(
  `CI CONTINUOUS_INTEGRATION NODE_ENV RAILS_ENV RACK_ENV APP_ENV FLASK_ENV DJANGO_ENV MIX_ENV BABEL_ENV
  FORCE_COLOR NO_COLOR CLICOLOR CLICOLOR_FORCE COLORTERM TERM COLUMNS LINES NO_UPDATE_NOTIFIER
  DEBIAN_FRONTEND HUSKY HUSKY_SKIP_INSTALL DO_NOT_TRACK NEXT_TELEMETRY_DISABLED ASTRO_TELEMETRY_DISABLED
  DOTNET_CLI_TELEMETRY_OPTOUT GATSBY_TELEMETRY_DISABLED STORYBOOK_DISABLE_TELEMETRY TURBO_TELEMETRY_DISABLED
  CARGO_TERM_COLOR CARGO_TERM_PROGRESS_WHEN CARGO_INCREMENTAL CARGO_NET_OFFLINE RUST_BACKTRACE RUST_LIB_BACKTRACE RUST_LOG
  PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONIOENCODING PYTHONUTF8 PYTHONHASHSEED PY_COLORS PYTEST_DISABLE_PLUGIN_AUTOLOAD
  PIP_DISABLE_PIP_VERSION_CHECK PIP_NO_INPUT UV_NO_PROGRESS
  GOMAXPROCS CGO_ENABLED GOOS GOARCH GIT_TERMINAL_PROMPT GIT_OPTIONAL_LOCKS
  JEST_WORKERS VITEST UV_THREADPOOL_SIZE OMP_NUM_THREADS TZ LANG LANGUAGE LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES
  LC_NUMERIC LC_TIME SOURCE_DATE_EPOCH VERBOSE HOMEBREW_NO_AUTO_UPDATE HOMEBREW_NO_ANALYTICS TF_IN_AUTOMATION
  AWS_DEFAULT_OUTPUT CYPRESS_CRASH_REPORTS PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD
  PUPPETEER_SKIP_DOWNLOAD NPM_CONFIG_FUND NPM_CONFIG_AUDIT NPM_CONFIG_PROGRESS NPM_CONFIG_COLOR NPM_CONFIG_LOGLEVEL
  npm_config_fund npm_config_audit npm_config_progress npm_config_color npm_config_loglevel npm_config_yes`.split(
    /\s+/,
  ),
);

/** A value is a word, a number, a level: nothing that a program could take for a path to load or a command. */
const plainValue = /^[\w.,:=@%+ -]{0,200}$/;

/** Variables that name a program, with the values under which nothing but the output is different. */
const harmlessPrograms: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    'PAGER GIT_PAGER MANPAGER GH_PAGER AWS_PAGER BAT_PAGER SYSTEMD_PAGER DELTA_PAGER'
      .split(' ')
      .map((name) => [name, /^(?:cat)?$/]),
  ),
  ...Object.fromEntries(
    'EDITOR VISUAL GIT_EDITOR GIT_SEQUENCE_EDITOR'.split(' ').map((name) => [name, /^(?:true|:)$/]),
  ),
  BROWSER: /^none$/,
};

export function isHarmlessVariable(name: string, value: string): boolean {
  if (Object.hasOwn(harmlessPrograms, name)) return harmlessPrograms[name]?.test(value) === true;
  return harmless.has(name) && plainValue.test(value) && !value.includes('..');
}

/**
 * Variables that choose which program, library or configuration is used, by name and by the habits of names: a rule
 * that let one through would allow anything.
 */
const choosesCode =
  /^(?:PATH|IFS|ENV|SHELL|HOME|PS4|PROMPT_COMMAND|BASH.*|SHELLOPTS|ZDOTDIR|CDPATH|TMPDIR|LD_.*|DYLD_.*|GCONV_PATH|LOCPATH|NODE_.*|NPM_CONFIG_.*|npm_config_.*|YARN_.*|PNPM_.*|PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|GIT_.*|SSH_.*|HG.*|SVN_.*|RSYNC_.*|CVS_.*|JAVA_.*|_JAVA_OPTIONS|JDK_.*|MAVEN_.*|GRADLE_.*|CLASSPATH|RUSTC.*|RUSTDOC.*|RUSTUP_.*|CARGO_.*|GO.*|CGO_.*|MAKEFLAGS|MAKEFILES|MFLAGS|GNUMAKEFLAGS|CC|CXX|CPP|LD|AR|AS|NM|FC|LESSOPEN|LESSCLOSE|LESS|MANPAGER|MANROFFOPT|VISUAL|BROWSER|AWKPATH|AWKLIBPATH|TAR_.*|TAPE|GZIP|XZ_.*|ZSTD_.*|XDG_.*|DOCKER_.*|KUBECONFIG|HELM_.*|AWS_.*|TF_.*|CURL_.*|WGETRC|OPENSSL_.*|.*_(?:PATH|HOME|DIR|ROOT|COMMAND|CMD|SHELL|EDITOR|PAGER|WRAPPER|PRELOAD|OPTIONS?|OPTS?|FLAGS|ARGS|RC|RCFILE|CONFIG|CONFIG_FILE|PLUGINS?|HOOKS?|EXEC|BIN|BINARY|LOADER|STARTUP|INIT|PROXY|LIBRARY|LIBS?|AGENT)|.*PATH|.*EDITOR|.*PAGER|.*OPTS?|.*FLAGS|.*PRELOAD|.*STARTUP|.*_?PROXY)$/;

/** Whether a rule may list the variable at all. */
export function mayBeListed(name: string): boolean {
  return harmless.has(name) || !choosesCode.test(name);
}
