// Programs that start another one behind options of their own which nobody lists here. Where an option is unknown, every
// reading that is possible is kept, so a name is all that is needed.
import { fromRow, type Row, type Wrapper } from './wrapper-row.ts';

const names: readonly (readonly [Row, string])[] = [
  // Behind its options: a program and its arguments.
  [
    {},
    `aa-exec abduco afl-fuzz alacritty autossh backoff bear berglas box64 bubblewrap bwrap
    ccache cgexec compiledb coreutils daemon daemonize dbus-launch distcc distrobox-host-exec
    dockerize dtach envconsul fakechroot flatpak-spawn flom foot foreground gnome-terminal gpg-agent graftcp
    heaptrack honggfuzz host-spawn i686 icecc if ifne intercept-build isolate kitty konsole landrun linux64
    lockrun lxc-attach lxc-unshare lxc-usernsexec mate-terminal minijail0 mpiexec mpirun multitime newrole
    nocache nq nsjail operf pasta proxychains4 pseudo qterminal rootlesskit run-one run-this-one
    runcon salloc sandbox scan-build schroot sccache sem solo sshpass srun st startx summon super syd sydbox
    systemd-cat systemd-nspawn systemd-socket-activate task-spooler terminator timelimit torify torsocks trickle
    tsocks tsp ts uftrace uname26 urxvt vglrun wezterm wine64 with-contenv x-terminal-emulator
    xfce4-terminal xinit xterm xvfb-run-safe zrun execlineb retry lldb s6-softlimit
    s6-applyuidgid s6-setlock lima primusrun optirun gamemoderun mangohud prime-run sudo-rs run0 calife
    setcpulatency cset catchsegv rr pexpect ltrace-ng nohup-ng detach dotenvx with-env envchain lsfrun`,
  ],
  [
    { operands: 1 },
    `alarm arch-chroot datefudge kcov lckdo s6-envdir s6-setuidgid softlock withlock with-lock-ex`,
  ],
  // All its words are one command line, or each of them is one.
  [{ rest: 'script' }, 'bsub condor_run mispipe oarsub pee rush pssh parallel-ssh pdsh clush dsh ysh osh'],
  [{ operands: 1, rest: 'script', anyOperands: true }, 'rsh remsh mosh'],
];

/** qemu-user has one name for each architecture. */
export const emulator: RegExp = /^qemu-(?!system|img|io|nbd|ga)[a-z0-9_]+(?:-static)?$/;

export const plainWrappers: ReadonlyMap<string, Wrapper> = new Map(
  names.flatMap(([row, list]) => list.split(/\s+/).map((name) => [name, fromRow(row)] as const)),
);
