// openat2 does the walking: a path is never looked up by anything that would follow a link out of the root.
#include "airlock/places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NR_openat2 = 437 };
enum { NO_XDEV = 0x01, NO_MAGICLINKS = 0x02, NO_SYMLINKS = 0x04, BENEATH = 0x08 };

struct how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

const char *last_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static int open_beneath(int root, const char *path, int flags) {
  struct how how = {.flags = (uint64_t)(O_PATH | O_CLOEXEC | O_NOFOLLOW | flags),
                    .resolve = NO_XDEV | NO_MAGICLINKS | NO_SYMLINKS | BENEATH};
  int fd;
  // EAGAIN: something was renamed meanwhile, and the kernel could not be sure.
  do fd = (int)syscall(NR_openat2, root, *path == '\0' ? "." : path, &how, sizeof how);
  while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  return fd;
}

int look_at_name(int directory, const char *name, struct stat *status) {
  int result = fstatat(directory, name, status, AT_SYMLINK_NOFOLLOW);
  return result != 0 && errno == ENOENT ? fstatat(directory, name, status, AT_SYMLINK_NOFOLLOW) : result;
}

int open_place(int root, const char *path) {
  struct how how = {.flags = (uint64_t)(O_PATH | O_CLOEXEC | O_NOFOLLOW),
                    .resolve = NO_XDEV | NO_MAGICLINKS | BENEATH};
  int parent = open_parent_of(root, path);
  if (parent < 0) return -1;
  const char *name = last_name(path);
  int fd = (int)syscall(NR_openat2, parent, *name == '\0' ? "." : name, &how, sizeof how);
  int error = errno;
  (void)close(parent);
  errno = error;
  return fd;
}

int open_parent_of(int root, const char *path) {
  char directory[PATH_MAX];
  size_t length = (size_t)(last_name(path) - path);
  if (length >= sizeof directory) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(directory, path, length);
  directory[length == 0 ? 0 : length - 1] = '\0';
  return open_beneath(root, directory, O_DIRECTORY);
}

int open_to_list(int parent, const char *name, const struct stat *status, mode_t *locked) {
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const mode_t mode = status->st_mode & 07777;
  *locked = 0;
  bool is_shut = geteuid() != 0 && status->st_uid == geteuid() && (mode & 0500) != 0500;
  if (!is_shut) return openat(parent, name, flags);
  int place = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0) return -1;
  char path[32];
  path_of_descriptor(place, path);
  int fd = chmod(path, mode | 0700) == 0 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  int error = errno;
  if (fd < 0) (void)chmod(path, mode);
  else *locked = mode | S_IFDIR;
  (void)close(place);
  errno = error;
  return fd;
}

void path_of_descriptor(int fd, char path[static 32]) {
  (void)snprintf(path, 32, "/proc/self/fd/%d", fd);
}

static int remove_contents(int fd) {
  DIR *directory = fdopendir(fd);
  if (directory == NULL) {
    (void)close(fd);
    return -1;
  }
  int result = 0;
  errno = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL; errno = 0) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (remove_private(dirfd(directory), entry->d_name) != 0) result = -1;
  }
  int error = errno;
  (void)closedir(directory);
  errno = error;
  return result;
}

int remove_private(int parent, const char *name) {
  struct stat status;
  if (look_at_name(parent, name, &status) != 0) return errno == ENOENT ? 0 : -1;
  if (!S_ISDIR(status.st_mode)) return unlinkat(parent, name, 0);
  // Overlay's own work directory has no permissions at all, and a command may take them from its own.
  if ((status.st_mode & 0700) != 0700 && fchmodat(parent, name, 0700, 0) != 0) return -1;
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || remove_contents(fd) != 0) return -1;
  return unlinkat(parent, name, AT_REMOVEDIR);
}
