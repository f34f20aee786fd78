// Ways to talk to somebody outside (network, Unix sockets, IPC, terminals), to outlive the command, to use up the host.
import { type HostileRow, rowsOf } from './row.ts';

const network: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'network' }, [
  { name: 'net.tcp4_connect', says: 'connects by TCP' },
  { name: 'net.tcp6_connect', says: 'connects by TCP over IPv6' },
  { name: 'net.tcp4_via_v6mapped', says: 'connects by a mapped address' },
  { name: 'net.tcp_fastopen_sendto', says: 'connects by sending (fast open)' },
  { name: 'net.mptcp_connect', says: 'connects by multipath TCP' },
  { name: 'net.sctp_socket', says: 'opens SCTP', judge: { saidWithin: 'net' } },
  { name: 'net.udp4_sendto', says: 'sends a datagram' },
  { name: 'net.udp4_sendmsg', says: 'sends a datagram by sendmsg' },
  { name: 'net.dns_query_loopback', says: 'asks the local name server' },
  { name: 'net.tcp4_bind_listen', says: 'listens on loopback', judge: { saidWithin: 'net' } },
  { name: 'net.tcp4_bind_any', says: 'listens everywhere', judge: { saidWithin: 'net' } },
  { name: 'net.tcp_listen_autobind', says: 'listens without binding', judge: { saidWithin: 'net' } },
  { name: 'net.raw_icmp_socket', says: 'opens a raw socket', judge: { saidWithin: 'net' } },
  { name: 'net.ping_dgram_socket', says: 'opens a ping socket', judge: { saidWithin: 'net' } },
  { name: 'net.af_packet', says: 'opens a packet socket', judge: { saidWithin: 'net' } },
  { name: 'net.af_netlink_route', says: 'reads the routing tables', judge: { saidWithin: 'net' } },
  { name: 'net.af_netlink_audit', says: 'opens the audit channel', judge: { saidWithin: 'net' } },
  { name: 'net.af_vsock', says: 'opens a socket to the hypervisor', judge: 'said' },
  { name: 'net.af_alg', says: 'opens the kernel’s crypto', judge: 'said', restriction: 'kernel-surface' },
  { name: 'net.af_xdp_bt_can', says: 'opens an exotic family', judge: 'said', restriction: 'kernel-surface' },
  { name: 'net.inherited_tcp_socket', says: 'sends on an inherited connection' },
  { name: 'net.inherited_tcp_write', says: 'writes to an inherited connection' },
  { name: 'net.inherited_udp_sendmsg', says: 'sends by an inherited socket' },
  { name: 'net.inherited_udp_sendto', says: 'sends elsewhere by an inherited socket' },
  { name: 'net.iouring_setup', says: 'sets io_uring up', judge: 'said', restriction: 'kernel-surface' },
  { name: 'net.iouring_tcp_connect', says: 'connects through io_uring' },
  { name: 'net.int80_socket', says: 'makes a 32-bit system call', judge: { saidWithin: 'net' } },
  { name: 'net.x32_socket', says: 'makes an x32 system call', judge: { saidWithin: 'net' } },
]);

const networkBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'outside', restriction: 'network', beyond: true },
  [
    { name: 'net.tcp4_other_loopback', says: 'connects to another loopback address' },
    { name: 'net.tcp4_host_address', says: 'connects to the host’s own address' },
    { name: 'net.udplite_sendto', says: 'sends by UDP-Lite', judge: { saidWithin: 'net' } },
    { name: 'net.udp6_sendto', says: 'sends a datagram over IPv6' },
    { name: 'net.udp4_broadcast', says: 'broadcasts' },
    { name: 'net.raw6_socket', says: 'opens a raw IPv6 socket', judge: { saidWithin: 'net' } },
    { name: 'net.af_packet_dgram', says: 'opens a cooked packet socket', judge: { saidWithin: 'net' } },
    { name: 'net.sock_packet', says: 'opens the obsolete packet type', judge: { saidWithin: 'net' } },
    { name: 'net.af_netlink_netfilter', says: 'opens the firewall channel', judge: 'said' },
    { name: 'net.af_netlink_uevent', says: 'listens to device events', judge: 'said' },
    { name: 'net.af_netlink_generic', says: 'opens generic netlink', judge: 'said' },
    { name: 'net.af_netlink_sock_diag', says: 'opens socket diagnosis', judge: 'said' },
    { name: 'net.af_netlink_xfrm', says: 'opens the IPsec channel', judge: 'said' },
    { name: 'net.socketpair_tipc', says: 'makes a pair of another family', judge: 'said' },
    { name: 'net.family_high_bits', says: 'hides a family in the upper half', judge: { saidWithin: 'net' } },
    { name: 'net.type_flag_bits', says: 'hides a raw socket behind flags', judge: { saidWithin: 'net' } },
  ],
);

const unix: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'unix-sockets' }, [
  { name: 'unix.connect_outside_path', says: 'connects to a socket by path' },
  { name: 'unix.connect_in_writable_tmp', says: 'connects to a socket in a writable root' },
  { name: 'unix.connect_abstract', says: 'connects to an abstract socket' },
  { name: 'unix.dgram_outside', says: 'connects a datagram socket' },
  { name: 'unix.docker_sock', says: 'talks to the container engine' },
  { name: 'unix.dbus_env_addr', says: 'talks to the session bus' },
  { name: 'unix.ssh_agent_env', says: 'talks to the SSH agent' },
  { name: 'unix.scm_rights_rw_fd', says: 'is handed a descriptor' },
  { name: 'unix.connect_proc_root_path', says: 'connects through another process’s root' },
]);

const unixBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'outside', restriction: 'unix-sockets', beyond: true },
  [
    { name: 'unix.connect_in_workspace', says: 'connects to a socket in the workspace' },
    { name: 'unix.dgram_sendto_outside', says: 'sends to a socket by path' },
    { name: 'unix.socketpair_dgram_sendto', says: 'sends to a path from a socket pair' },
    { name: 'unix.socketpair_reconnect', says: 'reconnects one end of a pair' },
    { name: 'unix.seqpacket_outside', says: 'connects a sequenced-packet socket' },
    { name: 'unix.bind_outside', says: 'plants a socket outside', restriction: 'file-write' },
  ],
);

const ipc: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'ipc' }, [
  { name: 'ipc.sysv_shm_write', says: 'writes to shared memory' },
  { name: 'ipc.sysv_msg_send', says: 'sends to a message queue' },
  { name: 'ipc.posix_mq_open', says: 'sends to a POSIX queue' },
  { name: 'ipc.posix_mq_create', says: 'makes a POSIX queue', judge: { saidWithin: 'ipc' } },
  { name: 'ipc.dev_shm_write_existing', says: 'writes to an object in /dev/shm' },
  { name: 'ipc.dev_shm_create', says: 'makes an object in /dev/shm' },
  { name: 'ipc.keyring_user_read', says: 'reads the user’s key ring', judge: 'secret' },
  { name: 'ipc.keyring_add_user', says: 'adds to the user’s key ring' },
]);

const ipcBeyond: readonly HostileRow[] = rowsOf({ judge: 'outside', restriction: 'ipc', beyond: true }, [
  { name: 'ipc.sysv_shm_by_id', says: 'attaches shared memory by number' },
  { name: 'ipc.sysv_sem_op', says: 'raises a semaphore' },
  { name: 'ipc.dev_shm_unlink', says: 'removes an object from /dev/shm' },
  { name: 'ipc.keyring_request_key', says: 'makes the kernel start a helper for a key', judge: 'said' },
]);

const terminals: readonly HostileRow[] = rowsOf(
  { judge: 'said', restriction: 'kernel-surface', batch: 'terminal' },
  [
    { name: 'tty.tiocsti_stdin', says: 'types into the terminal on stdin', judge: 'outside' },
    { name: 'tty.tiocsti_dev_tty', says: 'types into /dev/tty', judge: 'outside' },
    { name: 'tty.tioclinux_paste', says: 'pastes on a console' },
    { name: 'tty.has_controlling_tty', says: 'has a controlling terminal' },
    { name: 'tty.shares_session', says: 'belongs to the agent’s session' },
    { name: 'tty.other_pts_write', says: 'writes to another terminal', judge: 'outside' },
    { name: 'tty.console_open', says: 'opens the console' },
  ],
);

const terminalsBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'said', restriction: 'kernel-surface', batch: 'terminal', beyond: true },
  [
    {
      name: 'tty.tiocsti_high_bits',
      says: 'hides the request in the upper half of its number',
      judge: 'outside',
    },
    { name: 'tty.tiocsti_reopened_stdin', says: 'types into its reopened stdin', judge: 'outside' },
    { name: 'tty.take_controlling_tty', says: 'takes the terminal on stdin for its own', provesItself: true },
  ],
);

const lifetime: readonly HostileRow[] = rowsOf({ judge: 'said', restriction: 'leftover-processes' }, [
  { name: 'life.daemon_left_after_exit', says: 'leaves a daemon behind', judge: 'outside' },
  {
    name: 'life.setsid_escape',
    says: 'survives the agent’s death in a session of its own',
    judge: 'outside',
    batch: 'killed',
  },
  {
    name: 'life.fork_600',
    says: 'starts 600 processes',
    restriction: 'resource-limits',
    knownOpen: 'the default limit is 4096 processes: a parallel build starts hundreds',
  },
  {
    name: 'life.no_nproc_or_pids_limit',
    says: 'runs without a process limit',
    restriction: 'resource-limits',
  },
  { name: 'life.core_dumps_enabled', says: 'may dump core', restriction: 'kernel-surface' },
  {
    name: 'life.no_mem_limit',
    says: 'runs without a memory limit',
    knownOpen:
      'a limit on address space breaks Node, Go and the JVM; `limits.memoryBytes` sets one where it is wanted',
  },
  {
    name: 'life.memfd_exec',
    says: 'executes from memory',
    knownOpen:
      'JITs, package managers and build tools run what they make; the sandbox holds whatever runs inside it',
  },
  {
    name: 'life.exec_from_writable',
    says: 'executes what it wrote',
    knownOpen: 'compilers and test runners run what they build; the sandbox holds whatever runs inside it',
  },
]);

const lifetimeBeyond: readonly HostileRow[] = rowsOf(
  { judge: 'said', restriction: 'leftover-processes', beyond: true },
  [
    {
      name: 'life.subreaper_daemon',
      says: 'disarms the parent-death signal and leaves a daemon',
      judge: 'outside',
    },
    // Without a sandbox it would load the host for nothing: root and most users may.
    {
      name: 'life.fork_5000',
      says: 'starts 5000 processes, more than the limit',
      restriction: 'resource-limits',
      provesItself: true,
    },
    { name: 'life.raise_hard_limit', says: 'raises a hard limit', restriction: 'kernel-surface' },
  ],
);

export const channelRows: readonly HostileRow[] = [
  ...network,
  ...networkBeyond,
  ...unix,
  ...unixBeyond,
  ...ipc,
  ...ipcBeyond,
  ...terminals,
  ...terminalsBeyond,
  ...lifetime,
  ...lifetimeBeyond,
];
