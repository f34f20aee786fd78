// Only version 2, and only where the parent already hands the controllers down: a group with processes of its own, such
// as the host's, cannot, so the new group is a sibling of the host's own more often than a child.
#include "sandbox/control_group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

static const char prefix[] = "cordon-";

static ssize_t read_text(int directory, const char *name, char *text, size_t room) {
  int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, text, room - 1);
  (void)close(fd);
  if (length >= 0) text[length] = '\0';
  return length;
}

static bool write_text(int directory, const char *name, const char *text) {
  int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  (void)close(fd);
  return written;
}

static bool write_value(int directory, const char *name, uint64_t value) {
  char text[24];
  (void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  return write_text(directory, name, text);
}

static bool has_word(const char *text, const char *word) {
  size_t length = strlen(word);
  for (const char *at = text; (at = strstr(at, word)) != NULL; at += length) {
    bool starts = at == text || at[-1] == ' ';
    if (starts && (at[length] == ' ' || at[length] == '\n' || at[length] == '\0')) return true;
  }
  return false;
}

enum { CGROUP2_MAGIC = 0x63677270 };

// The directory of this process's own group, or of the one above it.
static int open_own(bool above) {
  static const char *const mounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
  char text[PATH_MAX], path[PATH_MAX + 32];
  if (read_text(AT_FDCWD, "/proc/self/cgroup", text, sizeof text) <= 0) return -1;
  char *own = strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");
  if (own == NULL) return -1;
  own = strchr(own, '/');
  own[strcspn(own, "\n")] = '\0';
  if (above && own[1] == '\0') return -1;
  if (above) *strrchr(own, '/') = '\0';
  for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
    struct statfs system;
    (void)snprintf(path, sizeof path, "%s%s", mounts[i], own);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstatfs(fd, &system) == 0 && (unsigned long)system.f_type == CGROUP2_MAGIC) return fd;
    if (fd >= 0) (void)close(fd);
  }
  return -1;
}

static bool remove_group(int parent, int fd, const char *name) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 1000000};
  enum { TRIES = 200 };
  (void)write_text(fd, "cgroup.kill", "1"); // before Linux 5.14 an empty group is all that goes
  for (int tries = 0; tries < TRIES; tries++) {
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno != EBUSY) return true;
    (void)nanosleep(&pause, NULL);
  }
  return false;
}

// What killed runs left: a group of ours that nobody holds.
static void sweep(int parent) {
  int copy = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = copy < 0 ? NULL : fdopendir(copy);
  if (directory == NULL) {
    if (copy >= 0) (void)close(copy);
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0) continue;
    int fd = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) continue;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) (void)remove_group(parent, fd, entry->d_name);
    (void)close(fd);
  }
  (void)closedir(directory);
}

static bool make_group(struct control_group *group) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  (void)snprintf(group->name, sizeof group->name, "%s%d-%lx", prefix, (int)getpid(), (unsigned long)time.tv_nsec);
  if (mkdirat(group->parent, group->name, 0700) != 0) return false;
  group->fd = openat(group->parent, group->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return group->fd >= 0 && flock(group->fd, LOCK_EX | LOCK_NB) == 0;
}

static void set_bounds(struct control_group *group, const struct policy *policy) {
  // One more: process 1 of the sandbox is in it, too.
  if (policy->has_limit[LIMIT_PROCESSES])
    group->bounds[LIMIT_PROCESSES] = write_value(group->fd, "pids.max", policy->limit[LIMIT_PROCESSES] + 1);
  if (!policy->has_limit[LIMIT_MEMORY]) return;
  (void)write_value(group->fd, "memory.swap.max", 0); // no swap accounting: memory alone has to do
  (void)write_text(group->fd, "memory.oom.group", "0");
  group->bounds[LIMIT_MEMORY] = write_value(group->fd, "memory.max", policy->limit[LIMIT_MEMORY]);
}

static bool hands_down(int parent, const struct policy *policy) {
  char controllers[256];
  if (read_text(parent, "cgroup.subtree_control", controllers, sizeof controllers) < 0) return false;
  return (policy->has_limit[LIMIT_MEMORY] && has_word(controllers, "memory")) ||
         (policy->has_limit[LIMIT_PROCESSES] && has_word(controllers, "pids"));
}

void open_group(struct control_group *group, const struct policy *policy) {
  memset(group, 0, sizeof *group);
  group->parent = group->fd = -1;
  for (int above = 0; above < 2 && group->fd < 0; above++) {
    group->parent = open_own(above == 1);
    if (group->parent >= 0 && hands_down(group->parent, policy)) {
      sweep(group->parent);
      if (make_group(group)) set_bounds(group, policy);
      if (group->bounds[LIMIT_MEMORY] || group->bounds[LIMIT_PROCESSES]) return;
    }
    close_group(group);
  }
}

void join_group(struct control_group *group, pid_t pid) {
  if (group->fd < 0 || write_value(group->fd, "cgroup.procs", (uint64_t)pid)) return;
  close_group(group);
}

void close_group(struct control_group *group) {
  if (group->fd >= 0) (void)remove_group(group->parent, group->fd, group->name);
  else if (group->name[0] != '\0') (void)unlinkat(group->parent, group->name, AT_REMOVEDIR);
  if (group->fd >= 0) (void)close(group->fd);
  if (group->parent >= 0) (void)close(group->parent);
  memset(group, 0, sizeof *group);
  group->parent = group->fd = -1;
}
