// By the kernel's own marks (stat(2): ctime; statx(2): btime), which nobody can set back.
#include "airlock/newness.h"

#include <fcntl.h>

#include "airlock/ledger.h"

static bool is_later(const struct change_set *set, size_t layer, const struct timespec *when) {
  return is_after(when, &set->layers[layer].start);
}

bool is_newer(const struct change_set *set, const struct pair *pair, const struct stat *status) {
  return pair->is_strange || is_later(set, pair->layer, &status->st_ctim);
}

bool is_strange(const struct change_set *set, const struct pair *pair, int directory, const char *name,
                const struct stat *status) {
  struct statx born;
  if (pair->is_strange || is_moved_since(status, &set->layers[pair->layer].start)) return true;
  if (!is_later(set, pair->layer, &status->st_ctim)) return false;
  if (statx(directory, name, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &born) != 0 || (born.stx_mask & STATX_BTIME) == 0) return true;
  const struct timespec when = {.tv_sec = (time_t)born.stx_btime.tv_sec, .tv_nsec = (long)born.stx_btime.tv_nsec};
  return is_later(set, pair->layer, &when);
}
