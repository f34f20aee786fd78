// One path that a command must not change: what is there, what a link there leads to, or that nothing is there.
#include "protect/protect_place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/roots.h"

// A link or a file stands where a directory above `path` would be: as long as that stays, nothing can stand at the name.
static int pin_what_is_in_the_way(struct planner *planner, size_t root, const char *path) {
  char above[PATH_MAX];
  struct stat status;
  for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    (void)snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
    int fd = open_exact(planner->plan->roots[root].fd, above);
    bool is_there = fd >= 0 && fstat(fd, &status) == 0;
    if (fd >= 0) (void)close(fd);
    if (!is_there) return was_replaced(planner, path);
    if (S_ISDIR(status.st_mode)) continue;
    if (pin_parents(planner, root, above) != 0) return -1;
    return add_place(planner, PLACE_PINNED, IGNORE_MISSING, root, above, &status);
  }
  return was_replaced(planner, path);
}

// Whether what a link leads to is closed to this user whatever a command does: it lies in somebody else's directory.
static bool is_closed_link(const struct planner *planner, size_t root, const char *path, const char *parent) {
  char text[PATH_MAX], target[3 * PATH_MAX];
  ssize_t length = readlinkat(planner->plan->roots[root].fd, path, text, sizeof text - 1);
  if (length <= 0) return false;
  text[length] = '\0';
  if (text[0] == '/') return is_closed_for_good(-1, text);
  (void)snprintf(target, sizeof target, "%s/%s/%s", planner->plan->policy->roots[root].path, parent, text);
  return is_closed_for_good(-1, target);
}

// The link itself is pinned. Where it leads is protected by its real path, when the command could write there.
static int protect_link(struct planner *planner, size_t root, const char *path, enum when_missing when_missing,
                        const struct stat *status) {
  char parent_path[PATH_MAX], link[PATH_MAX], target[PATH_MAX];
  if (add_place(planner, PLACE_PINNED, when_missing, root, path, status) != 0 || pin_parents(planner, root, path) != 0) return -1;
  const char *slash = strrchr(path, '/');
  int length = slash == NULL ? 0 : (int)(slash - path);
  (void)snprintf(parent_path, sizeof parent_path, "%.*s", length, path);
  int parent = open_exact(planner->plan->roots[root].fd, length == 0 ? "." : parent_path);
  if (parent < 0 && is_gone(errno)) return 0;
  if (parent < 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot protect %s", path);
  int fd = open_twice(parent, slash == NULL ? path : slash + 1, O_PATH);
  (void)close(parent);
  if (fd < 0 && is_gone(errno)) return 0; // leads nowhere, and stays so as far as this link is concerned
  if (fd < 0 && errno == EACCES && is_closed_link(planner, root, path, parent_path)) return 0; // nor for the command
  if (fd < 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot resolve the link %s: %s", path, strerror(errno));
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t got = readlink(link, target, sizeof target - 1);
  (void)close(fd);
  if (got <= 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot resolve the link %s", path);
  target[got] = '\0';
  size_t target_root;
  const char *relative;
  if (!locate(planner->plan, target, &target_root, &relative) || *relative == '\0') return 0;
  return protect_place(planner, target_root, relative, IGNORE_MISSING);
}

// Where nothing can stand at a name, the directory it would be in is kept from changing, or the root from getting new names.
static int close_directory_above(struct planner *planner, size_t root, const char *path) {
  char parent[PATH_MAX];
  (void)snprintf(parent, sizeof parent, "%s", path);
  for (char *slash = strrchr(parent, '/'); slash != NULL; slash = strrchr(parent, '/')) {
    *slash = '\0';
    int fd = open_exact(planner->plan->roots[root].fd, parent);
    if (fd < 0 && is_gone(errno)) continue; // not there either
    if (fd < 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot protect %s: %s", path, strerror(errno));
    (void)close(fd);
    return protect_place(planner, root, parent, IGNORE_MISSING);
  }
  // The top itself: what is in it can still be changed and removed, or nobody could make room.
  planner->plan->roots[root].is_full = true;
  return 0;
}

// 1 when something stands at the name now, 0 when nothing needs to, -1 when it must and cannot.
static int keep_free(struct planner *planner, size_t root, const char *path, enum when_missing when_missing,
                     struct stat *status) {
  if (when_missing == IGNORE_MISSING) return 0;
  switch (create_placeholder(planner->janitor, root, path, placeholder_for(when_missing), !is_part_of_git(when_missing),
                             status, planner->failure)) {
    case PLACEHOLDER_MADE:
      return 1;
    case PLACEHOLDER_NOT_NEEDED:
      return 0;
    case PLACEHOLDER_NO_ROOM:
      return close_directory_above(planner, root, path);
    case PLACEHOLDER_FAILED:
      return -1;
  }
  return -1;
}

int protect_place(struct planner *planner, size_t root, const char *path, enum when_missing when_missing) {
  if (is_judged(planner, root)) return 0;
  struct stat status;
  int root_fd = planner->plan->roots[root].fd;
  int fd = open_exact(root_fd, path);
  if (fd < 0 && errno != ENOENT && is_gone(errno)) return pin_what_is_in_the_way(planner, root, path);
  if (fd < 0 && errno == ENOENT) {
    int made = keep_free(planner, root, path, when_missing, &status);
    if (made <= 0) return made;
  } else if (fd < 0) {
    return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot protect %s: %s", path, strerror(errno));
  } else {
    int failed = fstat(fd, &status);
    (void)close(fd);
    if (failed != 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot inspect %s", path);
  }
  if (S_ISLNK(status.st_mode)) return protect_link(planner, root, path, when_missing, &status);
  if (pin_parents(planner, root, path) != 0) return -1;
  return add_place(planner, PLACE_READ_ONLY, when_missing, root, path, &status);
}
