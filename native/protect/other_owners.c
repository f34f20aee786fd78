#include "protect/other_owners.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/roots.h"

enum { OTHERS_MAY_WRITE = 022 }; // an access control list shows in the group's bits

static bool inspect(const struct planner *planner, size_t root, const char *path, struct stat *status) {
  int fd = open_exact(planner->plan->roots[root].fd, *path == '\0' ? "." : path);
  bool known = fd >= 0 && fstat(fd, status) == 0;
  if (fd >= 0) (void)close(fd);
  return known;
}

static bool is_writable(const struct stat *status) {
  return !S_ISLNK(status->st_mode) && (status->st_mode & OTHERS_MAY_WRITE) != 0;
}

// In a sticky directory only its own owner and that of the entry may move the entry.
static bool can_be_replaced(const struct planner *planner, size_t root, const char *path) {
  char above[PATH_MAX];
  struct stat status;
  (void)snprintf(above, sizeof above, "%s", path);
  while (*above != '\0') {
    char *slash = strrchr(above, '/');
    *(slash == NULL ? above : slash) = '\0';
    if (!inspect(planner, root, above, &status) || status.st_uid == geteuid()) return true;
    if (is_writable(&status) && (status.st_mode & S_ISVTX) == 0) return true;
  }
  return false;
}

enum reach reach_of(const struct planner *planner, size_t root, const char *path) {
  struct stat status;
  // What cannot be looked at is looked at again by whoever protects it, and refused there.
  if (!planner->is_shared || !inspect(planner, root, path, &status) || status.st_uid == geteuid()) return OURS;
  if (planner->keeps_privileges || is_writable(&status)) return OF_OTHERS;
  return can_be_replaced(planner, root, path) ? OF_OTHERS : OUT_OF_REACH;
}
