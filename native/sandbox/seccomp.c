// Writes the filter: allow by default, a list of calls that no developer tool needs denied, and a closer look at
// sockets, clone, ioctl. Sockets are judged when they are made, never when they are used: a filter on connect or
// sendto cannot see addresses and breaks socketpairs (Node's spawnSync, Python's multiprocessing).
#include "sandbox/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "evidence/write_rules.h"
#include "sandbox/filter_program.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "The seccomp tables cover x86-64 and aarch64"
#endif

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Argument offsets assume a little-endian machine"
#endif

// Numbers from 424 on are the same on every architecture and newer than many a libc.
enum {
  NR_io_uring_setup = 425,
  NR_io_uring_enter = 426,
  NR_io_uring_register = 427,
  NR_open_tree = 428,
  NR_move_mount = 429,
  NR_fsopen = 430,
  NR_fsconfig = 431,
  NR_fsmount = 432,
  NR_fspick = 433,
  NR_clone3 = 435,
  NR_openat2 = 437,
  NR_pidfd_getfd = 438,
  NR_process_madvise = 440,
  NR_mount_setattr = 442,
  NR_quotactl_fd = 443,
  NR_fchmodat2 = 452,
  NR_open_tree_attr = 467,
  NR_file_setattr = 469,
  NR_last_known = 470,
};

static const int always_denied[] = {
    // io_uring opens files and sockets past this filter.
    NR_io_uring_setup, NR_io_uring_enter, NR_io_uring_register,
    // Mounts and roots.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, NR_open_tree, NR_move_mount, NR_fsopen, NR_fsconfig,
    NR_fsmount, NR_fspick, NR_mount_setattr, NR_open_tree_attr, SYS_setns, SYS_quotactl, NR_quotactl_fd,
    SYS_swapon, SYS_swapoff, SYS_open_by_handle_at,
    // The kernel itself.
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_acct,
    SYS_syslog, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_fanotify_init,
    SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime, SYS_sethostname, SYS_setdomainname,
    SYS_vhangup,
    // Keyrings belong to the user, not to the sandbox.
    SYS_keyctl, SYS_add_key, SYS_request_key,
    // Inode flags have no bearing on anything but protection.
    NR_file_setattr,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
// Dropped from kernels, and from some headers.
#ifdef SYS_lookup_dcookie
    SYS_lookup_dcookie,
#endif
#ifdef SYS_nfsservctl
    SYS_nfsservctl,
#endif
#ifdef SYS__sysctl
    SYS__sysctl,
#endif
#ifdef SYS_uselib
    SYS_uselib,
#endif
#ifdef SYS_ustat
    SYS_ustat,
#endif
#ifdef SYS_sysfs
    SYS_sysfs,
#endif
};

// Addressed by number, these reach processes and objects of other sandboxes and of the user when we share theirs.
static const int denied_among_strangers[] = {
    SYS_shmget,   SYS_shmat,   SYS_shmctl,    SYS_msgget,  SYS_msgsnd,       SYS_msgrcv,    SYS_msgctl,
    SYS_semget,   SYS_semop,   SYS_semtimedop, SYS_semctl, SYS_mq_open,      SYS_mq_unlink, SYS_migrate_pages,
    SYS_kcmp,
};

static const int denied_without_landlock[] = {
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, NR_pidfd_getfd, NR_process_madvise,
};

// The first argument names the process: 0 is the caller.
static const struct {
  int call;
  uint32_t argument;
} own_process_only[] = {
    {SYS_prlimit64, 0},         {SYS_sched_setaffinity, 0}, {SYS_sched_setscheduler, 0}, {SYS_sched_setparam, 0},
    {SYS_sched_setattr, 0},     {SYS_setpriority, 1},       {SYS_ioprio_set, 1},         {SYS_move_pages, 0},
};

static void judge_own_process(struct program *program, uint32_t argument) {
  load_argument(program, argument);
  answer_if_equal(program, 0, SECCOMP_RET_ALLOW);
  answer(program, DENY(EPERM));
}

static void judge_flags(struct program *program, uint32_t forbidden) {
  load_argument(program, 0);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, forbidden);
  answer(program, DENY(EPERM));
  answer(program, SECCOMP_RET_ALLOW);
}

// TIOCSTI and TIOCLINUX type into somebody's terminal, TIOCSETD loads line disciplines, the rest set inode flags.
static void judge_ioctl(struct program *program, uint32_t unused) {
  static const uint32_t denied[] = {0x5412, 0x541c, 0x5423, 0x40086602, 0x40046602, 0x401c5820};
  (void)unused;
  load_argument(program, 1);
  for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) answer_if_equal(program, denied[i], DENY(EPERM));
  answer(program, SECCOMP_RET_ALLOW);
}

// A lease on a file that may only be read still makes its writers outside wait.
static void judge_fcntl(struct program *program, uint32_t unused) {
  (void)unused;
  load_argument(program, 1);
  answer_if_equal(program, 1024 /* F_SETLEASE */, DENY(EPERM));
  answer(program, SECCOMP_RET_ALLOW);
}

// A program that lends its owner's or its group's rights to whoever starts it would outlive the sandbox. Creating a
// directory ignores these bits; mode arguments of open count only when it creates.
enum { SET_ID_BITS = 06000, CREATING = 0x40 | 0x400000 /* O_CREAT, O_TMPFILE without O_DIRECTORY */ };

static void judge_mode(struct program *program, uint32_t argument) {
  load_argument(program, argument);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, SET_ID_BITS);
  answer(program, DENY(EPERM));
  answer(program, SECCOMP_RET_ALLOW);
}

// The broker sees whether it is a directory.
static void judge_brokered_mode(struct program *program, uint32_t argument) {
  load_argument(program, argument);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, SET_ID_BITS);
  answer(program, SECCOMP_RET_USER_NOTIF);
  answer(program, SECCOMP_RET_ALLOW);
}

static void judge_open(struct program *program, uint32_t flags_argument) {
  load_argument(program, flags_argument);
  emit(program, BPF_JMP | BPF_JSET | BPF_K, 1, 0, CREATING);
  answer(program, SECCOMP_RET_ALLOW);
  judge_mode(program, flags_argument + 1);
}

static void collect_mode_rules(struct rules *rules, bool has_broker) {
  const judgement judge_change = has_broker ? judge_brokered_mode : judge_mode;
  const struct {
    int call;
    judgement judge;
    uint32_t argument;
  } modes[] = {
      {SYS_fchmod, judge_change, 1}, {SYS_fchmodat, judge_change, 2}, {NR_fchmodat2, judge_change, 2},
      {SYS_mknodat, judge_mode, 2},  {SYS_openat, judge_open, 2},
#if defined(__x86_64__)
      {SYS_chmod, judge_change, 1},  {SYS_creat, judge_mode, 1},      {SYS_mknod, judge_mode, 1},
      {SYS_open, judge_open, 1},
#endif
  };
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
    add_judgement(rules, modes[i].call, modes[i].judge, modes[i].argument);
  add_rule(rules, NR_openat2, DENY(ENOSYS)); // its mode is behind a pointer; whoever uses it can do without
}

// A root command that gives a file away is told that it did.
static void collect_owner_rules(struct rules *rules) {
  static const int calls[] = {
      SYS_fchown, SYS_fchownat,
#if defined(__x86_64__)
      SYS_chown, SYS_lchown,
#endif
  };
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) add_rule(rules, calls[i], SECCOMP_RET_USER_NOTIF);
}

static void collect_tree_rules(struct rules *rules) {
  static const int calls[] = {
      SYS_renameat, SYS_renameat2, SYS_linkat,
#if defined(__x86_64__)
      SYS_rename, SYS_link,
#endif
  };
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) add_rule(rules, calls[i], SECCOMP_RET_USER_NOTIF);
}

enum { TYPE_MASK = 0xf };

// Datagram sockets of this family can name their receiver at every send, even when made by socketpair and already
// connected: one would reach the system log, the service manager, anything listening. Streams cannot.
static void answer_unix_type(struct program *program) {
  load_argument(program, 1);
  emit(program, BPF_ALU | BPF_AND | BPF_K, 0, 0, TYPE_MASK);
  answer_if_equal(program, SOCK_STREAM, SECCOMP_RET_ALLOW);
  answer_if_equal(program, SOCK_SEQPACKET, SECCOMP_RET_ALLOW);
  answer(program, DENY(EPERM));
}

// TCP, MPTCP and UDP; no raw sockets, no SCTP, no ping.
static void answer_inet_protocol(struct program *program) {
  static const uint32_t protocols[] = {0, 6, 17, 262};
  load_argument(program, 1);
  emit(program, BPF_ALU | BPF_AND | BPF_K, 0, 0, TYPE_MASK);
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, SOCK_STREAM);
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SOCK_DGRAM);
  answer(program, DENY(EPERM));
  load_argument(program, 2);
  for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
    answer_if_equal(program, protocols[i], SECCOMP_RET_ALLOW);
  answer(program, DENY(EPERM));
}

static void answer_netlink(struct program *program) {
  load_argument(program, 2);
  answer_if_equal(program, 0, SECCOMP_RET_ALLOW); // NETLINK_ROUTE: getifaddrs; changing anything needs a capability
  answer(program, DENY(EPERM));
}

static void judge_family(struct program *program, int family, void (*judge)(struct program *)) {
  emit(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, (uint32_t)family);
  unsigned short test = (unsigned short)(program->length - 1);
  judge(program);
  program->code[test].jf = (uint8_t)(program->length - test - 1); // a dozen instructions
}

enum { WITH_UNIX = 1, WITH_INET = 2 };

static void judge_socket(struct program *program, uint32_t families) {
  load_argument(program, 0);
  if ((families & WITH_UNIX) != 0) judge_family(program, AF_UNIX, answer_unix_type);
  if ((families & WITH_INET) != 0) {
    judge_family(program, AF_INET, answer_inet_protocol);
    judge_family(program, AF_INET6, answer_inet_protocol);
  }
  judge_family(program, AF_NETLINK, answer_netlink);
  answer(program, DENY(EPERM));
}

static void judge_socketpair(struct program *program, uint32_t unused) {
  (void)unused;
  load_argument(program, 0);
  judge_family(program, AF_UNIX, answer_unix_type);
  answer(program, DENY(EPERM));
}

static void collect_rules(struct rules *rules, const struct seccomp_needs *needs) {
  const uint32_t namespaces = 0x7e020000; // mount, cgroup, uts, ipc, user, pid, net
  uint32_t families = (needs->allow_unix ? WITH_UNIX : 0U) | (needs->allow_inet ? WITH_INET : 0U);
  rules->count = 0;
  rules->overflow = false;
  add_judgement(rules, SYS_socket, judge_socket, families);
  add_judgement(rules, SYS_socketpair, judge_socketpair, 0);
  add_judgement(rules, SYS_ioctl, judge_ioctl, 0);
  add_judgement(rules, SYS_fcntl, judge_fcntl, 0);
  add_judgement(rules, SYS_clone, judge_flags, namespaces);
  add_judgement(rules, SYS_unshare, judge_flags, namespaces | 0x80); // and time, which clone cannot express
  add_rule(rules, NR_clone3, DENY(ENOSYS)); // its flags are behind a pointer; libc falls back to clone
  if (needs->allow_unix && needs->tells_denials) collect_write_rules(rules);
  collect_mode_rules(rules, needs->allow_unix);
  if (needs->allow_unix) add_rule(rules, SYS_connect, SECCOMP_RET_USER_NOTIF);
  if (needs->allow_unix && needs->is_root) collect_owner_rules(rules);
  if (needs->allow_unix && needs->has_layers) collect_tree_rules(rules);
  if (needs->allow_unix && needs->watches_starts) {
    add_rule(rules, SYS_execve, SECCOMP_RET_USER_NOTIF);
    add_rule(rules, SYS_execveat, SECCOMP_RET_USER_NOTIF);
  }
  for (size_t i = 0; i < sizeof always_denied / sizeof always_denied[0]; i++)
    add_rule(rules, always_denied[i], DENY(EPERM));
  for (size_t i = 0; !needs->landlock && i < sizeof denied_without_landlock / sizeof denied_without_landlock[0]; i++)
    add_rule(rules, denied_without_landlock[i], DENY(EPERM));
  if (needs->private_processes) return;
  for (size_t i = 0; i < sizeof denied_among_strangers / sizeof denied_among_strangers[0]; i++)
    add_rule(rules, denied_among_strangers[i], DENY(EPERM));
  for (size_t i = 0; i < sizeof own_process_only / sizeof own_process_only[0]; i++)
    add_judgement(rules, own_process_only[i].call, judge_own_process, own_process_only[i].argument);
}

static struct program program;
static struct seccomp_needs written_for;

void prepare_seccomp(const struct seccomp_needs *needs) {
  static struct rules rules;
  collect_rules(&rules, needs);
  assemble(&program, &rules, NATIVE_ARCH, NR_last_known);
  written_for = *needs;
}

static bool is_written_for(const struct seccomp_needs *needs) {
  return program.length > 0 && written_for.allow_inet == needs->allow_inet &&
         written_for.allow_unix == needs->allow_unix && written_for.private_processes == needs->private_processes &&
         written_for.landlock == needs->landlock && written_for.is_root == needs->is_root && written_for.has_layers == needs->has_layers &&
         written_for.watches_starts == needs->watches_starts && written_for.tells_denials == needs->tells_denials;
}

int restrict_with_seccomp(const struct seccomp_needs *needs, int *listener, struct failure *failure) {
  if (!is_written_for(needs)) prepare_seccomp(needs);
  if (program.overflow) return refuse(failure, STAGE_SANDBOX, 0, "Cannot build the system-call filter: too long");
  struct sock_fprog filter = {.len = program.length, .filter = program.code};
  // Once its call is being answered, only death interrupts the caller: a connect() must not happen twice.
  const unsigned int wait_killable = 1U << 5;
  unsigned int flags = needs->allow_unix ? SECCOMP_FILTER_FLAG_NEW_LISTENER | wait_killable : 0;
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (result < 0 && errno == EINVAL && needs->allow_unix)
    result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
  if (result < 0) {
    (void)refuse(failure, STAGE_SANDBOX, errno, "Cannot install the system-call filter");
    return advise(failure, "Use a kernel with CONFIG_SECCOMP_FILTER, and a container that permits seccomp(2)");
  }
  if (needs->allow_unix) *listener = (int)result;
  return 0;
}
