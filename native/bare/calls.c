// The system calls this program makes, under the names and with the promises of POSIX.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"

static int error_number;

int *__errno_location(void) {
  return &error_number;
}

static long give(long result) {
  if (result >= 0 || result < -4095) return result;
  error_number = (int)-result;
  return -1;
}

#define P(pointer) ((long)(uintptr_t)(pointer))
#define CALL6(n, a, b, c, d, e, f) give(call_kernel(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))
#define CALL5(n, a, b, c, d, e) CALL6(n, a, b, c, d, e, 0)
#define CALL4(n, a, b, c, d) CALL6(n, a, b, c, d, 0, 0)
#define CALL3(n, a, b, c) CALL6(n, a, b, c, 0, 0, 0)
#define CALL2(n, a, b) CALL6(n, a, b, 0, 0, 0, 0)
#define CALL1(n, a) CALL6(n, a, 0, 0, 0, 0, 0)

long syscall(long number, ...) {
  long words[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) words[i] = va_arg(list, long);
  va_end(list);
  return CALL6(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

// Processes.
_Noreturn void _exit(int status) {
  for (;;) (void)call_kernel(SYS_exit_group, status, 0, 0, 0, 0, 0);
}
pid_t fork(void) { return (pid_t)CALL5(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
#if defined(__x86_64__)
// The child returns first, over the parent's return address: that waits in a register.
__asm__(".text\n.globl vfork\n.type vfork,@function\nvfork:\n"
        "pop %rdx\nmov $58,%eax\nsyscall\npush %rdx\nmov %rax,%rdi\njmp give_pid\n");
#else
__asm__(".text\n.globl vfork\n.type vfork,%function\nvfork:\n"
        "mov x0,#0x4111\nmov x1,#0\nmov x2,#0\nmov x3,#0\nmov x4,#0\nmov x8,#220\nsvc 0\nb give_pid\n");
#endif
pid_t give_pid(long result) __attribute__((visibility("hidden")));
pid_t give_pid(long result) { return (pid_t)give(result); }
int execve(const char *path, char *const argv[], char *const env[]) {
  return (int)CALL3(SYS_execve, P(path), P(argv), P(env));
}
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  return (pid_t)CALL4(SYS_wait4, pid, P(status), options, P(usage));
}
pid_t waitpid(pid_t pid, int *status, int options) { return wait4(pid, status, options, NULL); }
pid_t getpid(void) { return (pid_t)call_kernel(SYS_getpid, 0, 0, 0, 0, 0, 0); }
pid_t getppid(void) { return (pid_t)call_kernel(SYS_getppid, 0, 0, 0, 0, 0, 0); }
uid_t geteuid(void) { return (uid_t)call_kernel(SYS_geteuid, 0, 0, 0, 0, 0, 0); }
gid_t getegid(void) { return (gid_t)call_kernel(SYS_getegid, 0, 0, 0, 0, 0, 0); }
int setpgid(pid_t pid, pid_t group) { return (int)CALL2(SYS_setpgid, pid, group); }
pid_t setsid(void) { return (pid_t)CALL1(SYS_setsid, 0); }
int kill(pid_t pid, int signal) { return (int)CALL2(SYS_kill, pid, signal); }
int unshare(int flags) { return (int)CALL1(SYS_unshare, flags); }
int prctl(int option, ...) {
  long words[4];
  va_list list;
  va_start(list, option);
  for (int i = 0; i < 4; i++) words[i] = va_arg(list, long);
  va_end(list);
  return (int)CALL5(SYS_prctl, option, words[0], words[1], words[2], words[3]);
}
ssize_t process_vm_readv(pid_t pid, const struct iovec *here, unsigned long here_count, const struct iovec *there,
                         unsigned long there_count, unsigned long flags) {
  return CALL6(SYS_process_vm_readv, pid, P(here), here_count, P(there), there_count, flags);
}

// Signals: the kernel's set is one word, at the start of the library's.
enum { SET_BYTES = 8 };
int sigemptyset(sigset_t *set) {
  memset(set, 0, sizeof *set);
  return 0;
}
int sigfillset(sigset_t *set) {
  memset(set, 0xff, sizeof *set);
  return 0;
}
int sigaddset(sigset_t *set, int signal) {
  *(uint64_t *)(void *)set |= UINT64_C(1) << (signal - 1);
  return 0;
}
int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  return (int)CALL4(SYS_rt_sigprocmask, how, P(set), P(old), SET_BYTES);
}
// For SIG_DFL and SIG_IGN only: a handler would need a way back.
int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  const struct {
    void (*handler)(int);
    unsigned long flags;
    void *restorer;
    uint64_t mask;
  } kernel = {.handler = action->sa_handler};
  if (old != NULL || (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN)) {
    error_number = ENOSYS;
    return -1;
  }
  return (int)CALL4(SYS_rt_sigaction, signal, P(&kernel), 0, SET_BYTES);
}
void (*signal(int number, void (*handler)(int)))(int) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  return sigaction(number, &action, NULL) == 0 ? SIG_DFL : SIG_ERR;
}
int signalfd(int fd, const sigset_t *set, int flags) {
  return (int)CALL4(SYS_signalfd4, fd, P(set), SET_BYTES, flags);
}

// Time.
int clock_gettime(clockid_t clock, struct timespec *time) { return (int)CALL2(SYS_clock_gettime, clock, P(time)); }
int nanosleep(const struct timespec *time, struct timespec *left) { return (int)CALL2(SYS_nanosleep, P(time), P(left)); }
int poll(struct pollfd *entries, nfds_t count, int milliseconds) {
  struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
  return (int)CALL5(SYS_ppoll, P(entries), count, milliseconds < 0 ? 0 : P(&time), 0, 0);
}

// Descriptors.
int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = (flags & O_CREAT) != 0 ? va_arg(list, int) : 0;
  va_end(list);
  return (int)CALL4(SYS_openat, AT_FDCWD, P(path), flags, mode);
}
int openat(int directory, const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = (flags & O_CREAT) != 0 ? va_arg(list, int) : 0;
  va_end(list);
  return (int)CALL4(SYS_openat, directory, P(path), flags, mode);
}
int close(int fd) { return (int)CALL1(SYS_close, fd); }
ssize_t read(int fd, void *bytes, size_t length) { return CALL3(SYS_read, fd, P(bytes), length); }
ssize_t write(int fd, const void *bytes, size_t length) { return CALL3(SYS_write, fd, P(bytes), length); }
ssize_t pread(int fd, void *bytes, size_t length, off_t at) { return CALL4(SYS_pread64, fd, P(bytes), length, at); }
int dup2(int from, int to) {
  if (from == to) return CALL3(SYS_fcntl, from, F_GETFD, 0) < 0 ? -1 : to;
  return (int)CALL3(SYS_dup3, from, to, 0);
}
int dup3(int from, int to, int flags) { return (int)CALL3(SYS_dup3, from, to, flags); }
int pipe2(int ends[2], int flags) { return (int)CALL2(SYS_pipe2, P(ends), flags); }
int pipe(int ends[2]) { return pipe2(ends, 0); }
int flock(int fd, int operation) { return (int)CALL2(SYS_flock, fd, operation); }
int fcntl(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  long word = va_arg(list, long);
  va_end(list);
  return (int)CALL3(SYS_fcntl, fd, command, word);
}
int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  long word = va_arg(list, long);
  va_end(list);
  return (int)CALL3(SYS_ioctl, fd, request, word);
}

// Files.
int fstat(int fd, struct stat *status) { return (int)CALL2(SYS_fstat, fd, P(status)); }
int fstatat(int directory, const char *path, struct stat *status, int flags) {
  return (int)CALL4(SYS_newfstatat, directory, P(path), P(status), flags);
}
int fstatvfs(int fd, struct statvfs *status) {
  struct statfs kernel;
  enum { FLAGS_ARE_VALID = 0x20 };
  if (CALL2(SYS_fstatfs, fd, P(&kernel)) != 0) return -1;
  memset(status, 0, sizeof *status);
  status->f_flag = (unsigned long)kernel.f_flags & ~(unsigned long)FLAGS_ARE_VALID;
  return 0;
}
int chdir(const char *path) { return (int)CALL1(SYS_chdir, P(path)); }
int mkdirat(int directory, const char *path, mode_t mode) { return (int)CALL3(SYS_mkdirat, directory, P(path), mode); }
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
int mknodat(int directory, const char *path, mode_t mode, dev_t device) {
  return (int)CALL4(SYS_mknodat, directory, P(path), mode, device);
}
int symlinkat(const char *target, int directory, const char *path) {
  return (int)CALL3(SYS_symlinkat, P(target), directory, P(path));
}
int linkat(int from, const char *path, int to, const char *name, int flags) {
  return (int)CALL5(SYS_linkat, from, P(path), to, P(name), flags);
}
int unlinkat(int directory, const char *path, int flags) { return (int)CALL3(SYS_unlinkat, directory, P(path), flags); }
ssize_t readlinkat(int directory, const char *path, char *text, size_t room) {
  return CALL4(SYS_readlinkat, directory, P(path), P(text), room);
}
ssize_t readlink(const char *path, char *text, size_t room) { return readlinkat(AT_FDCWD, path, text, room); }
int utimensat(int directory, const char *path, const struct timespec times[2], int flags) {
  return (int)CALL4(SYS_utimensat, directory, P(path), P(times), flags);
}
mode_t umask(mode_t mask) { return (mode_t)call_kernel(SYS_umask, (long)mask, 0, 0, 0, 0, 0); }
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data) {
  return (int)CALL5(SYS_mount, P(source), P(target), P(type), flags, P(data));
}
int umount2(const char *path, int flags) { return (int)CALL2(SYS_umount2, P(path), flags); }
int uname(struct utsname *name) { return (int)CALL1(SYS_uname, P(name)); }
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  return (void *)CALL6(SYS_mmap, P(address), length, protection, flags, fd, offset); // MAP_FAILED is -1
}
int munmap(void *address, size_t length) { return (int)CALL2(SYS_munmap, P(address), length); }

// Sockets.
int socket(int domain, int type, int protocol) { return (int)CALL3(SYS_socket, domain, type, protocol); }
int socketpair(int domain, int type, int protocol, int ends[2]) {
  return (int)CALL4(SYS_socketpair, domain, type, protocol, P(ends));
}
int bind(int fd, const struct sockaddr *address, socklen_t length) { return (int)CALL3(SYS_bind, fd, P(address), length); }
int listen(int fd, int backlog) { return (int)CALL2(SYS_listen, fd, backlog); }
int connect(int fd, const struct sockaddr *address, socklen_t length) {
  return (int)CALL3(SYS_connect, fd, P(address), length);
}
int getsockname(int fd, struct sockaddr *address, socklen_t *length) {
  return (int)CALL3(SYS_getsockname, fd, P(address), P(length));
}
int getpeername(int fd, struct sockaddr *address, socklen_t *length) {
  return (int)CALL3(SYS_getpeername, fd, P(address), P(length));
}
int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  return (int)CALL5(SYS_getsockopt, fd, level, name, P(value), P(length));
}
int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  return (int)CALL5(SYS_setsockopt, fd, level, name, P(value), length);
}
ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  return CALL6(SYS_sendto, fd, P(bytes), length, flags, 0, 0);
}
ssize_t recv(int fd, void *bytes, size_t length, int flags) {
  return CALL6(SYS_recvfrom, fd, P(bytes), length, flags, 0, 0);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) { return CALL3(SYS_sendmsg, fd, P(message), flags); }
ssize_t recvmsg(int fd, struct msghdr *message, int flags) { return CALL3(SYS_recvmsg, fd, P(message), flags); }

// Terminals: the kernel's structure is shorter than the library's.
struct kernel_termios {
  tcflag_t input, output, control, local;
  cc_t line, characters[19];
};
int tcgetattr(int fd, struct termios *state) {
  struct kernel_termios kernel;
  if (CALL3(SYS_ioctl, fd, TCGETS, P(&kernel)) < 0) return -1;
  memset(state, 0, sizeof *state);
  state->c_iflag = kernel.input;
  state->c_oflag = kernel.output;
  state->c_cflag = kernel.control;
  state->c_lflag = kernel.local;
  state->c_line = kernel.line;
  memcpy(state->c_cc, kernel.characters, sizeof kernel.characters);
  return 0;
}
int tcsetattr(int fd, int when, const struct termios *state) {
  struct kernel_termios kernel = {state->c_iflag, state->c_oflag, state->c_cflag, state->c_lflag, state->c_line, {0}};
  memcpy(kernel.characters, state->c_cc, sizeof kernel.characters);
  return (int)CALL3(SYS_ioctl, fd, TCSETS + when, P(&kernel));
}
int tcflow(int fd, int action) { return (int)CALL3(SYS_ioctl, fd, TCXONC, action); }
int tcsetpgrp(int fd, pid_t group) { return (int)CALL3(SYS_ioctl, fd, TIOCSPGRP, P(&group)); }
int isatty(int fd) {
  struct kernel_termios kernel;
  return CALL3(SYS_ioctl, fd, TCGETS, P(&kernel)) == 0;
}
