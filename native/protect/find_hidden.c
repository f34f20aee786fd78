// A path is a way to a file, and there may be others: further names (hard links), and further mounts of the same files.
#include "protect/find_hidden.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protect/hide.h"
#include "protect/other_mounts.h"
#include "protect/other_names.h"
#include "protect/state_directory.h"
#include "sandbox/roots.h"

// A hidden place is a mount point, but the directories above it could be moved: the next command would be told to
// hide a path where nothing is any more.
static int pin_above(struct planner *planner, const struct hidden *hidden) {
  size_t root;
  const char *relative;
  char parent[PATH_MAX];
  if (!locate(planner->plan, hidden->path, &root, &relative)) return 0;
  const char *slash = strrchr(relative, '/');
  if (slash == NULL) return 0;
  (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - relative), relative);
  int fd = open_exact(planner->plan->roots[root].fd, parent);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || hidden->is_closed)) return 0; // nothing to hide
  if (fd < 0)
    return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot hide %s: %s", hidden->path, strerror(errno));
  (void)close(fd);
  return pin_place(planner, root, parent);
}

// What only root may read, and no command that gave up root's privileges has a use for.
static int hide_passwords(struct planner *planner) {
  static const char *const files[] = {"/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-"};
  size_t root;
  const char *relative;
  if (geteuid() != 0 || locate(planner->plan, files[0], &root, &relative)) return 0; // it is what the command works on
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    struct stat status;
    bool is_there = stat_twice(AT_FDCWD, files[i], &status) == 0;
    if (!is_there && is_gone(errno)) continue;
    // A link would lead elsewhere: that place is not known for anything.
    if (is_there && !S_ISREG(status.st_mode)) continue;
    if (hide_also(planner, files[i]) != 0) return -1;
  }
  return 0;
}

// Where layers lie: of use to no command.
static int hide_layers(struct planner *planner) {
  const struct policy *policy = planner->plan->policy;
  char path[PATH_MAX];
  if (policy->layer_count == 0) return 0;
  // UPPER is AIRLOCK/SET/NUMBER/upper, and all of them lie in one airlock.
  (void)snprintf(path, sizeof path, "%s", policy->layers[0].upper);
  for (int levels = 0; levels < 3; levels++) {
    char *slash = strrchr(path, '/');
    if (slash != NULL && slash != path) *slash = '\0';
  }
  return hide_also(planner, path);
}

// What lies in a writable root is made first where it is missing: whoever makes it decides what the next run reads in it.
static int hide_state(struct planner *planner) {
  char path[64];
  size_t root;
  const char *relative;
  for (size_t i = 0; state_directory(i, path, sizeof path); i++) {
    bool is_in_root = locate(planner->plan, path, &root, &relative);
    int made = is_in_root ? make_state_directory(path) : -1;
    if (made >= 0) (void)close(made);
    if (is_state_directory(path) && hide_also(planner, path) != 0) return -1;
  }
  return 0;
}

int find_hidden(struct planner *planner) {
  struct plan *plan = planner->plan;
  const struct policy *policy = plan->policy;
  for (size_t i = 0; i < policy->deny_read_count; i++) {
    if (hide_also(planner, policy->deny_read[i]) != 0) return -1;
  }
  plan->watched_count = plan->hidden_count;
  for (size_t i = 0; i < plan->watched_count; i++) {
    if (pin_above(planner, &plan->hidden[i]) != 0) return -1;
  }
  if (plan->watched_count > 0 && (find_other_names(planner) != 0 || find_other_mounts(planner) != 0)) return -1;
  // What lies inside is covered before what it lies in.
  return hide_layers(planner) != 0 || hide_state(planner) != 0 ? -1 : hide_passwords(planner);
}
