#include "airlock/differences.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "airlock/attributes.h"

static bool has_same_owner_and_mode(const struct stat *left, const struct stat *right) {
  return left->st_mode == right->st_mode && left->st_uid == right->st_uid && left->st_gid == right->st_gid;
}

static bool is_same_time(const struct timespec *left, const struct timespec *right) {
  return left->tv_sec == right->tv_sec && left->tv_nsec == right->tv_nsec;
}

bool differs_in_attributes(struct both both, const struct stat *upper, const struct stat *lower) {
  if (!has_same_owner_and_mode(upper, lower)) return true;
  if (!S_ISDIR(upper->st_mode) && !is_same_time(&upper->st_mtim, &lower->st_mtim)) return true;
  int left = openat(both.upper, both.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int right = openat(both.lower, both.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  bool same = left >= 0 && right >= 0 && has_same_attributes(left, right);
  if (left >= 0) (void)close(left);
  if (right >= 0) (void)close(right);
  return !same;
}

bool may_be_untouched(const struct stat *upper, const struct stat *lower) {
  return S_ISREG(upper->st_mode) && S_ISREG(lower->st_mode) && upper->st_size == lower->st_size && upper->st_nlink == 1;
}

static bool is_same_link(struct both both, const struct stat *upper, const struct stat *lower) {
  char left[PATH_MAX], right[PATH_MAX];
  if (!S_ISLNK(upper->st_mode) || !S_ISLNK(lower->st_mode)) return false;
  ssize_t length = readlinkat(both.upper, both.name, left, sizeof left);
  return length >= 0 && readlinkat(both.lower, both.name, right, sizeof right) == length && memcmp(left, right, (size_t)length) == 0;
}

bool is_same_outcome(struct both both, const struct stat *upper, const struct stat *lower) {
  if (is_same_link(both, upper, lower)) return true;
  struct stat later = *upper;
  later.st_mtim = lower->st_mtim;
  return S_ISREG(upper->st_mode) && S_ISREG(lower->st_mode) && upper->st_size == lower->st_size &&
         !differs_in_attributes(both, &later, lower) && has_same_bytes(both.upper, both.name, both.lower, both.name);
}
