// Options whose value is a command line: `rg --pre 'rm x'`, `go vet -vettool=./x`. As data: programs, then options.
import { type MarkedWord, scriptText } from './marked-word.ts';

const rows = `
rg: --pre --hostname-bin
ag ack bat delta less most git-delta difft: --pager
fd fdfind: --exec --exec-batch
hg: --ssh -e --remotecmd --command -c --program -p --editor
svn: --diff-cmd --diff3-cmd --editor-cmd --merge-cmd
cvs: -e
bzr brz: --remote-path --using
jj: --tool
rsync: -e --rsh --rsync-path
scp sftp: -S -D
zip: -TT --unzip-command
mosh: --ssh --server
man: -P --pager -H --html -E
emacsclient: -a --alternate-editor
nano: -s --speller
go: -exec -toolexec -vettool
gcc g++ cc c++ cpp clang clang++ gfortran x86_64-linux-gnu-gcc x86_64-linux-gnu-g++: -wrapper
rustc: linker=
cargo: -s --shell
just: -c --command --shell --shell-command --chooser
coreutils: --coreutils-prog
npm pnpm yarn npx bun: script-shell --script-shell --shell --editor --viewer --browser --git --shell-emulator
pip pip3: --editor
ctest: --test-command
perf: --pre --post
valgrind: --db-command
bpftrace: -c
java: -XX:OnError -XX:OnOutOfMemoryError
entr: -s
hyperfine: -p --prepare -c --cleanup -s --setup --conclude --reference
fzf sk skim: --preview -c --cmd --execute --become
dialog whiptail: --prgbox --programbox
gcloud aws az heroku fly flyctl gh doppler op infisical: --command -C --scripts -c
sshfs: ssh_command=
openvpn: --up --down --ipchange --route-up --tls-verify --auth-user-pass-verify --client-connect --learn-address
dhclient: -sf
tcpdump: -z --postrotate-command
iptables ip6tables iptables-restore ip6tables-restore arptables ebtables: --modprobe -M
wpa_cli: -a
hostapd_cli: -a
pppd: connect disconnect init pty
fetchmail: -m --mda --preconnect --postconnect --plugin --plugout
getmail: --mda
msmtp: --passwordeval
reportbug: --mta --editor
enscript: --filter
ctags: --sort
dump restore mt tape: -F --rsh-command --rmt-command
cpio: --rsh-command --rmt-command
afio: -P -Z
dar: -E -F -~
star: compress-program
borg: --rsh --pre --post
restic: --password-command sftp.command= rclone.program=
rclone: --password-command --sftp-ssh --metadata-mapper
rdiff-backup: --remote-schema
duplicity: --ssh-options --rsync-options
unison: -sshcmd -servercmd
gpg gpg2: --photo-viewer --agent-program --dirmngr-program --keyserver-options --pinentry-program
gpg-agent: --pinentry-program --scdaemon-program
dpkg: --pre-invoke --post-invoke --status-logger
dpkg-buildpackage debuild sbuild pbuilder: --sign-command --check-command --hook-init --hook-preclean --hook-source --hook-build --hook-binary --hook-buildinfo --hook-changes --hook-postclean --hook-check --hook-sign --hook-done --pre-build-commands --post-build-commands --chroot-setup-commands --preinst-hook
debsign: -p
rpm rpmbuild: --pipe --buildshell
wget: use_askpass= --use-askpass
aria2c: --on-download-complete --on-download-start --on-download-stop --on-download-error --on-bt-download-complete
yt-dlp youtube-dl: --exec --exec-before-download --downloader --external-downloader --netrc-cmd --use-postprocessor
lftp: connect-program=
terragrunt: --terragrunt-tfpath --tf-path
consul-template consul: -exec
sbatch: --wrap
mvn: -Dexec.executable
chokidar: -c --command
watchman-make: --run
xdotool: exec
mysql mariadb: --pager
ansible ansible-console: -a --args --become-exe
salt: cmd.run cmd.shell
machinectl: shell
flatpak: --command
docker podman nerdctl: --entrypoint
snap: -c
xterm urxvt gnome-terminal konsole mate-terminal xfce4-terminal terminator x-terminal-emulator st kitty foot alacritty lxterminal: -e -x --command
newrole capsh bash-static: -c
tmux: -c default-command default-shell
screen: -X stuff
zellij: --default-shell
start-stop-daemon: --exec --startas -x -a
make bmake pmake gmake: SHELL= .SHELLFLAGS=
cmake: --build-command
mpv: --input-commands --ytdl-path
ranger: --cmd --selectfile
lf: -command
socat: exec: system: shell:
sysctl: kernel.core_pattern= kernel.modprobe= kernel.hotplug=
`;

const byProgram: ReadonlyMap<string, readonly string[]> = collect();

function collect(): Map<string, readonly string[]> {
  const table = new Map<string, readonly string[]>();
  for (const row of rows.trim().split('\n')) {
    const [programs = '', options = ''] = row.split(/: (?=\S)/, 2);
    for (const program of programs.split(' '))
      table.set(program, [...(table.get(program) ?? []), ...options.split(' ')]);
  }
  return table;
}

export const programsWithCommandOptions: readonly string[] = [...byProgram.keys()];

/** The value of every option of the program that carries a command. */
export function commandsInOptions(program: string, words: readonly MarkedWord[]): readonly string[] {
  const options = byProgram.get(program) ?? [];
  return words.slice(1).flatMap((marked, index) => {
    const word = scriptText(marked);
    const next = words[index + 2];
    return options.flatMap((option) =>
      valueOf(option, word, next === undefined ? undefined : scriptText(next)),
    );
  });
}

function valueOf(option: string, word: string, next: string | undefined): readonly string[] {
  // `-o use_askpass=…`, `EXEC:…`: part of a word that may begin with something else.
  if (/[=:]$/.test(option)) {
    const at = word.toLowerCase().indexOf(option.toLowerCase());
    return at === -1 ? [] : [asCommand(word.slice(at + option.length))];
  }
  if (word === option) return next === undefined ? [] : [asCommand(next)];
  if (word.startsWith(`${option}=`)) return [asCommand(word.slice(option.length + 1))];
  if (option.startsWith('--') && word.length > 4 && option.startsWith(word.split('=', 1)[0] ?? '')) {
    const equals = word.indexOf('=');
    return equals === -1
      ? next === undefined
        ? []
        : [asCommand(next)]
      : [asCommand(word.slice(equals + 1))];
  }
  return isCluster(option, word) ? [asCommand(word.slice(word.indexOf(option.charAt(1)) + 1))] : [];
}

/** `-ae'rm x'`, `-erm`: a letter with its value behind it. */
function isCluster(option: string, word: string): boolean {
  if (!/^-[A-Za-z]$/.test(option) || !/^-[A-Za-z]+/.test(word)) return false;
  const at = word.indexOf(option.charAt(1), 1);
  return at > 0 && at < word.length - 1 && /^[A-Za-z]*$/.test(word.slice(1, at));
}

/** `gcc -wrapper a,b`, `strace -o '|a b'`, `EXEC:"a b",pty`. */
function asCommand(value: string): string {
  const bare = value
    .replace(/^[|!"']+/, '')
    .replace(/"?(?:,(?:pty|stderr|setsid|nofork|fdin=.*))+$/, '')
    .replace(/"$/, '');
  return /\s/.test(bare) ? bare : bare.replaceAll(',', ' ');
}
