// Sandboxes get a /dev/shm of their own. Where a writable root holds one of these, it is covered for the command.
#include "protect/state_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/roots.h"

bool state_directory(size_t number, char *path, size_t room) {
  static const char *const parents[] = {"/dev/shm", "/run", "/var/tmp"};
  if (number >= sizeof parents / sizeof parents[0]) return false;
  (void)snprintf(path, room, "%s/cordon-%u", parents[number], (unsigned)geteuid());
  return true;
}

bool is_state_directory(const char *path) {
  struct stat status;
  if (stat_twice(AT_FDCWD, path, &status) != 0) return !is_gone(errno) && errno != EACCES;
  return S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

int make_state_directory(const char *path) {
  struct stat status;
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return -1;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return -1;
  if (fstat(fd, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & 077) == 0) return fd;
  (void)close(fd);
  errno = EPERM;
  return -1;
}
