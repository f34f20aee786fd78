// Namespaces, privileges, other processes: what the kernel itself would let a command do.
import { type HostileRow, rowsOf } from './row.ts';

const namespaces: readonly HostileRow[] = rowsOf({ judge: 'said', restriction: 'kernel-surface' }, [
  { name: 'ns.unshare_user', says: 'makes a user namespace' },
  { name: 'ns.clone3_newuser', says: 'makes one with clone3' },
  { name: 'ns.userns_mount_tmpfs', says: 'mounts in a namespace of its own' },
  { name: 'ns.userns_remount_rw_write', says: 'remounts / writable there', judge: 'outside' },
  { name: 'ns.userns_bind_over_ro', says: 'binds the outside over the workspace', judge: 'outside' },
  { name: 'ns.remount_rw_direct', says: 'remounts / writable', judge: 'outside' },
  { name: 'ns.mount_proc_sysfs', says: 'mounts another /proc or /sys' },
  { name: 'ns.open_tree_clone', says: 'clones a mount' },
  { name: 'ns.fsopen', says: 'opens a file system' },
  { name: 'ns.chroot', says: 'changes its root' },
  { name: 'ns.setns_outpid_mnt', says: 'enters the mounts of a process outside' },
  { name: 'ns.setns_outpid_net', says: 'enters the network of a process outside' },
  { name: 'ns.pid1_root_is_host', says: 'reaches the host by /proc/1/root', judge: 'outside' },
]);

const namespacesBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'said', restriction: 'kernel-surface', beyond: true },
  [
    { name: 'ns.clone_newuser', says: 'makes a user namespace with clone' },
    { name: 'ns.unshare_mnt', says: 'makes a mount namespace' },
    { name: 'ns.open_tree_attr_rw', says: 'clones a mount without its read-only flag', judge: 'outside' },
    { name: 'ns.open_tree_clone_rw_write', says: 'clears the flag of a cloned mount', judge: 'outside' },
    { name: 'ns.fspick', says: 'picks a mounted file system' },
    { name: 'ns.move_mount', says: 'may move mounts' },
    { name: 'ns.pivot_root', says: 'may pivot the root' },
    { name: 'ns.setns_own_net', says: 'may enter namespaces at all' },
    { name: 'ns.setns_pidfd', says: 'enters namespaces by pidfd' },
    { name: 'ns.parent_userns_by_ioctl', says: 'enters the parent user namespace' },
  ],
);

const privileges: readonly HostileRow[] = rowsOf({ judge: 'said', restriction: 'kernel-surface' }, [
  { name: 'priv.core_pattern_write_same', says: 'writes kernel.core_pattern', restriction: 'file-write' },
  { name: 'priv.sysfs_open_w', says: 'opens sysfs for writing', restriction: 'file-write' },
  {
    name: 'priv.sysctl_net_open_w',
    says: 'opens a network sysctl for writing',
    judge: { saidWithin: 'net' },
  },
  { name: 'priv.sysrq_open_w', says: 'opens sysrq-trigger', restriction: 'file-write' },
  { name: 'priv.cgroup_mkdir', says: 'makes a control group', restriction: 'file-write' },
  { name: 'priv.sethostname', says: 'sets the host name', judge: { saidWithin: 'uts' } },
  { name: 'priv.reboot_cap', says: 'may reboot', judge: { saidWithin: 'pid' } },
  { name: 'priv.init_module_cap', says: 'may load a module' },
  { name: 'priv.bpf_map_create', says: 'makes a BPF map' },
  { name: 'priv.perf_event_outpid', says: 'profiles a process outside' },
  { name: 'priv.userfaultfd', says: 'opens userfaultfd' },
  { name: 'priv.fanotify_fs', says: 'watches a whole file system' },
  { name: 'priv.dmesg_read', says: 'reads the kernel log' },
  { name: 'priv.kmsg_write_open', says: 'opens the kernel log for writing', restriction: 'file-write' },
  { name: 'priv.dev_mem_open', says: 'opens physical memory' },
  {
    name: 'priv.dev_kvm_fuse_tun_open',
    says: 'opens kvm, fuse, tun or a loop device',
    restriction: 'file-write',
  },
  { name: 'priv.setuid_binary', says: 'gains a user by a set-uid program' },
]);

const privilegesBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'said', restriction: 'kernel-surface', beyond: true },
  [
    { name: 'priv.modprobe_path_write_same', says: 'writes kernel.modprobe', restriction: 'file-write' },
    { name: 'priv.binfmt_register_open', says: 'opens the binfmt register', restriction: 'file-write' },
    { name: 'priv.cgroup_procs_open_w', says: 'may leave its control group', restriction: 'file-write' },
    { name: 'priv.kexec_cap', says: 'may load another kernel' },
    { name: 'priv.swapoff_cap', says: 'may turn swap off' },
    { name: 'priv.clock_settime_cap', says: 'may set the clock' },
    { name: 'priv.acct_cap', says: 'may turn accounting on' },
    { name: 'priv.quotactl_cap', says: 'may ask for quotas' },
    { name: 'priv.iopl_cap', says: 'may use I/O ports' },
    { name: 'priv.vhangup_cap', says: 'may hang up a terminal' },
    { name: 'priv.perf_event_self', says: 'profiles itself' },
    { name: 'priv.dev_userfaultfd_open', says: 'opens /dev/userfaultfd', restriction: 'file-write' },
    { name: 'priv.fanotify_unprivileged', says: 'opens fanotify as anyone may' },
    { name: 'priv.tracefs_open', says: 'opens the trace marker', restriction: 'file-write' },
    { name: 'priv.setuid_other', says: 'becomes another user' },
    { name: 'priv.capability_left', says: 'keeps a capability' },
    { name: 'priv.no_new_privs_off', says: 'runs without no_new_privs' },
  ],
);

const processes: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'processes' }, [
  { name: 'proc.kill_outside', says: 'signals a process outside' },
  { name: 'proc.tgkill_outside', says: 'signals a thread outside' },
  { name: 'proc.pidfd_send_signal', says: 'signals by pidfd' },
  { name: 'proc.fcntl_setown_sigio', says: 'lets the kernel send the signal' },
  { name: 'proc.ptrace_seize_outside', says: 'traces a process outside', judge: 'said' },
  {
    name: 'proc.ptrace_own_child',
    says: 'traces its own child',
    judge: 'said',
    knownOpen:
      'debuggers, strace and sanitizers trace their own children; nothing outside can be reached by it',
  },
  { name: 'proc.vm_readv_outside', says: 'reads another’s memory', judge: 'secret' },
  { name: 'proc.vm_writev_outside', says: 'writes another’s memory' },
  { name: 'proc.mem_read_outside', says: 'reads /proc/PID/mem', judge: 'secret' },
  { name: 'proc.mem_write_outside', says: 'writes /proc/PID/mem' },
  { name: 'proc.environ_outside', says: 'reads another’s environment', judge: 'secret' },
  { name: 'proc.runner_environ', says: 'reads the agent’s environment', judge: 'secret' },
  { name: 'proc.cmdline_outside', says: 'reads another’s command line', judge: 'secret' },
  { name: 'proc.pidfd_getfd_outside', says: 'takes a descriptor of another’s', judge: 'said' },
  { name: 'proc.prlimit_outside', says: 'changes another’s limits' },
  { name: 'proc.setpriority_outside', says: 'changes another’s priority' },
  { name: 'proc.sched_setaffinity_outside', says: 'binds another to one processor' },
  { name: 'proc.oom_score_adj_write', says: 'offers another to the OOM killer' },
  { name: 'proc.kcmp_outside', says: 'compares kernel objects', judge: 'said' },
  { name: 'proc.enum_outside_pids', says: 'lists processes outside', judge: 'secret' },
]);

const processesBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'outside', restriction: 'processes', beyond: true },
  [
    { name: 'proc.kill_zero_outside', says: 'asks whether a process outside exists', judge: 'said' },
    { name: 'proc.sigqueue_outside', says: 'signals with a value' },
    { name: 'proc.pidfd_from_proc_dir', says: 'signals by a /proc directory' },
    { name: 'proc.ptrace_pid1', says: 'traces process 1', judge: 'said' },
    {
      name: 'proc.machinery_ptrace',
      says: 'traces what runs the sandbox',
      judge: 'said',
      provesItself: true,
    },
    { name: 'proc.machinery_memory', says: 'opens its memory', judge: 'said', provesItself: true },
    { name: 'proc.machinery_descriptors', says: 'takes its descriptors', judge: 'said', provesItself: true },
    { name: 'proc.process_madvise_outside', says: 'advises about another’s memory', judge: 'said' },
    { name: 'proc.launcher_environ', says: 'reads the launcher’s environment', judge: 'secret' },
    { name: 'proc.pid1_environ', says: 'reads process 1’s environment', judge: 'secret', provesItself: true },
    { name: 'proc.maps_outside', says: 'reads another’s address map', judge: 'said' },
    { name: 'proc.ioprio_outside', says: 'changes another’s I/O priority' },
    { name: 'proc.sched_setscheduler_outside', says: 'changes another’s scheduler' },
    { name: 'proc.migrate_pages_outside', says: 'migrates another’s pages', judge: 'said' },
    { name: 'proc.timerslack_write', says: 'changes another’s timer slack' },
    { name: 'proc.coredump_filter_write', says: 'changes what another would dump' },
  ],
);

export const kernelRows: readonly HostileRow[] = [
  ...namespaces,
  ...namespacesBeyond,
  ...privileges,
  ...privilegesBeyond,
  ...processes,
  ...processesBeyond,
];
