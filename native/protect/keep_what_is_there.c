// A session works in the real directories, and somebody looks at what it writes there. What is obeyed already must not
// change between two looks, so it is read-only; everything else stays as free as it is without a sandbox: git writes its
// configuration, repositories are made, moved and removed.
#include "protect/keep_what_is_there.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "protect/entries.h"
#include "protect/protect_place.h"
#include "sandbox/roots.h"

static bool is_sample(const char *name) {
  static const char ending[] = ".sample";
  size_t length = strlen(name);
  return length > strlen(ending) && strcmp(name + length - strlen(ending), ending) == 0;
}

// 1 when the directory has a hook that git would run, 0 when it has none, -1 with errno.
static int has_hooks(int root, const char *path) {
  int place = open_exact(root, path);
  if (place < 0) return is_gone(errno) || errno == ELOOP ? 0 : -1;
  int directory = open_twice(place, ".", O_RDONLY | O_DIRECTORY);
  int error = errno;
  (void)close(place);
  errno = error;
  if (directory < 0) return error == ENOTDIR ? 0 : -1;
  struct entries entries;
  if (!read_entries(&entries, directory)) return -1;
  int found = 0;
  for (const struct entry *entry; found == 0 && (entry = next_entry(&entries)) != NULL;) found = is_sample(entry->name) ? 0 : 1;
  error = entries.error;
  forget_entries(&entries);
  errno = error;
  return found == 0 && error != 0 ? -1 : found;
}

static bool join(char *out, const char *top, const char *name) {
  int length = snprintf(out, PATH_MAX, "%s%s%s", top, *top == '\0' ? "" : "/", name);
  return length >= 0 && length < PATH_MAX;
}

int keep_what_is_there(struct planner *planner, size_t root, const char *top) {
  const struct policy *policy = planner->plan->policy;
  char path[PATH_MAX];
  for (size_t i = 0; i < policy->name_count; i++) {
    if (join(path, top, policy->names[i].name) && protect_place(planner, root, path, IGNORE_MISSING) != 0) return -1;
  }
  if (!join(path, top, ".git/hooks")) return 0;
  int found = has_hooks(planner->plan->roots[root].fd, path);
  if (found < 0)
    return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot look into %s: %s", path, strerror(errno));
  return found == 0 ? 0 : protect_place(planner, root, path, IGNORE_MISSING);
}
