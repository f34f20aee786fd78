// The options of a program that an allow rule may look past before its subcommand: those that change how much it says
// and whom it talks about, none that name code, configuration or another place to take them from. What is not listed
// is not skipped, abbreviations included.

interface HarmlessOptions {
  readonly flags: readonly string[];
  /** With a value: in the next word, or attached behind `=` for a long one. */
  readonly valued: readonly string[];
}

const row = (flags: string, valued = ''): HarmlessOptions => ({ flags: words(flags), valued: words(valued) });

const packageManager = row(
  '-s --silent -q --quiet -d --verbose --color --no-color --offline --prefer-offline --no-audit --no-fund --no-progress -r --recursive --if-present',
  '--loglevel -w --workspace --filter -F --reporter --color',
);
const container = row('-D --debug', '-l --log-level');
const installer = row('-y -q -qq --yes --assume-yes --quiet --no-install-recommends');

const programs: ReadonlyMap<string, HarmlessOptions> = new Map([
  ['git', row('--no-pager --no-optional-locks --literal-pathspecs --no-replace-objects', '-C')],
  ['hg', row('-q --quiet -v --verbose -y --noninteractive', '-R --repository --encoding')],
  ['npm', packageManager],
  ['pnpm', packageManager],
  ['yarn', packageManager],
  ['bun', row('--silent --bun', '--filter')],
  ['cargo', row('-q --quiet -v -vv --verbose --offline --locked --frozen', '--color')],
  ['docker', container],
  ['podman', container],
  ['kubectl', row('', '-n --namespace --request-timeout -v')],
  ['helm', row('--debug', '-n --namespace')],
  ['gh', row('', '-R --repo')],
  ['aws', row('--no-cli-pager --no-paginate', '--region --output --query --color')],
  ['gcloud', row('--quiet -q', '--project --format --verbosity')],
  ['pip', row('-q --quiet -v --verbose --no-input --disable-pip-version-check', '--timeout --retries')],
  ['pip3', row('-q --quiet -v --verbose --no-input --disable-pip-version-check', '--timeout --retries')],
  ['uv', row('-q --quiet -v --verbose --offline --no-progress', '--color')],
  ['poetry', row('-q --quiet -v -vv -n --no-interaction --no-ansi --ansi')],
  ['apt', installer],
  ['apt-get', installer],
  ['dnf', row('-y -q --assumeyes --quiet')],
  ['yum', row('-y -q --assumeyes --quiet')],
  [
    'systemctl',
    row('--user --no-pager -q --quiet -a --all -l --full', '-t --type -p --property -n --lines -o --output'),
  ],
  ['make', row('-s --silent --quiet -k --keep-going -B --always-make -w -j', '-l --load-average --jobs')],
]);

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

/** How many words the option takes, its value included; undefined for an option that is not skipped. */
export function skippedWords(program: string, option: string): 1 | 2 | undefined {
  const known = programs.get(program);
  if (known === undefined) return undefined;
  if (known.flags.includes(option)) return 1;
  if (known.valued.includes(option)) return 2;
  const equals = option.indexOf('=');
  if (option.startsWith('--') && equals !== -1) {
    return known.valued.includes(option.slice(0, equals)) ? 1 : undefined;
  }
  // `-j4`, `-v3`.
  return /^-[jlvn]\d+$/.test(option) && [...known.flags, ...known.valued].includes(option.slice(0, 2))
    ? 1
    : undefined;
}
