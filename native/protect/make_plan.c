// The roots, and in them what is protected (find_protected.c) and what nobody may read (find_hidden.c).
#include "protect/make_plan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "protect/find_hidden.h"
#include "protect/find_protected.h"
#include "protect/planner.h"
#include "sandbox/privileges.h"
#include "sandbox/roots.h"

enum { MAX_PATIENCE_MS = 2000 };

static int inspect_root(struct plan *plan, size_t index, int fd, struct failure *failure) {
  struct stat status;
  if (fstat(fd, &status) != 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot inspect a writable root");
  const char *path = plan->policy->roots[index].path;
  size_t outer = index;
  for (size_t i = 0; i < plan->policy->root_count; i++) {
    const char *other = plan->policy->roots[i].path;
    bool is_same = strcmp(other, path) == 0;
    if (!lies_in(path, other) || (is_same && i >= index)) continue;
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
