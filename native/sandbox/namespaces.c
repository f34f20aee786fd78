// Asks the kernel for namespaces, and when it says no, finds out who is behind it.
#include "sandbox/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool read_file(const char *path, char *text, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, text, room - 1);
  (void)close(fd);
  if (length < 0) return false;
  text[length] = '\0';
  return true;
}

static bool is_set_to(const char *path, unsigned long value) {
  char text[32];
  return read_file(path, text, sizeof text) && strtoul(text, NULL, 10) == value;
}

static int explain(int error, struct failure *failure) {
  const char *because = strerror(error);
  // What a full table or little memory refuses now it may grant in a moment: no reason to settle for less.
  bool is_lasting = error == EPERM || error == EACCES || error == ENOSYS || error == EINVAL;
  const char *cure = "A container must permit clone with new namespaces: --security-opt seccomp=unconfined, or a "
                     "profile that allows it";
  if (is_set_to("/proc/sys/user/max_user_namespaces", 0)) {
    because = "user namespaces are switched off (user.max_user_namespaces is 0)";
    is_lasting = true;
    cure = "Run `sysctl user.max_user_namespaces=15000`";
  } else if (is_set_to("/proc/sys/kernel/unprivileged_userns_clone", 0)) {
    because = "user namespaces are reserved for root (kernel.unprivileged_userns_clone is 0)";
    cure = "Run `sysctl kernel.unprivileged_userns_clone=1`";
  } else if (is_set_to("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1)) {
    because = "AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)";
    cure = "Run `cordon setup`, which gives the launcher an AppArmor profile, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`";
  } else if (error == ENOSPC || error == EUSERS) {
    because = "the limit of namespaces is reached";
    cure = "Raise the limits below /proc/sys/user";
  } else if (error == EPERM) {
    because = "this system forbids new user namespaces";
  }
  (void)refuse(failure, STAGE_SANDBOX, error, "Cannot make namespaces: %s", because);
  (void)advise(failure, "%s", cure);
  return is_lasting ? lack_namespaces(failure) : -1;
}

static pid_t fork_with(unsigned long flags) {
  return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0UL, 0UL, 0UL, 0UL);
}

pid_t fork_into_namespaces(bool *has_users, struct failure *failure) {
  *has_users = true;
  pid_t child = fork_with(CLONE_NEWPID | CLONE_NEWUSER);
  if (child >= 0) return child;
  int error = errno;
  // A privileged caller needs no user namespace; its privileges are dropped before the command all the same.
  *has_users = false;
  child = fork_with(CLONE_NEWPID);
  return child >= 0 ? child : (pid_t)explain(error, failure);
}

static int write_file(pid_t child, const char *name, const char *text, size_t length) {
  char path[64];
  (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)child, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t written = write(fd, text, length);
  int error = errno;
  (void)close(fd);
  errno = error;
  return written == (ssize_t)length ? 0 : -1;
}

// Every id this namespace knows, mapped to itself: `inside outside count` becomes `inside inside count`.
static size_t map_everything(const char *name, char *map, size_t room) {
  char known[2048], path[64];
  size_t used = 0;
  (void)snprintf(path, sizeof path, "/proc/self/%s", name);
  if (!read_file(path, known, sizeof known)) return 0;
  for (const char *line = known; *line != '\0';) {
    unsigned long fields[3]; // inside, outside, count
    for (size_t i = 0; i < 3; i++) {
      char *end;
      fields[i] = strtoul(line, &end, 10);
      if (end == line) return 0;
      line = end;
    }
    int length = snprintf(map + used, room - used, "%lu %lu %lu\n", fields[0], fields[0], fields[2]);
    if (length < 0 || (size_t)length >= room - used) return 0;
    used += (size_t)length;
    line += strcspn(line, "\n");
    if (*line == '\n') line++;
  }
  return used;
}

static int map_ids(pid_t child, const char *name, unsigned id) {
  char map[2048];
  size_t length = geteuid() == 0 ? map_everything(name, map, sizeof map) : 0;
  if (length > 0 && write_file(child, name, map, length) == 0) return 0;
  int single = snprintf(map, sizeof map, "%u %u 1\n", id, id);
  return write_file(child, name, map, (size_t)single);
}

static int fail_to_map(const char *whom, struct failure *failure) {
  int error = errno;
  (void)refuse(failure, STAGE_SANDBOX, error, "Cannot map the %s into the sandbox", whom);
  return error == EPERM || error == EACCES ? lack_namespaces(failure) : -1;
}

int map_users(pid_t child, struct failure *failure) {
  if (map_ids(child, "uid_map", (unsigned)geteuid()) != 0) return fail_to_map("user", failure);
  if (map_ids(child, "gid_map", (unsigned)getegid()) == 0) return 0;
  // Without privilege a group map needs setgroups given up first: groups may be what denies access.
  if (write_file(child, "setgroups", "deny", 4) != 0 || map_ids(child, "gid_map", (unsigned)getegid()) != 0)
    return fail_to_map("group", failure);
  return 0;
}

int bring_up_loopback(struct failure *failure) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  memcpy(request.ifr_name, "lo", 3);
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 && errno == EAFNOSUPPORT) return 0; // a kernel without IPv4 has no loopback to miss
  bool up = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;
  if (up) {
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP | IFF_RUNNING);
    up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  }
  int error = errno;
  if (fd >= 0) (void)close(fd);
  return up ? 0 : refuse(failure, STAGE_SANDBOX, error, "Cannot bring up the sandbox's loopback interface");
}

int enter_empty_namespaces(enum network_kind network, struct failure *failure) {
  bool is_own = network == NETWORK_OF_ITS_OWN;
  if (unshare(CLONE_NEWIPC | CLONE_NEWUTS | (is_own ? CLONE_NEWNET : 0)) != 0) return explain(errno, failure);
  return is_own ? bring_up_loopback(failure) : 0;
}

int enter_copied_namespaces(struct failure *failure) {
  return unshare(CLONE_NEWNS | CLONE_NEWCGROUP) == 0 ? 0 : explain(errno, failure);
}
