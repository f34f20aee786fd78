// Collects places. Which names matter is protect_names.c and git_layout.c; how they are held is mounts.c.
#include "protect/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protect/find_hidden.h"
#include "protect/find_protected.h"
#include "sandbox/privileges.h"
#include "sandbox/roots.h"

enum { MAX_PATIENCE_MS = 2000 };

static bool contains(const char *outer, const char *inner) {
  size_t length = strlen(outer);
  return strncmp(outer, inner, length) == 0 && (inner[length] == '/' || inner[length] == '\0');
}

bool locate(const struct plan *plan, const char *path, size_t *root, const char **relative) {
  for (size_t i = 0; i < plan->policy->root_count; i++) {
    if (plan->roots[i].outer != i || !contains(plan->policy->roots[i].path, path)) continue;
    const char *rest = path + strlen(plan->policy->roots[i].path);
    *root = i;
    *relative = *rest == '/' ? rest + 1 : rest;
    return true;
  }
  return false;
}

static struct place *find_place(struct plan *plan, size_t root, const char *path) {
  for (size_t i = 0; i < plan->count; i++) {
    struct place *place = &plan->places[i];
    if (place->root == root && strcmp(place->path, path) == 0) return place;
  }
  return NULL;
}

char *keep_text(struct planner *planner, const char *text) {
  struct plan *plan = planner->plan;
  size_t length = strlen(text) + 1;
  if (length > MAX_PLACE_TEXT - plan->text_used) {
    (void)refuse(planner->failure, STAGE_SANDBOX, ENOMEM, "Cannot plan protection: the paths are too long");
    return NULL;
  }
  char *copy = memcpy(plan->text + plan->text_used, text, length);
  plan->text_used += length;
  return copy;
}

static int add_place(struct planner *planner, enum place_kind kind, enum when_missing when_missing, size_t root,
                     const char *path, const struct stat *status) {
  struct plan *plan = planner->plan;
  struct place *known = find_place(plan, root, path);
  if (known != NULL) {
    if (kind == PLACE_READ_ONLY) known->kind = PLACE_READ_ONLY; // the stronger of the two
    if (when_missing != IGNORE_MISSING) known->when_missing = when_missing;
    return 0;
  }
  if (plan->count == MAX_PLACES)
    return refuse(planner->failure, STAGE_SANDBOX, 0, "Cannot protect more than %d paths", MAX_PLACES);
  char *copy = keep_text(planner, path);
  if (copy == NULL) return -1;
  plan->places[plan->count++] = (struct place){
      .kind = kind,
      .when_missing = when_missing,
      .root = root,
      .path = copy,
      .is_directory = S_ISDIR(status->st_mode),
      .device = status->st_dev,
      .inode = status->st_ino,
  };
  return 0;
}

// What was seen a moment ago is something else by now: the search begins anew.
static int was_replaced(const struct planner *planner, const char *path) {
  return refuse(planner->failure, STAGE_SANDBOX, ESTALE, "Cannot protect %s: what is above it is being replaced", path);
}

// A protected file is worth nothing when the directory above it can be renamed and built anew.
static int pin_parents(struct planner *planner, size_t root, const char *path) {
  char parent[PATH_MAX];
  for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
    if (pin_place(planner, root, parent) != 0) return -1;
    if (find_place(planner->plan, root, parent) == NULL) return was_replaced(planner, path);
  }
  return 0;
}

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

// What is written below a root with a layer is judged before it counts: no name there needs a mount.
static bool is_judged(const struct planner *planner, size_t root) {
  return layer_of(planner->plan->policy, root) != NULL;
}

int pin_place(struct planner *planner, size_t root, const char *path) {
  struct stat status;
  if (is_judged(planner, root)) return 0;
  if (*path == '\0') return 0; // a root is a mount point already
  int fd = open_exact(planner->plan->roots[root].fd, path);
  if (fd < 0 && is_gone(errno)) return 0;
  if (fd < 0 || fstat(fd, &status) != 0)
    return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot protect %s: %s", path, strerror(errno));
  (void)close(fd);
  if (find_place(planner->plan, root, path) != NULL) return 0;
  if (pin_parents(planner, root, path) != 0) return -1;
  return add_place(planner, PLACE_PINNED, IGNORE_MISSING, root, path, &status);
}

bool is_part_of_git(enum when_missing when_missing) {
  return when_missing >= FORBID_HOOKS;
}

enum placeholder placeholder_for(enum when_missing when_missing) {
  switch (when_missing) {
    case FORBID_WITH_LINK:
      return PLACEHOLDER_LINK;
    case FORBID_WITH_EMPTY_FILE:
      return PLACEHOLDER_EMPTY_FILE;
    case FORBID_WITH_DOT:
      return PLACEHOLDER_DOT_FILE;
    case FORBID_WITH_SOCKET:
    case FORBID_HOOKS:
    case IGNORE_MISSING:
      break;
  }
  return PLACEHOLDER_SOCKET;
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
static int close_parent(struct planner *planner, size_t root, const char *path) {
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
      return close_parent(planner, root, path);
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

static int inspect_root(struct plan *plan, size_t index, int fd, struct failure *failure) {
  struct stat status;
  if (fstat(fd, &status) != 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot inspect a writable root");
  const char *path = plan->policy->roots[index].path;
  size_t outer = index;
  for (size_t i = 0; i < plan->policy->root_count; i++) {
    const char *other = plan->policy->roots[i].path;
    bool is_same = strcmp(other, path) == 0;
    if (!contains(other, path) || (is_same && i >= index)) continue;
    if (outer == index || strlen(other) < strlen(plan->policy->roots[outer].path)) outer = i;
  }
  plan->roots[index] = (struct planned_root){
      .fd = fd, .device = status.st_dev, .inode = status.st_ino, .is_directory = S_ISDIR(status.st_mode), .outer = outer};
  return 0;
}

int make_plan(struct plan *plan, const struct policy *policy, struct janitor *janitor, struct failure *failure) {
  static struct open_roots roots;
  plan->policy = policy;
  plan->count = plan->text_used = plan->hidden_count = plan->watched_count = 0;
  plan->still_readable[0] = '\0';
  if (open_roots(policy, &roots, failure) != 0) return -1;
  for (size_t i = 0; i < policy->root_count; i++) {
    if (inspect_root(plan, i, roots.fds[i], failure) != 0) return -1;
  }
  struct planner planner = {
      .plan = plan,
      .janitor = janitor,
      .failure = failure,
      .keeps_privileges = privileges_to_keep(has_foreign_root(roots.fds, policy->root_count), true) != KEEP_NOTHING,
      .patience_ms = MAX_PATIENCE_MS,
  };
  return find_protected(&planner) != 0 ? -1 : find_hidden(&planner);
}
