// Nothing here trusts what the caller can still change: not the memory the address was in, not the descriptor's
// number, not the path. The calling thread sleeps until the answer is sent.
#include "sandbox/connect_broker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { NR_pidfd_open = 434, NR_pidfd_getfd = 438 };

struct address {
  union {
    struct sockaddr any;
    struct sockaddr_un unix_path;
    struct sockaddr_storage storage;
  } as;
  socklen_t length;
};

struct call {
  int listener;
  bool private_network;
  uint64_t id;
  pid_t thread;
  int number;  // the caller's descriptor
  int socket;  // our copy of it
  int domain, type;
  bool blocks, closes_on_exec;
  struct address address;
};

int receive_listener(int socket) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  char byte;
  struct iovec part = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t got;
  while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
  struct cmsghdr *header = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -1;
  int listener;
  memcpy(&listener, CMSG_DATA(header), sizeof listener);
  return listener;
}

static bool is_waiting(const struct call *call) {
  uint64_t id = call->id;
  return ioctl(call->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

static void answer(const struct call *call, int error) {
  struct seccomp_notif_resp response = {.id = call->id, .val = 0, .error = -error, .flags = 0};
  (void)ioctl(call->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

// What follows `label` in a file of the kernel's own making.
static bool read_field(const char *path, const char *label, int base, unsigned long *value) {
  char text[1024];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, text, sizeof text - 1);
  (void)close(fd);
  if (length <= 0) return false;
  text[length] = '\0';
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, label, strlen(label)) != 0) continue;
    char *end;
    *value = strtoul(line + strlen(label), &end, base);
    return end != line + strlen(label);
  }
  return false;
}

// A process descriptor wants the number of the process, not of one of its threads.
static pid_t process_of(pid_t thread) {
  char path[64];
  unsigned long process;
  (void)snprintf(path, sizeof path, "/proc/%d/status", (int)thread);
  return read_field(path, "Tgid:", 10, &process) ? (pid_t)process : -1;
}

static int copy_socket(const struct call *call) {
  int process = (int)syscall(NR_pidfd_open, call->thread, 0);
  if (process < 0) process = (int)syscall(NR_pidfd_open, process_of(call->thread), 0);
  if (process < 0) return -1;
  int copy = (int)syscall(NR_pidfd_getfd, process, call->number, 0);
  int error = errno;
  (void)close(process);
  errno = error;
  return copy;
}

static bool read_flags(struct call *call) {
  char path[64];
  unsigned long flags;
  (void)snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)call->thread, call->number);
  if (!read_field(path, "flags:", 8, &flags)) return false;
  call->blocks = (flags & O_NONBLOCK) == 0;
  call->closes_on_exec = (flags & O_CLOEXEC) != 0;
  return true;
}

static int copy_address(struct call *call, uint64_t where, uint64_t length) {
  if ((int)length < 0 || length > sizeof call->address.as) return EINVAL;
  memset(&call->address, 0, sizeof call->address);
  call->address.length = (socklen_t)length;
  if (length == 0) return 0;
  struct iovec here = {&call->address.as, (size_t)length};
  struct iovec there = {(void *)(uintptr_t)where, (size_t)length};
  return process_vm_readv(call->thread, &here, 1, &there, 1, 0) == (ssize_t)length ? 0 : EFAULT;
}

// Fills in what is known about the call; an errno for the caller, or 0.
static int look_closely(struct call *call, const struct seccomp_notif *notice) {
  socklen_t size = sizeof call->domain;
  call->number = (int)notice->data.args[0];
  call->socket = copy_socket(call);
  if (call->socket < 0) return errno == EBADF ? EBADF : EPERM;
  if (getsockopt(call->socket, SOL_SOCKET, SO_DOMAIN, &call->domain, &size) != 0) return errno;
  size = sizeof call->type;
  if (getsockopt(call->socket, SOL_SOCKET, SO_TYPE, &call->type, &size) != 0) return errno;
  if (!read_flags(call)) return EBADF;
  return copy_address(call, notice->data.args[1], notice->data.args[2] & 0xffffffff);
}

// Finds the socket's inode the way the caller's own connect() would have: from its directory, links followed.
static int find_socket(const struct call *call, int *place) {
  char path[sizeof call->address.as.unix_path.sun_path + 1], directory[64];
  size_t room = call->address.length - offsetof(struct sockaddr_un, sun_path);
  if (room >= sizeof path) return EINVAL;
  memcpy(path, call->address.as.unix_path.sun_path, room);
  path[room] = '\0';
  (void)snprintf(directory, sizeof directory, "/proc/%d/cwd", (int)call->thread);
  int base = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0) return EACCES;
  // "Self" is the caller, not this process: long socket names are often spelled /proc/self/fd/3/name.
  static const char self[] = "/proc/self/";
  char whole[sizeof path + 32];
  bool is_own = strncmp(path, self, sizeof self - 1) == 0;
  if (is_own) (void)snprintf(whole, sizeof whole, "/proc/%d/%s", (int)call->thread, path + sizeof self - 1);
  else (void)snprintf(whole, sizeof whole, "%s", path);
  *place = openat(base, whole, O_PATH | O_CLOEXEC);
  int error = errno;
  (void)close(base);
  if (*place < 0) return error;
  struct stat status;
  struct statvfs file_system;
  if (fstat(*place, &status) != 0 || !S_ISSOCK(status.st_mode)) return ECONNREFUSED;
  // Sockets in the read-only tree are never ours: do not even knock.
  if (fstatvfs(*place, &file_system) != 0 || (file_system.f_flag & ST_RDONLY) != 0) return EACCES;
  return 0;
}

// The pid of a process outside of our pid namespace reads as 0.
static bool is_one_of_us(int connected) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt(connected, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0;
}

// Puts our connected socket where the caller's unconnected one was.
static int hand_over(const struct call *call, int connected) {
  struct seccomp_notif_addfd request = {
      .id = call->id,
      .flags = SECCOMP_ADDFD_FLAG_SETFD,
      .srcfd = (uint32_t)connected,
      .newfd = (uint32_t)call->number,
      .newfd_flags = call->closes_on_exec ? O_CLOEXEC : 0,
  };
  if (fcntl(connected, F_SETFL, call->blocks ? 0 : O_NONBLOCK) != 0) return EPERM;
  return ioctl(call->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &request) >= 0 ? 0 : EPERM;
}

static int dial(int fresh, const struct sockaddr *address, socklen_t length) {
  while (connect(fresh, address, length) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

// A fresh socket makes the connection: the caller's own would be in its hands before we know who answers.
static int connect_fresh(const struct call *call, int fresh, const struct sockaddr *address, socklen_t length) {
  int error = dial(fresh, address, length);
  if (error != 0) return error;
  if (!is_one_of_us(fresh)) return EACCES;
  return hand_over(call, fresh);
}

static void finish_fresh(const struct call *call, int fresh, const struct sockaddr *address, socklen_t length) {
  int error = connect_fresh(call, fresh, address, length);
  if (error == EAGAIN && call->blocks) {
    // The other side's queue is full: somebody has to wait, and it must not be this process.
    pid_t waiter = fork();
    if (waiter > 0) return;
    if (waiter == 0) {
      bool blocking = fcntl(fresh, F_SETFL, 0) == 0;
      answer(call, blocking ? connect_fresh(call, fresh, address, length) : EAGAIN);
      _exit(0);
    }
  }
  answer(call, error);
}

static void connect_unix(const struct call *call) {
  struct sockaddr_un by_descriptor = {.sun_family = AF_UNIX};
  const struct sockaddr *address = &call->address.as.any;
  socklen_t length = call->address.length;
  struct sockaddr_storage ignored;
  socklen_t size = sizeof ignored;
  int place = -1, error = 0;
  if (length <= offsetof(struct sockaddr_un, sun_path) || address->sa_family != AF_UNIX) error = EINVAL;
  else if (getpeername(call->socket, (struct sockaddr *)&ignored, &size) == 0) error = EISCONN;
  else if (call->address.as.unix_path.sun_path[0] == '\0') error = call->private_network ? 0 : ECONNREFUSED;
  else {
    error = find_socket(call, &place);
    int written = snprintf(by_descriptor.sun_path, sizeof by_descriptor.sun_path, "/proc/self/fd/%d", place);
    address = (const struct sockaddr *)&by_descriptor;
    length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)written + 1);
  }
  int fresh = error == 0 ? socket(AF_UNIX, call->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
  if (error == 0 && fresh < 0) error = errno;
  if (error != 0) answer(call, error);
  else finish_fresh(call, fresh, address, length);
  if (fresh >= 0) (void)close(fresh);
  if (place >= 0) (void)close(place);
}

static int connect_socket(const struct call *call) {
  return connect(call->socket, &call->address.as.any, call->address.length) == 0 ? 0 : errno;
}

// Where no process can be made nobody can wait for long: this one serves everybody. Loopback answers at once.
static int connect_without_waiting(const struct call *call) {
  enum { MOMENT_MS = 20 };
  int flags = fcntl(call->socket, F_GETFL);
  if (flags < 0 || fcntl(call->socket, F_SETFL, flags | O_NONBLOCK) != 0) return EAGAIN;
  int error = connect_socket(call);
  if (error == EINPROGRESS) {
    struct pollfd entry = {.fd = call->socket, .events = POLLOUT};
    error = poll(&entry, 1, MOMENT_MS) == 1 ? connect_socket(call) : EAGAIN;
  }
  (void)fcntl(call->socket, F_SETFL, flags);
  return error == EALREADY ? EAGAIN : error;
}

// Internet sockets need no second look: where they can go was settled when the network was.
static void connect_directly(const struct call *call) {
  pid_t waiter = call->blocks ? fork() : -1;
  if (waiter > 0) return;
  bool may_wait = !call->blocks || waiter == 0;
  answer(call, may_wait ? connect_socket(call) : connect_without_waiting(call));
  if (waiter == 0) _exit(0);
}

void serve_connect(int listener, bool private_network) {
  struct seccomp_notif notice;
  memset(&notice, 0, sizeof notice);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) return;
  struct call call = {
      .listener = listener,
      .private_network = private_network,
      .id = notice.id,
      .thread = (pid_t)notice.pid,
      .socket = -1,
  };
  int error = look_closely(&call, &notice);
  // Everything above was read by number: only a call that still waits proves that the number was still its caller's.
  if (!is_waiting(&call)) error = EINTR;
  if (error != 0) answer(&call, error);
  else if (call.domain == AF_UNIX) connect_unix(&call);
  else connect_directly(&call);
  if (call.socket >= 0) (void)close(call.socket);
}
