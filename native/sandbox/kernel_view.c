// File systems made of kernel data. Both are read-only twice: Landlock says so, and the mount.
#include "sandbox/kernel_view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sandbox/mounts.h"

static int fail(struct failure *failure, const char *what) {
  int error = errno;
  return refuse(failure, STAGE_SANDBOX, error, "Cannot %s: %s", what, strerror(error));
}

static int fail_at(struct failure *failure, const char *what, const char *path) {
  int error = errno;
  return refuse(failure, STAGE_SANDBOX, error, "Cannot %s %s: %s", what, path, strerror(error));
}

static bool write_setting(int proc, const char *path, uint64_t value) {
  char text[24];
  int length = snprintf(text, sizeof text, "%lu", (unsigned long)value);
  int file = openat(proc, path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t written;
  while ((written = write(file, text, (size_t)length)) < 0 && errno == EINTR) continue;
  (void)close(file);
  return written == length;
}

bool can_bound_processes(void) {
  struct utsname system;
  if (uname(&system) != 0) return false;
  char *end;
  unsigned long major = strtoul(system.release, &end, 10), minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
  return major > 6 || (major == 6 && minor >= 14);
}

// A process that gets no number is not made: that holds for root, too, whom RLIMIT_NPROC does not count. Once it has
// given out 300, the kernel keeps to the numbers from there on, so they alone are how many there can be. False where
// the limit is not held: before Linux 6.14 the largest number is the host's.
static bool bound_processes(int proc, uint64_t limit) {
  enum { FIRST_NUMBER = 300, MOST = 4000000 };
  if (!can_bound_processes()) return false;
  uint64_t count = limit < 1 ? 1 : limit > MOST ? MOST : limit;
  // Without CONFIG_CHECKPOINT_RESTORE the first three hundred come on top until they were used once.
  bool is_exact = write_setting(proc, "sys/kernel/ns_last_pid", FIRST_NUMBER);
  return write_setting(proc, "sys/kernel/pid_max", FIRST_NUMBER + count) && is_exact;
}

// /proc/sys obeys uid 0, not capabilities: a root caller's sandbox needs it read-only by the mount as well.
static int mount_proc(const struct policy *policy, bool *bounds_processes, struct failure *failure) {
  const uint64_t limits = MOUNT_NO_SUID | MOUNT_NO_DEVICES | MOUNT_NO_EXEC;
  int proc = new_mount("proc", NULL, limits);
  bool is_withheld = proc < 0 && (errno == EPERM || errno == EACCES);
  *bounds_processes = proc >= 0 && policy->has_limit[LIMIT_PROCESSES] &&
                      bound_processes(proc, policy->limit[LIMIT_PROCESSES]);
  if (proc < 0 || set_attributes(proc, limits | MOUNT_READ_ONLY, false) != 0 || attach_at(proc, "/proc") != 0) {
    (void)fail(failure, "mount /proc for the sandbox's own processes");
    (void)advise(failure, "A container that masks parts of /proc forbids this: run it with an unmasked /proc");
    return is_withheld ? lack_namespaces(failure) : -1;
  }
  (void)close(proc);
  return 0;
}

// What the kernel tells about the host and its user in /proc, whoever mounted it.
static int hide_kernel_files(int unreadable, struct failure *failure) {
  static const char *const files[] = {"/proc/keys", "/proc/timer_list", "/proc/kcore"};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    int place = open(files[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (place < 0) continue;
    if (cover_file(unreadable, place) != 0) return fail_at(failure, "hide", files[i]);
    (void)close(place);
  }
  return 0;
}

// /sys shows the network of whoever mounted it. A private network gets a /sys of its own, with the host's control
// groups in it, because programs size themselves by those. Where that is forbidden, the interfaces are hidden.
int copy_control_groups(struct kernel_copies *copies, const struct policy *policy, struct failure *failure) {
  copies->groups = -1;
  if (policy->network) return 0;
  int place = open("/sys/fs/cgroup", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place < 0) return 0;
  copies->groups = clone_mount(place);
  (void)close(place);
  return copies->groups >= 0 ? 0 : fail(failure, "copy /sys/fs/cgroup");
}

static bool mount_own_sys(const struct kernel_copies *copies) {
  if (copies->shared < 0) return mount_fresh("sysfs", "/sys", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
  bool mounted = attach_at(copies->shared, "/sys") == 0;
  (void)close(copies->shared);
  return mounted;
}

static int mount_sys(const struct kernel_copies *copies, const struct policy *policy, struct failure *failure) {
  const uint64_t limits = MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES | MOUNT_NO_EXEC;
  if (policy->network) return 0;
  if (mount_own_sys(copies)) {
    if (copies->groups < 0) return 0;
    int result = set_attributes(copies->groups, limits, true) == 0
                     ? attach_at(copies->groups, "/sys/fs/cgroup")
                     : -1;
    (void)close(copies->groups);
    return result == 0 ? 0 : fail(failure, "mount /sys/fs/cgroup");
  }
  static const char *const tellers[] = {"/sys/class/net", "/sys/devices/virtual/net"};
  for (size_t i = 0; i < sizeof tellers / sizeof tellers[0]; i++) {
    int place = open(tellers[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place < 0) continue;
    if (cover_directory(place) != 0) return fail_at(failure, "hide", tellers[i]);
    (void)close(place);
  }
  return 0;
}

int mount_kernel_views(struct kernel_copies *copies, const struct policy *policy, int unreadable,
                       bool *bounds_processes, struct failure *failure) {
  if (mount_proc(policy, bounds_processes, failure) != 0 || mount_sys(copies, policy, failure) != 0) return -1;
  return hide_kernel_files(unreadable, failure);
}
