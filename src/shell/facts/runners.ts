// Programs of which one subcommand runs another program: `npm exec`, `uv run`, `docker exec`. As data: the words that
// select it, and then what `wrappers.ts` says of a wrapper.
import type { MarkedWord } from './marked-word.ts';
import { readWrapper } from './read-wrapper.ts';
import type { Found } from './found.ts';
import { fromRow, type Row } from './wrapper-row.ts';

interface Runner extends Row {
  /** Any of these words, options in front of it or not. */
  readonly when: string;
}

const packageRunner: Omit<Runner, 'when'> = {
  flags: '-y --yes --no -q --quiet --offline --no-install --ignore-existing --bun -s --silent',
  valued: '-p --package -w --workspace --node-options --from --with',
  scripts: '-c --call --shell-mode',
};
const container: Omit<Runner, 'when'> = {
  flags: '-i -t -d --rm --interactive --tty --detach --privileged --init --read-only -P -T --no-deps',
  valued:
    '-e --env -v --volume -w --workdir -u --user -p --publish --name --network --net --env-file -h --hostname -l --label -m --memory --cpus --platform --mount --add-host --entrypoint --index -c --container -n --namespace',
  operands: 1,
};
const pythonRunner: Omit<Runner, 'when'> = {
  flags: '--no-sync --frozen --locked --isolated --offline -q -v --quiet --verbose',
  valued:
    '-p --python --with --from --project --directory --extra --group --env-file --package -m --module -n --name -p --prefix',
};

const rows: Readonly<Record<string, Runner | readonly Runner[]>> = {
  npm: [
    { when: 'exec x', ...packageRunner },
    { when: 'set-script', operands: 1, rest: 'script' },
  ],
  pnpm: { when: 'exec dlx', ...packageRunner },
  yarn: [
    { when: 'exec dlx run', ...packageRunner },
    { when: 'exec', rest: 'script' },
  ],
  bun: { when: 'x run', ...packageRunner },
  deno: { when: 'task', rest: 'script' },
  corepack: { when: 'npm pnpm yarn npx', operands: 0 },
  uv: { when: 'run', ...pythonRunner },
  poetry: { when: 'run', ...pythonRunner },
  pipenv: { when: 'run', ...pythonRunner },
  pdm: { when: 'run', ...pythonRunner },
  rye: { when: 'run', ...pythonRunner },
  hatch: { when: 'run', ...pythonRunner },
  pipx: { when: 'run', ...pythonRunner },
  conda: { when: 'run', ...pythonRunner },
  mamba: { when: 'run', ...pythonRunner },
  micromamba: { when: 'run', ...pythonRunner },
  bundle: { when: 'exec', valued: '--gemfile', flags: '--keep-file-descriptors' },
  gem: { when: 'exec', valued: '-g -v --gem --version' },
  mise: { when: 'exec x', valued: '-C --cd -j --jobs', scripts: '-c --command', anyOperands: true },
  rtx: { when: 'exec x', valued: '-C --cd', scripts: '-c --command', anyOperands: true },
  asdf: { when: 'exec', operands: 0 },
  direnv: { when: 'exec', operands: 1 },
  rbenv: { when: 'exec' },
  pyenv: { when: 'exec' },
  nodenv: { when: 'exec' },
  opam: { when: 'exec', valued: '--switch', flags: '--set-switch --set-root' },
  rustup: { when: 'run', flags: '--install', operands: 1 },
  nix: {
    when: 'develop shell run',
    startOptions: '-c --command',
    scripts: '--run',
    anyOperands: true,
  },
  'nix-shell': { when: '', scripts: '--run --command', valued: '-p -I -A -E --arg --argstr', rest: 'none' },
  docker: { when: 'run exec', ...container },
  podman: [{ when: 'run exec', ...container }, { when: 'unshare' }],
  nerdctl: { when: 'run exec', ...container },
  'docker-compose': { when: 'run exec', ...container },
  kubectl: { when: 'exec run debug', ...container, anyOperands: true },
  oc: { when: 'exec run debug rsh', ...container, anyOperands: true },
  lxc: { when: 'exec', operands: 1, anyOperands: true },
  incus: { when: 'exec', operands: 1, anyOperands: true },
  vagrant: { when: 'ssh', scripts: '-c --command', rest: 'none' },
  tmux: {
    when: 'new-session new new-window neww split-window splitw respawn-pane respawnp respawn-window respawnw run-shell run if-shell if pipe-pane pipep display-popup popup send-keys send',
    flags: '-A -d -D -E -P -X -b -h -v -f -I -Z -k -a -S',
    valued: '-c -e -F -n -s -t -x -y -l -p -f',
    rest: 'script',
    anyOperands: true,
  },
  cmake: { when: 'env time', flags: '--', assignments: 'taken', valued: '--modify', operands: 0 },
  perf: [
    { when: 'stat trace', flags: '-a -g -v -q -d', valued: '-e -o -p -F -r --call-graph' },
    { when: 'record', flags: '-a -g -v -q -d', valued: '-e -o -p -F --call-graph' },
  ],
  buildah: [{ when: 'run', ...container, anyOperands: true }, { when: 'unshare' }],
  xcrun: { when: '', flags: '-v -n -k', valued: '--sdk --toolchain' },
  nodemon: {
    when: '',
    scripts: '-x --exec',
    valued: '-w --watch -e --ext',
    rest: 'none',
    options: 'anywhere',
  },
  split: { when: '', scripts: '--filter', rest: 'none', options: 'anywhere' },
  sort: { when: '', scripts: '--compress-program', rest: 'none', options: 'anywhere' },
  rsync: { when: '', scripts: '-e --rsh --rsync-path', rest: 'none', options: 'anywhere' },
  scp: { when: '', scripts: '-S', rest: 'none', options: 'anywhere' },
  sftp: { when: '', scripts: '-S -D', rest: 'none', options: 'anywhere' },
  cpio: { when: '', scripts: '--rsh-command', rest: 'none', options: 'anywhere' },
  zip: { when: '', scripts: '-TT --unzip-command', rest: 'none', options: 'anywhere' },
  install: { when: '', scripts: '--strip-program', rest: 'none', options: 'anywhere' },
  wget: { when: '', scripts: '--use-askpass', rest: 'none', options: 'anywhere' },
  man: { when: '', scripts: '-P --pager -H --html', rest: 'none', options: 'anywhere' },
  ...ofNames('nc netcat', '', { scripts: '-e -c', rest: 'none', options: 'anywhere' }),
  execlineb: { when: '', flags: '-P -p -w -S0', scripts: '-c', rest: 'none', options: 'anywhere' },
  ncat: { when: '', scripts: '-e --exec -c --sh-exec', rest: 'none', options: 'anywhere' },
  xterm: { when: '', startOptions: '-e', rest: 'none' },
  'start-stop-daemon': { when: '', scripts: '-x --exec -a --startas', rest: 'none', options: 'anywhere' },
  ip: [{ when: 'exec', operands: 1 }, { when: 'exec' }],
  nvm: [{ when: 'exec run', operands: 1 }, { when: 'exec run' }],
  n: [{ when: 'exec run', operands: 1 }, { when: 'exec run' }],
  fnm: { when: 'exec', valued: '--using' },
  pixi: { when: 'run exec', valued: '-s --spec -e --environment --manifest-path' },
  sops: { when: 'exec-env exec-file', operands: 1, rest: 'script' },
  ctr: { when: 'run exec', operands: 2, anyOperands: true },
  ray: { when: 'exec', operands: 1, rest: 'script' },
  consul: [
    { when: 'exec', rest: 'script' },
    { when: 'lock', operands: 1 },
  ],
  guix: { when: 'shell environment', anyOperands: true },
  gcloud: { when: 'ssh', operands: 1, rest: 'script', anyOperands: true },
  gh: [
    { when: 'ssh', rest: 'script', anyOperands: true },
    { when: 'set', operands: 1, rest: 'script' },
  ],
  capsh: { when: '--', scripts: '-c', rest: 'none', options: 'anywhere' },
  ...ofNames('zellij', 'run new-pane'),
  ...ofNames('meson', 'devenv'),
  ...ofNames('tox composer', 'exec'),
  ...ofNames('volta heroku op doppler infisical teller toolbox snap dlx fab', 'run --'),
  ...ofNames('trace-cmd rr', 'record'),
  ...ofNames('runsc', 'do'),
  ...ofNames('jj dlv', 'exec'),
  ...ofNames('adb', 'shell', { rest: 'script' }),
  ...ofNames('salt-call', 'cmd.run cmd.run_all cmd.shell', { rest: 'script' }),
  ...ofNames('salt', 'cmd.run cmd.run_all cmd.shell', { rest: 'script' }),
  ...ofNames('colima minikube', 'ssh', { rest: 'script' }),
  ...ofNames('cargo', 'watch'),
  ...ofNames('wezterm', 'start'),
  ...ofNames('i3-msg swaymsg', 'exec', { rest: 'script' }),
  ...ofNames('glab', 'set', { operands: 1, rest: 'script' }),
  ...ofNames('wait-for-it wait-for-it.sh wait-for', '', { anyOperands: true }),
  ...ofNames('runcon', '', { operands: 1 }),
  ...ofNames('pulumi', 'run', { anyOperands: true }),
  ...ofNames('onchange', '--'),
  ...ofNames('machinectl limactl', 'shell', { operands: 1 }),
  ...ofNames('multipass crictl runc crun distrobox dotnet aws-vault chamber', 'exec enter', {
    operands: 1,
    anyOperands: true,
  }),
  ...ofNames('distrobox-enter', '--'),
  ...ofNames('borg', 'with-lock', { operands: 1 }),
  ...ofNames('flatpak', 'run', { operands: 1 }),
  ...ofNames('wsl wsl.exe', '-e --exec --'),
  ...ofNames('xterm urxvt', '-e'),
  expect: { when: '', scripts: '-c', rest: 'none', options: 'anywhere' },
};

function ofNames(names: string, when: string, more: Omit<Runner, 'when'> = {}): Record<string, Runner> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { when, ...more }]));
}

export const runners: ReadonlyMap<string, readonly Runner[]> = new Map(
  Object.entries(rows).map(([name, row]) => [name, Array.isArray(row) ? row : [row as Runner]]),
);

/** How far from the program's name its subcommand may stand. */
const farthest = 12;

export function behindRunner(name: string, words: readonly MarkedWord[]): Found {
  const argvs: (readonly MarkedWord[])[] = [];
  const scripts: string[] = [];
  let isUnread = false;
  for (const row of runners.get(name) ?? []) {
    const subcommands = row.when === '' ? undefined : row.when.split(' ');
    const at =
      subcommands === undefined
        ? 0
        : words.slice(0, farthest).findIndex((word, index) => index > 0 && subcommands.includes(word));
    if (at === -1) continue;
    const wrapped = readWrapper(fromRow(row), words.slice(at));
    argvs.push(...wrapped.argvs);
    scripts.push(...wrapped.scripts);
    isUnread ||= wrapped.isUnread;
    for (const { name: variable, value } of wrapped.assignments)
      argvs.push(['env', `${variable}=${value}`, ':']);
  }
  return { argvs, scripts, isUnread };
}
