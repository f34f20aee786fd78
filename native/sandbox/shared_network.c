// A namespace lives as long as something holds it: here descriptors do, and no process. They are joined by a process that
// ends at once, because whoever joins a user namespace cannot go back.
#include "sandbox/shared_network.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/mounts.h"
#include "sandbox/namespaces.h"

// From the process that makes the namespaces to the one that keeps them.
enum { MADE_NOTHING = 0, MADE_NETWORK = 1, MADE_MOUNTS = 2 };

bool has_shared_network(const struct shared_network *shared) {
  return shared->network >= 0;
}

void close_shared_network(struct shared_network *shared) {
  int *const parts[] = {&shared->network, &shared->users, &shared->mounts};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (*parts[i] >= 0) (void)close(*parts[i]);
    *parts[i] = -1;
  }
}

static pid_t clone_with(unsigned long flags) {
  return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0UL, 0UL, 0UL, 0UL);
}

// A /sys shows the network of whoever mounted it, and mounting one asks for power over that network. Nothing else of the
// host's mounts stays in the namespace: a copy kept for long would keep what the host wants to unmount.
static bool make_kernel_view(void) {
  const unsigned long limits = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount_fresh("sysfs", "/sys", limits, NULL) == 0 && chdir("/sys") == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
         umount2(".", MNT_DETACH) == 0;
}

static _Noreturn void make(int keeper, bool has_users) {
  struct failure failure;
  unsigned char made = MADE_NOTHING;
  // It is a copy of a process that nobody may look into, and has to be looked into now: it keeps nothing worth seeing.
  if (dup2(keeper, 3) == 3 && syscall(SYS_close_range, 4U, ~0U, 0U) == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 &&
      bring_up_loopback(&failure) == 0)
    made = MADE_NETWORK | (has_users && make_kernel_view() ? MADE_MOUNTS : 0);
  (void)send(3, &made, 1, MSG_NOSIGNAL);
  (void)recv(3, &made, 1, 0); // until everything is held
  _exit(0);
}

static int open_namespace(pid_t process, const char *name) {
  char path[64];
  (void)snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)process, name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

static void keep(struct shared_network *shared, pid_t maker, bool has_users, unsigned char made) {
  struct failure failure;
  failure.error = EPERM;
  if ((made & MADE_NETWORK) == 0 || (has_users && map_users(maker, &failure) != 0)) {
    shared->error = failure.error;
    return;
  }
  shared->network = open_namespace(maker, "net");
  shared->error = shared->network < 0 ? errno : 0;
  if (has_users) shared->users = open_namespace(maker, "user");
  if (has_users && shared->users < 0) shared->error = errno;
  if ((made & MADE_MOUNTS) != 0) shared->mounts = open_namespace(maker, "mnt");
  if (shared->network < 0 || (has_users && shared->users < 0)) close_shared_network(shared);
}

void make_shared_network(struct shared_network *shared) {
  int ends[2];
  *shared = (struct shared_network){-1, -1, -1, 0};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    shared->error = errno;
    return;
  }
  bool has_users = true;
  pid_t maker = clone_with(CLONE_NEWUSER | CLONE_NEWNET);
  if (maker < 0) {
    has_users = false;
    maker = clone_with(CLONE_NEWNET);
  }
  if (maker < 0) shared->error = errno;
  if (maker == 0) make(ends[1], has_users);
  (void)close(ends[1]);
  unsigned char made = MADE_NOTHING;
  if (maker > 0 && recv(ends[0], &made, 1, 0) >= 0) keep(shared, maker, has_users, made);
  (void)close(ends[0]);
  while (maker > 0 && waitpid(maker, NULL, __WALL) < 0 && errno == EINTR) continue;
}

static bool send_order(int orders, unsigned char order, int attached) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&order, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (attached >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &attached, sizeof attached);
  }
  return sendmsg(orders, &message, MSG_NOSIGNAL) == 1;
}

static int copy_kernel_view(const struct shared_network *shared) {
  if (shared->mounts < 0 || setns(shared->mounts, CLONE_NEWNS) != 0) return -1;
  int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int copy = top < 0 ? -1 : clone_mount(top);
  if (top >= 0) (void)close(top);
  return copy;
}

// Its parent's memory is this process's, and its parent sleeps.
// -1 with errno.
static pid_t join_and_fork(const struct shared_network *shared, int orders, unsigned char order) {
  struct failure failure;
  bool has_users = shared->users >= 0;
  if (has_users && setns(shared->users, CLONE_NEWUSER) != 0) return -1;
  if (setns(shared->network, CLONE_NEWNET) != 0) return -1;
  pid_t child = clone_with(CLONE_PARENT | CLONE_NEWPID | (has_users ? CLONE_NEWUSER : 0));
  if (child <= 0) return child;
  if ((!has_users || map_users(child, &failure) == 0) && send_order(orders, order, copy_kernel_view(shared))) return child;
  int error = errno;
  (void)kill(child, SIGKILL);
  errno = error;
  return -child;
}

pid_t fork_into_shared_network(const struct shared_network *shared, int orders, unsigned char order) {
  volatile pid_t child = -1;
  volatile int error = 0;
  pid_t joiner = vfork();
  if (joiner == 0) {
    pid_t forked = join_and_fork(shared, orders, order);
    if (forked == 0) return 0; // with memory of its own
    error = errno;
    child = forked;
    _exit(0);
  }
  if (joiner < 0) error = errno;
  while (joiner > 0 && waitpid(joiner, NULL, __WALL) < 0 && errno == EINTR) continue;
  if (joiner < 0 || child > 0) return joiner < 0 ? -1 : child;
  // What began and cannot go on is nobody's to collect but ours.
  while (child < -1 && waitpid(-child, NULL, __WALL) < 0 && errno == EINTR) continue;
  errno = error;
  return -1;
}

bool wait_for_order(int orders, unsigned char order, int *kernel_view) {
  unsigned char got_order = 0;
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&got_order, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
  ssize_t got;
  *kernel_view = -1;
  while ((got = recvmsg(orders, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
  if (got != 1 || got_order != order) return false;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(kernel_view, CMSG_DATA(header), sizeof *kernel_view);
  return true;
}
