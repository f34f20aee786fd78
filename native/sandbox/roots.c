// The host resolved every link before it chose the roots. A link found here was put there since, by somebody who
// wants the sandbox to open another door: that refuses the run.
#include "sandbox/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NR_openat2 = 437 };

struct how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

enum { NO_MAGICLINKS = 0x02, NO_SYMLINKS = 0x04, BENEATH = 0x08 };

enum { MAX_ASKED = 100 };

bool is_gone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

// Whoever hears that nothing is there, or that it is closed, may hold nothing there: the answers that are taken only when they
// come twice running.
static bool is_doubted(int error) {
  return is_gone(error) || error == EACCES;
}

int open_exact(int directory, const char *path) {
  struct how how = {
      .flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
      .resolve = NO_MAGICLINKS | NO_SYMLINKS | (directory >= 0 ? BENEATH : 0),
  };
  int from = directory >= 0 ? directory : AT_FDCWD;
  int fd = (int)syscall(NR_openat2, from, path, &how, sizeof how);
  for (int asked = 1, before = 0; fd < 0 && is_doubted(errno) && errno != before; asked++) {
    before = errno;
    fd = (int)syscall(NR_openat2, from, path, &how, sizeof how);
    if (fd < 0 && asked == MAX_ASKED) errno = EAGAIN;
  }
  return fd;
}

int open_twice(int directory, const char *path, int flags) {
  int fd = openat(directory, path, flags | O_CLOEXEC);
  return fd < 0 && is_doubted(errno) ? openat(directory, path, flags | O_CLOEXEC) : fd;
}

int stat_twice(int directory, const char *path, struct stat *status) {
  int result = fstatat(directory, path, status, AT_SYMLINK_NOFOLLOW);
  return result != 0 && is_doubted(errno) ? fstatat(directory, path, status, AT_SYMLINK_NOFOLLOW) : result;
}

bool is_closed_for_good(int directory, const char *path) {
  char partial[PATH_MAX];
  struct stat status;
  size_t length = strlen(path);
  if (length >= sizeof partial) return false;
  memcpy(partial, path, length + 1);
  // Upwards, to the first that can be seen: that one is in the way.
  for (;;) {
    char *slash = strrchr(partial, '/');
    if (slash == partial) partial[1] = '\0';
    else if (slash != NULL) *slash = '\0';
    else partial[0] = '.', partial[1] = '\0';
    int fd = open_exact(directory, partial);
    if (fd < 0 && errno != EACCES) return false;
    if (fd >= 0) {
      bool is_foreign = fstat(fd, &status) == 0 && status.st_uid != geteuid();
      (void)close(fd);
      return is_foreign;
    }
    if (slash == NULL || slash == partial) return false;
  }
}

int open_without_magic(int directory, const char *path, bool follows_last) {
  struct how how = {
      .flags = O_PATH | O_CLOEXEC | (follows_last ? 0 : O_NOFOLLOW),
      .resolve = NO_MAGICLINKS,
  };
  return (int)syscall(NR_openat2, directory, path, &how, sizeof how);
}

static int check_kind(int fd, const char *path, struct failure *failure) {
  struct stat status;
  if (fstat(fd, &status) != 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot inspect writable root %s", path);
  if (S_ISDIR(status.st_mode) || S_ISREG(status.st_mode)) return 0;
  return refuse(failure, STAGE_SANDBOX, 0, "Cannot open writable root %s: neither a directory nor a file", path);
}

int open_roots(const struct policy *policy, struct open_roots *roots, struct failure *failure) {
  for (size_t i = 0; i < policy->root_count; i++) {
    const char *path = policy->roots[i].path;
    roots->fds[i] = open_exact(-1, path);
    if (roots->fds[i] < 0) {
      int error = errno;
      const char *what = error == ELOOP ? "a symbolic link is on the way" : strerror(error);
      return refuse(failure, STAGE_SANDBOX, error, "Cannot open writable root %s: %s", path, what);
    }
    if (check_kind(roots->fds[i], path, failure) != 0) return -1;
  }
  return 0;
}

bool lies_in(const char *path, const char *directory) {
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

bool has_foreign_root(const int *fds, size_t count) {
  struct stat status;
  for (size_t i = 0; i < count; i++) {
    if (fds[i] >= 0 && fstat(fds[i], &status) == 0 && status.st_uid != geteuid()) return true;
  }
  return false;
}
