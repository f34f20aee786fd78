// Where the layer could not be on the workspace's file system, a copy is made under a name that nothing else has, and
// then renamed: nobody ever sees half a file at a name of the workspace.
#include "airlock/carry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/places.h"

enum { NO_REPLACE = 1, EXCHANGE = 2 };

static int rename_node(struct spot from, struct spot to, unsigned int flags) {
  return (int)syscall(SYS_renameat2, from.directory, from.name, to.directory, to.name, flags);
}

// Moving a directory to another one writes its `..`: its owner needs permission to write in it for that moment.
static int rename_any(struct spot from, struct spot to, unsigned int flags) {
  struct stat status;
  int result = rename_node(from, to, flags);
  if (result == 0 || errno != EACCES || geteuid() == 0) return result;
  if (fstatat(from.directory, from.name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(status.st_mode) ||
      (status.st_mode & 0200) != 0) {
    errno = EACCES;
    return -1;
  }
  int place = openat(from.directory, from.name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0) return -1;
  char path[32];
  path_of_descriptor(place, path);
  result = chmod(path, (status.st_mode & 07777) | 0200) == 0 ? rename_node(from, to, flags) : -1;
  int error = errno;
  (void)chmod(path, status.st_mode & 07777);
  (void)close(place);
  errno = error;
  return result;
}

static int copy_bytes(int from, int to, off_t size) {
  static char buffer[1 << 18];
  off_t at = 0;
  while (at < size) {
    off_t data = lseek(from, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break; // a hole until the end
    off_t hole = data < 0 ? size : lseek(from, data, SEEK_HOLE);
    if (data < 0) data = at;
    if (hole < 0) hole = size;
    while (data < hole) {
      size_t wanted = (size_t)(hole - data) < sizeof buffer ? (size_t)(hole - data) : sizeof buffer;
      ssize_t got = pread(from, buffer, wanted, data);
      if (got <= 0) return got == 0 ? 0 : -1;
      for (ssize_t done = 0; done < got;) {
        ssize_t written = pwrite(to, buffer + done, (size_t)(got - done), data + done);
        if (written < 0) return -1;
        done += written;
      }
      data += got;
    }
    at = hole;
  }
  return ftruncate(to, size);
}

static int copy_file(struct spot from, struct spot to, const struct stat *status) {
  int source = openat(from.directory, from.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (source < 0) return -1;
  int target = openat(to.directory, to.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int result = target < 0 ? -1 : copy_bytes(source, target, status->st_size);
  int error = errno;
  (void)close(source);
  if (target >= 0) (void)close(target);
  errno = error;
  return result;
}

static int copy_link(struct spot from, struct spot to) {
  char target[PATH_MAX];
  ssize_t length = readlinkat(from.directory, from.name, target, sizeof target - 1);
  if (length < 0) return -1;
  target[length] = '\0';
  return symlinkat(target, to.directory, to.name);
}

static int copy_contents(struct spot from, struct spot to) {
  int target = openat(to.directory, to.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int source = openat(from.directory, from.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *names = source < 0 ? NULL : fdopendir(source);
  if (names == NULL && source >= 0) (void)close(source);
  int result = target < 0 || names == NULL ? -1 : 0;
  while (result == 0) {
    errno = 0;
    const struct dirent *entry = readdir(names);
    if (entry == NULL) {
      if (errno != 0) result = -1; // there may be more
      break;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    result = copy_node((struct spot){dirfd(names), entry->d_name}, (struct spot){target, entry->d_name});
  }
  int error = errno;
  if (names != NULL) (void)closedir(names);
  if (target >= 0) (void)close(target);
  errno = error;
  return result;
}

static int make_node(struct spot from, struct spot to, const struct stat *status) {
  switch (status->st_mode & S_IFMT) {
    case S_IFREG:
      return copy_file(from, to, status);
    case S_IFLNK:
      return copy_link(from, to);
    case S_IFDIR:
      return mkdirat(to.directory, to.name, 0700) == 0 ? copy_contents(from, to) : -1;
    case S_IFIFO:
    case S_IFSOCK:
      return mknodat(to.directory, to.name, (status->st_mode & S_IFMT) | 0600, 0);
    default:
      errno = EPERM; // devices are nothing that a command leaves
      return -1;
  }
}

int copy_node(struct spot from, struct spot to) {
  struct stat status;
  if (fstatat(from.directory, from.name, &status, AT_SYMLINK_NOFOLLOW) != 0) return -1;
  if (make_node(from, to, &status) != 0) return -1;
  int source = openat(from.directory, from.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int target = openat(to.directory, to.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int result = source < 0 || target < 0 ? -1 : copy_attributes(source, target, &status);
  int error = errno;
  if (source >= 0) (void)close(source);
  if (target >= 0) (void)close(target);
  errno = error;
  return result;
}

static bool has_same_contents(struct spot from, struct spot to) {
  int source = openat(from.directory, from.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int target = openat(to.directory, to.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *names = source < 0 ? NULL : fdopendir(source);
  bool same = names != NULL && target >= 0;
  while (same) {
    errno = 0;
    const struct dirent *entry = readdir(names);
    if (entry == NULL) {
      same = errno == 0;
      break;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    same = has_copy((struct spot){source, entry->d_name}, (struct spot){target, entry->d_name});
  }
  if (names != NULL) (void)closedir(names);
  else if (source >= 0) (void)close(source);
  if (target >= 0) (void)close(target);
  return same;
}

bool has_copy(struct spot from, struct spot to) {
  struct stat left, right;
  char targets[2][PATH_MAX];
  if (fstatat(from.directory, from.name, &left, AT_SYMLINK_NOFOLLOW) != 0 ||
      fstatat(to.directory, to.name, &right, AT_SYMLINK_NOFOLLOW) != 0 || left.st_mode != right.st_mode)
    return false;
  if (S_ISDIR(left.st_mode)) return has_same_contents(from, to);
  if (S_ISREG(left.st_mode))
    return left.st_size == right.st_size && has_same_bytes(from.directory, from.name, to.directory, to.name);
  if (!S_ISLNK(left.st_mode)) return true;
  ssize_t length = readlinkat(from.directory, from.name, targets[0], PATH_MAX);
  return length >= 0 && readlinkat(to.directory, to.name, targets[1], PATH_MAX) == length &&
         memcmp(targets[0], targets[1], (size_t)length) == 0;
}

static char beside_name[64];

void carry_beside(const char *name) {
  (void)snprintf(beside_name, sizeof beside_name, "%s", name);
}

struct spot beside_in(int directory) {
  return (struct spot){directory, beside_name};
}

bool is_beside(struct spot old) {
  return old.name == beside_name;
}

static enum carried copy_and_rename(struct spot from, struct spot to, unsigned int flags) {
  struct spot beside = beside_in(to.directory);
  if (remove_private(to.directory, beside_name) != 0) return CANNOT_CARRY;
  if (copy_node(from, beside) == 0 && rename_any(beside, to, flags) == 0) return CARRIED;
  int error = errno;
  (void)remove_private(to.directory, beside_name);
  errno = error;
  return error == EEXIST || error == ENOENT ? IS_IN_THE_WAY : CANNOT_CARRY;
}

enum carried carry_new(struct spot from, struct spot to) {
  if (rename_any(from, to, NO_REPLACE) == 0) return CARRIED;
  if (errno == EEXIST) return IS_IN_THE_WAY;
  if (errno != EXDEV) return CANNOT_CARRY;
  enum carried result = copy_and_rename(from, to, NO_REPLACE);
  if (result == CARRIED) (void)remove_private(from.directory, from.name);
  return result;
}

enum carried carry_over(struct spot from, struct spot to, struct spot *old) {
  *old = from;
  if (rename_any(from, to, EXCHANGE) == 0) return CARRIED;
  if (errno == ENOENT) return IS_IN_THE_WAY;
  if (errno != EXDEV) return CANNOT_CARRY;
  *old = beside_in(to.directory);
  return copy_and_rename(from, to, EXCHANGE);
}

enum carried carry_aside(struct spot from, struct spot to, struct spot *old) {
  *old = to;
  if (rename_any(from, to, NO_REPLACE) == 0) return CARRIED;
  if (errno == ENOENT) return IS_IN_THE_WAY;
  if (errno != EXDEV) return CANNOT_CARRY;
  *old = beside_in(from.directory);
  if (remove_private(from.directory, beside_name) != 0) return CANNOT_CARRY;
  if (rename_any(from, *old, NO_REPLACE) == 0) return CARRIED;
  return errno == ENOENT ? IS_IN_THE_WAY : CANNOT_CARRY;
}

bool carry_back_over(struct spot old, struct spot to) {
  if (rename_any(old, to, EXCHANGE) != 0) return false;
  if (is_beside(old)) (void)remove_private(old.directory, old.name); // the copy
  return true;
}

bool carry_back_aside(struct spot old, struct spot from) {
  return rename_any(old, from, NO_REPLACE) == 0;
}

// In this order: what is beside tells a commit that goes on after a kill that the exchange is behind it.
void end_carrying(struct spot from, struct spot old) {
  if (!is_beside(old)) return;
  if (from.name != NULL) (void)remove_private(from.directory, from.name);
  (void)remove_private(old.directory, old.name);
}
