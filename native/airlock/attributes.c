#include "airlock/attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "airlock/places.h"

static const char prefix[] = "user.overlay.";
static const char escaped[] = "user.overlay.overlay.";

enum { MAX_NAMES_BYTES = 65536, MAX_VALUE_BYTES = 65536 };

// Only this process's one thread uses them.
static char names[2][MAX_NAMES_BYTES];
static char values[2][MAX_VALUE_BYTES];

static bool begins(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

bool is_opaque(int directory) {
  char value[4];
  ssize_t length = fgetxattr(directory, "user.overlay.opaque", value, sizeof value);
  return length == 1 && value[0] == 'y';
}

bool was_copied_up(int directory, const char *name) {
  char path[32];
  int place = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0) return false;
  path_of_descriptor(place, path);
  ssize_t length = getxattr(path, "user.overlay.origin", NULL, 0);
  (void)close(place);
  return length >= 0;
}

void strip_overlay(int place) {
  char path[32];
  path_of_descriptor(place, path);
  ssize_t length = listxattr(path, names[0], sizeof names[0]);
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names[0] + at) + 1) {
    const char *name = names[0] + at;
    if (!begins(name, prefix) || begins(name, escaped)) continue;
    (void)removexattr(path, name);
  }
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names[0] + at) + 1) {
    const char *name = names[0] + at;
    if (!begins(name, escaped)) continue;
    char own[256] = "user.overlay.";
    ssize_t size = getxattr(path, name, values[0], sizeof values[0]);
    if (size < 0 || strlen(name) >= sizeof own) continue;
    strcpy(own + sizeof prefix - 1, name + sizeof escaped - 1);
    if (setxattr(path, own, values[0], (size_t)size, 0) == 0) (void)removexattr(path, name);
  }
}

static size_t count_names(const char *list, ssize_t length) {
  size_t count = 0;
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(list + at) + 1) count += begins(list + at, prefix) ? 0 : 1;
  return count;
}

bool has_same_attributes(int left, int right) {
  char paths[2][32];
  path_of_descriptor(left, paths[0]);
  path_of_descriptor(right, paths[1]);
  ssize_t length = listxattr(paths[0], names[0], sizeof names[0]);
  ssize_t other = listxattr(paths[1], names[1], sizeof names[1]);
  // A file system without them has none.
  if (length < 0 && errno != ENOTSUP) return false;
  if (count_names(names[0], length) != count_names(names[1], other)) return false;
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names[0] + at) + 1) {
    const char *name = names[0] + at;
    if (begins(name, prefix)) continue;
    ssize_t size = getxattr(paths[0], name, values[0], sizeof values[0]);
    if (size < 0 || getxattr(paths[1], name, values[1], sizeof values[1]) != size) return false;
    if (memcmp(values[0], values[1], (size_t)size) != 0) return false;
  }
  return true;
}

static int open_file(int directory, const char *name) {
  return openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool has_same_bytes(int left_directory, const char *left, int right_directory, const char *right) {
  int one = open_file(left_directory, left), other = open_file(right_directory, right);
  bool same = one >= 0 && other >= 0;
  while (same) {
    ssize_t got = read(one, values[0], sizeof values[0]), also = read(other, values[1], sizeof values[1]);
    if (got <= 0 || also != got) {
      same = got == 0 && also == 0;
      break;
    }
    same = memcmp(values[0], values[1], (size_t)got) == 0;
  }
  if (one >= 0) (void)close(one);
  if (other >= 0) (void)close(other);
  return same;
}

static int copy_extended(const char *from, const char *to) {
  ssize_t old = listxattr(to, names[1], sizeof names[1]);
  ssize_t length = listxattr(from, names[0], sizeof names[0]);
  if (length < 0) return errno == ENOTSUP ? 0 : -1;
  for (ssize_t at = 0; at < old; at += (ssize_t)strlen(names[1] + at) + 1) {
    if (!begins(names[1] + at, prefix) && getxattr(from, names[1] + at, NULL, 0) < 0) (void)removexattr(to, names[1] + at);
  }
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names[0] + at) + 1) {
    const char *name = names[0] + at;
    if (begins(name, prefix)) continue;
    ssize_t size = getxattr(from, name, values[0], sizeof values[0]);
    if (size < 0) return -1;
    // What this user may not set was not the command's to set either: it came with the file system.
    if (setxattr(to, name, values[0], (size_t)size, 0) != 0 && errno != EPERM) return -1;
  }
  return 0;
}

int copy_attributes(int from, int to, const struct stat *status) {
  char from_path[32], to_path[32];
  struct stat now;
  const struct timespec times[2] = {status->st_atim, status->st_mtim};
  path_of_descriptor(from, from_path);
  path_of_descriptor(to, to_path);
  if (fstat(to, &now) != 0) return -1;
  if ((now.st_uid != status->st_uid || now.st_gid != status->st_gid) &&
      fchownat(to, "", status->st_uid, status->st_gid, AT_EMPTY_PATH) != 0 && errno != EPERM)
    return -1;
  bool is_link = S_ISLNK(status->st_mode);
  if (!is_link && (now.st_mode & 07777) != (status->st_mode & 07777) && chmod(to_path, status->st_mode & 07777) != 0) return -1;
  if (!is_link && copy_extended(from_path, to_path) != 0) return -1;
  return is_link ? utimensat(to, "", times, AT_EMPTY_PATH) : utimensat(AT_FDCWD, to_path, times, 0);
}
