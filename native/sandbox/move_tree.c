// The new directory is built beside its name and renamed to it in the end: nobody sees half of it there.
#include "sandbox/move_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { NO_REPLACE = 1, MAX_DEPTH = 256 };

static int rename_spot(struct tree_spot from, struct tree_spot to, unsigned int flags) {
  return (int)syscall(SYS_renameat2, from.directory, from.name, to.directory, to.name, flags);
}

static int open_directory(struct tree_spot spot) {
  return openat(spot.directory, spot.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void copy_names(int from, int to) {
  char names[4096], value[4096];
  ssize_t length = flistxattr(from, names, sizeof names);
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
    ssize_t size = fgetxattr(from, names + at, value, sizeof value);
    if (size >= 0) (void)fsetxattr(to, names + at, value, (size_t)size, 0);
  }
}

// A directory moved by renaming keeps all of this.
static int give_attributes(int from, int to, const struct stat *status) {
  const struct timespec times[2] = {status->st_atim, status->st_mtim};
  copy_names(from, to);
  if (fchown(to, status->st_uid, status->st_gid) != 0 && errno != EPERM) return -1;
  return fchmod(to, status->st_mode & 07777) == 0 ? futimens(to, times) : -1;
}

static int move_contents(int from, int to, int depth);

// `to` is not there yet.
static int move_directory(struct tree_spot from, struct tree_spot to, int depth) {
  struct stat status;
  int result = -1;
  if (depth > MAX_DEPTH) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int old = open_directory(from);
  if (old < 0 && errno == EACCES && fchmodat(from.directory, from.name, 0700, 0) == 0) old = open_directory(from);
  if (old < 0 || fstat(old, &status) != 0 || mkdirat(to.directory, to.name, 0700) != 0) {
    if (old >= 0) (void)close(old);
    return -1;
  }
  int fresh = open_directory(to);
  // Whoever may rename a directory need not be allowed to write in it, but its owner is.
  bool is_shut = (status.st_mode & 0300) != 0300 && fchmod(old, (status.st_mode & 07777) | 0300) == 0;
  if (fresh >= 0 && move_contents(old, fresh, depth + 1) == 0 && give_attributes(old, fresh, &status) == 0)
    result = unlinkat(from.directory, from.name, AT_REMOVEDIR);
  int error = errno;
  if (result != 0) {
    if (fresh >= 0) (void)move_contents(fresh, old, depth + 1);
    (void)unlinkat(to.directory, to.name, AT_REMOVEDIR);
    if (is_shut) (void)fchmod(old, status.st_mode & 07777);
  }
  if (fresh >= 0) (void)close(fresh);
  (void)close(old);
  errno = error;
  return result;
}

static int move_entry(int from, int to, const char *name, int depth) {
  const struct tree_spot old = {from, name}, fresh = {to, name};
  if (rename_spot(old, fresh, NO_REPLACE) == 0) return 0;
  return errno == EXDEV ? move_directory(old, fresh, depth) : -1;
}

// A directory that changes while it is read may be read again: what was moved is not in it any more.
static int move_contents(int from, int to, int depth) {
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    int copy = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = copy < 0 ? NULL : fdopendir(copy);
    if (names == NULL) {
      if (copy >= 0) (void)close(copy);
      return -1;
    }
    for (struct dirent *entry; (entry = readdir(names)) != NULL;) {
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (move_entry(from, to, entry->d_name, depth) != 0) {
        int error = errno;
        (void)closedir(names);
        errno = error;
        return -1;
      }
      has_moved = true;
    }
    (void)closedir(names);
  }
  return 0;
}

static bool is_on_one_mount(int left, int right) {
  struct statx one, other;
  return statx(left, "", AT_EMPTY_PATH, STATX_MNT_ID, &one) == 0 &&
         statx(right, "", AT_EMPTY_PATH, STATX_MNT_ID, &other) == 0 && one.stx_mnt_id == other.stx_mnt_id;
}

int move_tree(struct tree_spot from, struct tree_spot to, unsigned int flags) {
  struct stat status;
  char beside[48];
  const struct tree_spot draft = {to.directory, beside};
  if (flags > NO_REPLACE || !is_on_one_mount(from.directory, to.directory)) return EXDEV;
  bool is_there = fstatat(to.directory, to.name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (is_there && flags == NO_REPLACE) return EEXIST;
  if (is_there && !S_ISDIR(status.st_mode)) return ENOTDIR;
  // What it replaces must be empty; from here on it is gone, as it will be in the end.
  if (is_there && unlinkat(to.directory, to.name, AT_REMOVEDIR) != 0) return errno;
  (void)snprintf(beside, sizeof beside, ".cordon-moving-%d", (int)getpid());
  if (move_directory(from, draft, 0) != 0) {
    int error = errno;
    if (is_there) (void)mkdirat(to.directory, to.name, status.st_mode & 07777);
    return error;
  }
  return rename_spot(draft, to, flags) == 0 ? 0 : errno;
}
