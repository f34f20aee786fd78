// The address is read once, and what was found there is what is connected to.
#include "sandbox/connect_broker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "evidence/tell.h"
#include "sandbox/find_listener.h"
#include "sandbox/roots.h"

struct address {
  union {
    struct sockaddr any;
    struct sockaddr_un unix_path;
    struct sockaddr_storage storage;
  } as;
  socklen_t length;
};

struct call {
  const struct waiting_call *waiting;
  const struct connect_rules *rules;
  int number;  // the caller's descriptor
  int socket;  // our copy of it
  int domain, type;
  bool blocks, closes_on_exec;
  struct address address;
};

static void answer(const struct call *call, int error) {
  answer_call(call->waiting, error);
}

static bool read_flags(struct call *call) {
  char file[32];
  unsigned long flags;
  (void)snprintf(file, sizeof file, "fdinfo/%d", call->number);
  if (!read_caller_field(call->waiting, file, "flags:", 8, &flags)) return false;
  call->blocks = (flags & O_NONBLOCK) == 0;
  call->closes_on_exec = (flags & O_CLOEXEC) != 0;
  return true;
}

static int copy_address(struct call *call, uint64_t where, uint64_t length) {
  if ((int)length < 0 || length > sizeof call->address.as) return EINVAL;
  memset(&call->address, 0, sizeof call->address);
  call->address.length = (socklen_t)length;
  return length == 0 ? 0 : copy_memory(call->waiting, where, &call->address.as, (size_t)length);
}

// Fills in what is known about the call; an errno for the caller, or 0.
static int look_closely(struct call *call) {
  const uint64_t *arguments = call->waiting->arguments;
  socklen_t size = sizeof call->domain;
  call->number = (int)arguments[0];
  call->socket = copy_descriptor(call->waiting, call->number);
  if (call->socket < 0) return errno == EBADF ? EBADF : EPERM;
  if (getsockopt(call->socket, SOL_SOCKET, SO_DOMAIN, &call->domain, &size) != 0) return errno;
  size = sizeof call->type;
  if (getsockopt(call->socket, SOL_SOCKET, SO_TYPE, &call->type, &size) != 0) return errno;
  if (!read_flags(call)) return EBADF;
  return copy_address(call, arguments[1], arguments[2] & 0xffffffff);
}

// Finds the socket's inode the way the caller's own connect() would have: from its directory, links followed.
static int find_socket(const struct call *call, int *place) {
  char path[sizeof call->address.as.unix_path.sun_path + 1];
  size_t room = call->address.length - offsetof(struct sockaddr_un, sun_path);
  if (room >= sizeof path) return EINVAL;
  memcpy(path, call->address.as.unix_path.sun_path, room);
  path[room] = '\0';
  int base = open_working_directory(call->waiting);
  if (base < 0) return EACCES;
  // "Self" is the caller, not this process: long socket names are often spelled /proc/self/fd/3/name.
  static const char self[] = "/proc/self/";
  char whole[sizeof path + 32];
  bool is_own = strncmp(path, self, sizeof self - 1) == 0;
  if (is_own) (void)snprintf(whole, sizeof whole, "/proc/%d/%s", (int)call->waiting->thread, path + sizeof self - 1);
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
      .id = call->waiting->id,
      .flags = SECCOMP_ADDFD_FLAG_SETFD,
      .srcfd = (uint32_t)connected,
      .newfd = (uint32_t)call->number,
      .newfd_flags = call->closes_on_exec ? O_CLOEXEC : 0,
  };
  if (fcntl(connected, F_SETFL, call->blocks ? 0 : O_NONBLOCK) != 0) return EPERM;
  return ioctl(call->waiting->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &request) >= 0 ? 0 : EPERM;
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
  if (!call->rules->private_network && !is_one_of_us(fresh)) return EACCES;
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

// The same name below the layer that it was found in, or -1.
static int open_below_layer(const struct connect_rules *rules, int place) {
  char link[32], path[PATH_MAX];
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", place);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return -1;
  path[length] = '\0';
  for (size_t i = 0; i < rules->policy->root_count; i++) {
    const char *root = rules->policy->roots[i].path;
    size_t before = strlen(root);
    if (rules->lower_fds[i] >= 0 && strncmp(path, root, before) == 0 && path[before] == '/')
      return open_exact(rules->lower_fds[i], path + before + 1);
  }
  return -1;
}

// A layer shows a socket that a neighbour bound in the root itself, but nobody is bound to what it shows.
static int find_answer(const struct call *call, int *place) {
  enum listeners_allowed allowed =
      call->rules->private_network ? LISTENERS_OF_OUR_NETWORK : LISTENERS_OF_OUR_PROCESSES;
  int error = find_listener(*place, allowed);
  int below = error == ECONNREFUSED ? open_below_layer(call->rules, *place) : -1;
  if (below < 0) return error;
  (void)close(*place);
  *place = below;
  return find_listener(below, allowed);
}

// A socket of the read-only tree. Told where the caller could have knocked but for the sandbox.
static void tell_closed_socket(const struct call *call, int place) {
  char link[32], path[PATH_MAX];
  const struct evidence *evidence = call->rules->evidence;
  if (evidence == NULL || !command_may(evidence->bounds.kept, place, W_OK)) return;
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", place);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = '\0';
  tell_connection(call->rules->evidence, call->waiting, RESTRICT_UNIX_SOCKETS, BY_CONNECT_RULE, path);
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
  else if (call->address.as.unix_path.sun_path[0] == '\0') error = call->rules->private_network ? 0 : ECONNREFUSED;
  else {
    error = find_socket(call, &place);
    if (error == EACCES && place >= 0) tell_closed_socket(call, place);
    if (error == 0) error = find_answer(call, &place);
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

static bool write_address(const struct address *address, char text[static 80]) {
  char host[INET6_ADDRSTRLEN];
  const struct sockaddr_in *four = (const struct sockaddr_in *)&address->as.storage;
  const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address->as.storage;
  bool is_four = address->as.any.sa_family == AF_INET && address->length >= sizeof *four;
  bool is_six = address->as.any.sa_family == AF_INET6 && address->length >= sizeof *six;
  unsigned port = is_four ? ntohs(four->sin_port) : is_six ? ntohs(six->sin6_port) : 0;
  if (port == 0) return false; // nobody is meant: how libraries sort addresses
  const void *number = is_four ? (const void *)&four->sin_addr : (const void *)&six->sin6_addr;
  if (inet_ntop(address->as.any.sa_family, number, host, sizeof host) == NULL) return false;
  (void)snprintf(text, 80, is_six ? "[%s]:%u" : "%s:%u", host, port);
  return true;
}

// A private network knows no way out. A datagram socket finds that out without sending anything.
static void tell_unreachable(const struct call *call) {
  char text[80];
  const struct address *address = &call->address;
  if (call->rules->evidence == NULL || !call->rules->private_network || !write_address(address, text)) return;
  int probe = socket(address->as.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  if (connect(probe, &address->as.any, address->length) != 0 && errno == ENETUNREACH)
    tell_connection(call->rules->evidence, call->waiting, RESTRICT_NETWORK, BY_NETWORK_NAMESPACE, text);
  (void)close(probe);
}

// Internet sockets need no second look: where they can go was settled when the network was.
static void connect_directly(const struct call *call) {
  tell_unreachable(call);
  pid_t waiter = call->blocks ? fork() : -1;
  if (waiter > 0) return;
  bool may_wait = !call->blocks || waiter == 0;
  answer(call, may_wait ? connect_socket(call) : connect_without_waiting(call));
  if (waiter == 0) _exit(0);
}

void serve_connect(const struct waiting_call *waiting, const struct connect_rules *rules) {
  struct call call = {.waiting = waiting, .rules = rules, .socket = -1};
  int error = look_closely(&call);
  // Everything above was read by number: only a call that still waits proves that the number was still its caller's.
  if (!is_waiting(waiting)) error = EINTR;
  if (error != 0) answer(&call, error);
  else if (call.domain == AF_UNIX) connect_unix(&call);
  else connect_directly(&call);
  if (call.socket >= 0) (void)close(call.socket);
}
