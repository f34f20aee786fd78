// The file is opened once; what was looked at is what is changed. Mounts decide where anything can be changed at all:
// this process sees the ones that the command sees.
#include "sandbox/metadata_broker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/roots.h"

enum { NR_fchmodat2 = 452 };

enum change { CHANGE_MODE, CHANGE_OWNER };

// Which argument is what; -1 for none.
struct shape {
  int number;
  enum change change;
  int directory, path, value, flags;
  bool is_about_link; // lchown
};

static const struct shape shapes[] = {
    {SYS_fchmod, CHANGE_MODE, 0, -1, 1, -1, false},
    {SYS_fchmodat, CHANGE_MODE, 0, 1, 2, -1, false},
    {NR_fchmodat2, CHANGE_MODE, 0, 1, 2, 3, false},
    {SYS_fchown, CHANGE_OWNER, 0, -1, 1, -1, false},
    {SYS_fchownat, CHANGE_OWNER, 0, 1, 2, 4, false},
#if defined(__x86_64__)
    {SYS_chmod, CHANGE_MODE, -1, 0, 1, -1, false},
    {SYS_chown, CHANGE_OWNER, -1, 0, 1, -1, false},
    {SYS_lchown, CHANGE_OWNER, -1, 0, 1, -1, true},
#endif
};

static const struct shape *find_shape(int number) {
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    if (shapes[i].number == number) return &shapes[i];
  }
  return NULL;
}

bool is_owner_call(int number) {
  const struct shape *shape = find_shape(number);
  return shape != NULL && shape->change == CHANGE_OWNER;
}

// libc spells "this descriptor, whatever it is" as a path: it means the caller's descriptor, not one of ours.
static bool names_descriptor(const char *path, int *number) {
  static const char prefix[] = "/proc/self/fd/";
  char *end;
  if (strncmp(path, prefix, sizeof prefix - 1) != 0) return false;
  *number = (int)strtol(path + sizeof prefix - 1, &end, 10);
  return end != path + sizeof prefix - 1 && *end == '\0';
}

static int open_base(const struct waiting_call *call, const struct shape *shape) {
  int directory = shape->directory < 0 ? AT_FDCWD : (int)call->arguments[shape->directory];
  return directory == AT_FDCWD ? open_working_directory(call) : copy_descriptor(call, directory);
}

// 0 or an errno for the caller. Links that lead to descriptors of processes lead to ours here, and are not followed.
static int find_file(const struct waiting_call *call, const struct shape *shape, int *file) {
  char path[PATH_MAX];
  int number;
  uint64_t flags = shape->flags < 0 ? 0 : call->arguments[shape->flags];
  if (shape->path < 0) return (*file = copy_descriptor(call, (int)call->arguments[0])) >= 0 ? 0 : errno;
  int error = copy_path(call, call->arguments[shape->path], path, sizeof path);
  if (error != 0) return error;
  if (names_descriptor(path, &number)) return (*file = copy_descriptor(call, number)) >= 0 ? 0 : ENOENT;
  if (*path == '\0' && (flags & AT_EMPTY_PATH) == 0) return ENOENT;
  int base = *path == '/' ? AT_FDCWD : open_base(call, shape);
  if (base < 0 && base != AT_FDCWD) return errno == EBADF ? EBADF : EACCES;
  if (*path == '\0') {
    *file = base;
    return 0;
  }
  bool follows = !shape->is_about_link && (flags & AT_SYMLINK_NOFOLLOW) == 0;
  *file = open_without_magic(base, path, follows);
  error = *file < 0 ? errno : 0;
  if (base >= 0) (void)close(base);
  return error;
}

static int change_mode(int file, mode_t mode) {
  struct stat status;
  char link[64];
  if (fstat(file, &status) != 0) return errno;
  if (!S_ISDIR(status.st_mode)) return EPERM;
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  return chmod(link, mode) == 0 ? 0 : errno;
}

static int change_owner(int file, uid_t user, gid_t group) {
  if (fchownat(file, "", user, group, AT_EMPTY_PATH) == 0) return 0;
  return errno == EPERM || errno == EINVAL ? 0 : errno; // EINVAL: nobody of that number is known in here
}

static int make_change(const struct waiting_call *call, const struct shape *shape, int file) {
  const uint64_t *value = &call->arguments[shape->value];
  if (shape->change == CHANGE_MODE) return change_mode(file, (mode_t)(value[0] & 07777));
  return change_owner(file, (uid_t)value[0], (gid_t)value[1]);
}

static int change_metadata(const struct waiting_call *call, enum kept_privileges kept) {
  const struct shape *shape = find_shape(call->number);
  int file = -1;
  if (shape == NULL) return ENOSYS;
  if (!lower_privileges(kept)) return EPERM;
  int error = find_file(call, shape, &file);
  // What was read by number was the caller's only if it still waits.
  if (error == 0 && !is_waiting(call)) error = EINTR;
  if (error == 0) error = make_change(call, shape, file);
  if (file >= 0) (void)close(file);
  return error;
}

void serve_metadata(const struct waiting_call *call, enum kept_privileges kept) {
  int error = change_metadata(call, kept);
  if (!raise_privileges()) _exit(1);
  answer_call(call, error);
}
