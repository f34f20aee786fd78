// Thin wrappers: the new mount API has no libc functions on every system this must compile on.
#include "sandbox/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NR_open_tree = 428, NR_move_mount = 429, NR_fsopen = 430, NR_fsconfig = 431, NR_fsmount = 432 };
enum { NR_mount_setattr = 442 };
enum { EMPTY_PATH = 0x1000, RECURSIVE = 0x8000, CLONE_TREE = 1, FROM_EMPTY = 0x4, TO_EMPTY = 0x40 };
enum { CONFIG_FLAG = 0, CONFIG_STRING = 1, CONFIG_CREATE = 6 };

struct attributes {
  uint64_t set, clear, propagation, user_namespace;
};

int clone_mount(int fd) {
  return (int)syscall(NR_open_tree, fd, "", EMPTY_PATH | RECURSIVE | CLONE_TREE | O_CLOEXEC);
}

int set_attributes(int fd, uint64_t attributes, bool whole_tree) {
  struct attributes change = {.set = attributes};
  return (int)syscall(NR_mount_setattr, fd, "", EMPTY_PATH | (whole_tree ? RECURSIVE : 0), &change, sizeof change);
}

int attach_mount(int mount, int place) {
  return (int)syscall(NR_move_mount, mount, "", place, "", FROM_EMPTY | TO_EMPTY);
}

int attach_at(int mount, const char *path) {
  return (int)syscall(NR_move_mount, mount, "", AT_FDCWD, path, FROM_EMPTY);
}

int clone_name(int directory, const char *name) {
  return (int)syscall(NR_open_tree, directory, name, AT_SYMLINK_NOFOLLOW | CLONE_TREE | O_CLOEXEC);
}

int attach_below(int mount, int directory, const char *name) {
  return (int)syscall(NR_move_mount, mount, "", directory, name, FROM_EMPTY);
}

int mount_fresh(const char *type, const char *path, unsigned long flags, const char *options) {
  return mount("cordon", path, type, flags, options);
}

int new_mount(const char *type, const char *const *options, uint64_t attributes) {
  int context = (int)syscall(NR_fsopen, type, 1U);
  if (context < 0) return -1;
  bool failed = false;
  for (; !failed && options != NULL && options[0] != NULL; options += 2) {
    int command = options[1] == NULL ? CONFIG_FLAG : CONFIG_STRING;
    failed = syscall(NR_fsconfig, context, command, options[0], options[1], 0) != 0;
  }
  failed = failed || syscall(NR_fsconfig, context, CONFIG_CREATE, NULL, NULL, 0) != 0;
  int mount = failed ? -1 : (int)syscall(NR_fsmount, context, 1U, (unsigned int)attributes);
  int error = errno;
  (void)close(context);
  errno = error;
  return mount;
}

int cover_directory(int place) {
  static const char *const options[] = {"mode", "000", "size", "4k", "nr_inodes", "2", "source", "cordon", NULL};
  int empty = new_mount("tmpfs", options, MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES | MOUNT_NO_EXEC);
  if (empty < 0) return -1;
  int result = attach_mount(empty, place);
  int error = errno;
  (void)close(empty);
  errno = error;
  return result;
}

int cover_file(int cover, int place) {
  int copy = clone_mount(cover);
  if (copy < 0) return -1;
  int result = attach_mount(copy, place);
  int error = errno;
  (void)close(copy);
  errno = error;
  return result;
}
