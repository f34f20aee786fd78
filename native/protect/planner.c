#include "protect/planner.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/roots.h"

bool locate(const struct plan *plan, const char *path, size_t *root, const char **relative) {
  for (size_t i = 0; i < plan->policy->root_count; i++) {
    if (plan->roots[i].outer != i || !lies_in(path, plan->policy->roots[i].path)) continue;
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

int add_place(struct planner *planner, enum place_kind kind, enum when_missing when_missing, size_t root, const char *path,
              const struct stat *status) {
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

int was_replaced(const struct planner *planner, const char *path) {
  return refuse(planner->failure, STAGE_SANDBOX, ESTALE, "Cannot protect %s: what is above it is being replaced", path);
}

int pin_parents(struct planner *planner, size_t root, const char *path) {
  char parent[PATH_MAX];
  for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
    if (pin_place(planner, root, parent) != 0) return -1;
    if (find_place(planner->plan, root, parent) == NULL) return was_replaced(planner, path);
  }
  return 0;
}

bool is_judged(const struct planner *planner, size_t root) {
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
