// Walks the roots, nearest directories first and not far: a repository three levels down is found, and a tree of a
// million directories does not delay a command. What lies deeper is documented as out of reach.
#include "find_protected.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "git_layout.h"
#include "roots.h"

enum { MAX_DIRECTORIES = 1000, DEPTH_OF_WORKSPACE = 3, DEPTH_OF_SHARED = 1 };

struct queue {
  char *paths[MAX_DIRECTORIES]; // relative to the outer root; "" is the root itself
  int depths[MAX_DIRECTORIES];
  size_t first, last;
};

static void enqueue(struct queue *queue, const char *parent, const char *name, int depth) {
  char path[PATH_MAX];
  if (queue->last == MAX_DIRECTORIES) return;
  int length = snprintf(path, sizeof path, "%s%s%s", parent, *parent == '\0' ? "" : "/", name);
  if (length < 0 || (size_t)length >= sizeof path) return;
  char *copy = strdup(path);
  if (copy == NULL) return;
  queue->paths[queue->last] = copy;
  queue->depths[queue->last++] = depth;
}

static bool is_protected_name(const struct policy *policy, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < policy->name_count; i++) {
    const char *wanted = policy->names[i].name;
    if (strncmp(wanted, name, length) == 0 && (wanted[length] == '\0' || wanted[length] == '/')) return true;
  }
  return false;
}

// Directories that hold other people's code by the thousand, and that no tool of the host takes orders from.
static bool is_bulk(const char *name) {
  static const char *const bulk[] = {"node_modules", ".venv", "target", "__pycache__"};
  for (size_t i = 0; i < sizeof bulk / sizeof bulk[0]; i++) {
    if (strcmp(name, bulk[i]) == 0) return true;
  }
  return false;
}

static int protect_names_in(struct planner *planner, size_t root, const char *directory, bool forbid_missing) {
  const struct policy *policy = planner->plan->policy;
  char path[PATH_MAX];
  for (size_t i = 0; i < policy->name_count; i++) {
    const char *name = policy->names[i].name;
    int length = snprintf(path, sizeof path, "%s%s%s", directory, *directory == '\0' ? "" : "/", name);
    if (length < 0 || (size_t)length >= sizeof path) continue;
    bool forbid = forbid_missing && policy->names[i].forbid_missing;
    if (protect_place(planner, root, path, forbid ? FORBID_WITH_SOCKET : IGNORE_MISSING) != 0) return -1;
  }
  return 0;
}

struct sighting {
  bool git, names, head, objects, refs;
};

// Reads one directory, remembers what stands out in it and queues the directories below.
static bool look_into(struct planner *planner, struct queue *queue, size_t root, const char *path, int depth,
                      int max_depth, struct sighting *seen) {
  int place = open_exact(planner->plan->roots[root].fd, *path == '\0' ? "." : path);
  int fd = place < 0 ? -1 : openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (place >= 0) (void)close(place);
  DIR *directory = fd < 0 ? NULL : fdopendir(fd);
  if (directory == NULL) {
    if (fd >= 0) (void)close(fd);
    return false; // gone, or not ours to read
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    seen->git |= strcmp(name, ".git") == 0;
    seen->head |= strcmp(name, "HEAD") == 0;
    seen->objects |= strcmp(name, "objects") == 0;
    seen->refs |= strcmp(name, "refs") == 0;
    bool is_named = is_protected_name(planner->plan->policy, name);
    seen->names |= is_named;
    bool is_directory = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
    if (is_directory && depth < max_depth && !is_named && strcmp(name, ".git") != 0 && !is_bulk(name))
      enqueue(queue, path, name, depth + 1);
  }
  (void)closedir(directory);
  return true;
}

static int visit(struct planner *planner, struct queue *queue, size_t root, const char *path, int depth,
                 int max_depth, bool is_top, enum root_guard guard) {
  struct sighting seen = {0};
  if (!look_into(planner, queue, root, path, depth, max_depth, &seen) && !is_top) return 0;
  if (seen.head && seen.objects && seen.refs) return protect_git_directory(planner, root, path);
  if (seen.git || is_top) {
    if (protect_git_entry(planner, root, path, is_top) != 0) return -1;
  }
  if (seen.names || (is_top && guard == GUARD_ALL))
    return protect_names_in(planner, root, path, is_top && guard == GUARD_ALL);
  return 0;
}

static int walk(struct planner *planner, size_t index) {
  static struct queue queue;
  const struct policy *policy = planner->plan->policy;
  enum root_guard guard = policy->roots[index].guard;
  int max_depth = guard == GUARD_ALL ? DEPTH_OF_WORKSPACE : DEPTH_OF_SHARED;
  size_t root;
  const char *top;
  if (!locate(planner->plan, policy->roots[index].path, &root, &top)) return 0;
  if (lock_root(planner->janitor, root, planner->plan->roots[root].fd, policy->roots[root].path, planner->failure) != 0)
    return -1;
  // A root inside another root is no mount point of its own: it must not be moved away and built anew.
  if (pin_place(planner, root, top) != 0) return -1;
  queue.first = queue.last = 0;
  enqueue(&queue, "", top, 0);
  int result = 0;
  while (queue.first < queue.last) {
    size_t at = queue.first++;
    if (result == 0)
      result = visit(planner, &queue, root, queue.paths[at], queue.depths[at], max_depth, at == 0, guard);
    free(queue.paths[at]);
  }
  return result;
}

static int protect_given_paths(struct planner *planner) {
  const struct policy *policy = planner->plan->policy;
  for (size_t i = 0; i < policy->protect_count; i++) {
    size_t root;
    const char *relative;
    if (!locate(planner->plan, policy->protect[i], &root, &relative)) continue; // read-only anyway
    if (*relative == '\0')
      return refuse(planner->failure, STAGE_SANDBOX, 0, "Cannot protect %s: it is a writable root itself",
                    policy->protect[i]);
    if (protect_place(planner, root, relative, FORBID_WITH_SOCKET) != 0) return -1;
  }
  return 0;
}

int find_protected(struct planner *planner) {
  for (size_t i = 0; i < planner->plan->policy->root_count; i++) {
    if (!planner->plan->roots[i].is_directory) continue;
    if (walk(planner, i) != 0) return -1;
  }
  return protect_given_paths(planner);
}
