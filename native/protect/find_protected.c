// Walks the roots, nearest directories first and not far: repositories up to three levels down, named files up to two.
// Where there are more directories than any work tree has, somebody made them to hide a repository: that refuses the
// run, and nothing is ever left out in silence. What lies deeper is documented as out of reach.
#include "protect/find_protected.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protect/entries.h"
#include "protect/git_layout.h"
#include "protect/keep_what_is_there.h"
#include "protect/leaf_directory.h"
#include "protect/other_owners.h"
#include "protect/protect_place.h"
#include "sandbox/roots.h"

enum { MAX_DIRECTORIES = 100000, DEPTH_OF_WORKSPACE = 2, DEPTH_OF_SHARED = 1 };

struct visit {
  char *path; // relative to the outer root; "" is the root itself
  int depth;
};

struct queue {
  struct visit *visits;
  size_t first, last, room;
};

static bool grow(struct queue *queue) {
  if (queue->last < queue->room) return true;
  size_t room = queue->room == 0 ? 256 : queue->room * 2;
  struct visit *visits = realloc(queue->visits, room * sizeof *visits);
  if (visits == NULL) return false;
  queue->visits = visits;
  queue->room = room;
  return true;
}

static int enqueue(struct planner *planner, struct queue *queue, const char *parent, const char *name, int depth) {
  char path[PATH_MAX];
  int length = snprintf(path, sizeof path, "%s%s%s", parent, *parent == '\0' ? "" : "/", name);
  if (length < 0 || (size_t)length >= sizeof path) return 0; // git could not use it either
  if (queue->last == MAX_DIRECTORIES) {
    (void)refuse(planner->failure, STAGE_SANDBOX, 0, "Cannot look for repositories: more than %d directories",
                 MAX_DIRECTORIES);
    return advise(planner->failure, "Choose a smaller writable root");
  }
  char *copy = grow(queue) ? strdup(path) : NULL;
  if (copy == NULL) return refuse(planner->failure, STAGE_SANDBOX, ENOMEM, "Cannot look for repositories");
  queue->visits[queue->last++] = (struct visit){copy, depth};
  return 0;
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
    if (length < 0 || (size_t)length >= sizeof path || reach_of(planner, root, path) == OUT_OF_REACH) continue;
    bool forbid = forbid_missing && policy->names[i].forbid_missing;
    if (protect_place(planner, root, path, forbid ? FORBID_WITH_SOCKET : IGNORE_MISSING) != 0) return -1;
  }
  return 0;
}

struct sighting {
  bool git, names, head, objects, refs;
};

struct walker {
  struct planner *planner;
  struct queue queue;
  size_t root;
  int max_depth;
  enum root_guard guard;
};

// Somebody else's: this user can neither read it nor let itself in.
static bool is_foreign(int root, const char *path) {
  struct stat status;
  int fd = open_exact(root, *path == '\0' ? "." : path);
  bool foreign = fd < 0 ? errno == EACCES && is_closed_for_good(root, path)
                        : fstat(fd, &status) == 0 && status.st_uid != geteuid();
  if (fd >= 0) (void)close(fd);
  return foreign;
}

static int refuse_unread(const struct walker *walker, const char *path, int error) {
  (void)refuse(walker->planner->failure, STAGE_SANDBOX, error, "Cannot look for repositories in %s: %s",
               *path == '\0' ? "the writable root" : path, strerror(error));
  return error == EACCES ? advise(walker->planner->failure, "Make the directory readable again (`chmod u+rx`)") : -1;
}

enum answer { NO, YES, UNKNOWN };

// UNKNOWN with errno: what cannot be looked into may hold anything.
static enum answer has(int directory, const char *name, const char *part) {
  char path[NAME_MAX + 16];
  struct stat status;
  (void)snprintf(path, sizeof path, "%s/%s", name, part);
  if (stat_twice(directory, path, &status) == 0) return YES;
  return errno == ENOENT || errno == ENOTDIR ? NO : UNKNOWN;
}

// A root in this one, which is looked through by itself, and not less thoroughly.
static bool is_another_root(const struct walker *walker, const char *path) {
  const struct policy *policy = walker->planner->plan->policy;
  const char *top = policy->roots[walker->root].path;
  size_t length = strlen(top);
  for (size_t i = 0; i < policy->root_count; i++) {
    const struct writable_root *other = &policy->roots[i];
    if (walker->guard == GUARD_ALL && other->guard != GUARD_ALL) continue;
    if (strncmp(other->path, top, length) == 0 && other->path[length] == '/' && strcmp(other->path + length + 1, path) == 0)
      return true;
  }
  return false;
}

// Directories at the edge are not read, only asked for the marks of a repository.
static int look_over_the_edge(struct walker *walker, const char *path, int directory, const char *name) {
  char below[PATH_MAX];
  int length = snprintf(below, sizeof below, "%s%s%s", path, *path == '\0' ? "" : "/", name);
  if (length < 0 || (size_t)length >= sizeof below) return 0;
  if (is_another_root(walker, below)) return 0;
  walker->planner->is_nested = true;
  enum answer git = has(directory, name, ".git");
  int error = errno;
  if (git == UNKNOWN) {
    int root = walker->planner->plan->roots[walker->root].fd;
    return error == EACCES && is_foreign(root, below) ? 0 : refuse_unread(walker, below, error);
  }
  bool has_git = git == YES;
  // The directory could be searched a moment ago: a part that is not known counts as there.
  if (!has_git && (has(directory, name, "HEAD") == NO || has(directory, name, "objects") == NO ||
                   has(directory, name, "refs") == NO))
    return 0;
  return has_git ? protect_git_entry(walker->planner, walker->root, below, false)
                 : protect_git_directory(walker->planner, walker->root, below);
}

static int look_at(struct walker *walker, const struct visit *visit, int directory, const struct entry *entry,
                   struct sighting *seen) {
  const char *name = entry->name;
  bool is_git = strcmp(name, ".git") == 0;
  bool is_named = is_protected_name(walker->planner->plan->policy, name);
  seen->git |= is_git;
  seen->head |= strcmp(name, "HEAD") == 0;
  seen->objects |= strcmp(name, "objects") == 0;
  seen->refs |= strcmp(name, "refs") == 0;
  seen->names |= is_named;
  bool may_be_directory = entry->type == DT_DIR || entry->type == DT_UNKNOWN;
  if (!may_be_directory || is_git || is_named || is_bulk(name)) return 0;
  if (visit->depth == walker->max_depth) return look_over_the_edge(walker, visit->path, directory, name);
  return enqueue(walker->planner, &walker->queue, visit->path, name, visit->depth + 1);
}

// What cannot be asked for counts as there: whoever protects it looks again.
static bool exists(int directory, const char *name) {
  struct stat status;
  return stat_twice(directory, name, &status) == 0 || !is_gone(errno);
}

// Nothing in it to queue: what else could stand out is asked for by name, thousands of files or not.
static void ask_for_marks(const struct walker *walker, int directory, struct sighting *seen) {
  const struct policy *policy = walker->planner->plan->policy;
  char first[NAME_MAX + 1];
  seen->git = exists(directory, ".git");
  seen->head = exists(directory, "HEAD");
  seen->objects = exists(directory, "objects");
  seen->refs = exists(directory, "refs");
  for (size_t i = 0; i < policy->name_count && !seen->names; i++) {
    int length = (int)strcspn(policy->names[i].name, "/");
    (void)snprintf(first, sizeof first, "%.*s", length, policy->names[i].name);
    seen->names = exists(directory, first);
  }
}

// A directory that cannot be read hides what is in it from this search, and from nobody who may change its mode.
static int pass_over(const struct walker *walker, const struct visit *visit, int error) {
  int root = walker->planner->plan->roots[walker->root].fd;
  if (is_gone(error) || (error == EACCES && is_foreign(root, visit->path))) return 0;
  return refuse_unread(walker, visit->path, error);
}

// Reads one directory, remembers what stands out in it and queues the directories below.
static int look_into(struct walker *walker, const struct visit *visit, struct sighting *seen) {
  int place = open_exact(walker->planner->plan->roots[walker->root].fd, *visit->path == '\0' ? "." : visit->path);
  if (place >= 0 && is_large_leaf(place)) {
    ask_for_marks(walker, place, seen);
    (void)close(place);
    return 0;
  }
  int fd = place < 0 ? -1 : open_twice(place, ".", O_RDONLY | O_DIRECTORY);
  int error = errno;
  if (place >= 0) (void)close(place);
  if (fd < 0) return pass_over(walker, visit, error);
  struct entries entries;
  if (!read_entries(&entries, fd)) return refuse_unread(walker, visit->path, ENOMEM);
  int result = 0;
  for (const struct entry *entry; result == 0 && (entry = next_entry(&entries)) != NULL;)
    result = look_at(walker, visit, fd, entry, seen);
  error = entries.error;
  forget_entries(&entries);
  return result == 0 && error != 0 ? refuse_unread(walker, visit->path, error) : result;
}

static int visit_directory(struct walker *walker, const struct visit *visit, bool is_top) {
  struct sighting seen = {0};
  if (!is_top && is_another_root(walker, visit->path)) return 0;
  walker->planner->is_nested = !is_top;
  if (look_into(walker, visit, &seen) != 0) return -1;
  if (seen.head && seen.objects && seen.refs)
    return protect_git_directory(walker->planner, walker->root, visit->path);
  if ((seen.git || is_top) && protect_git_entry(walker->planner, walker->root, visit->path, is_top) != 0) return -1;
  bool forbid_missing = is_top && walker->guard == GUARD_ALL;
  if (!seen.names && !forbid_missing) return 0;
  return protect_names_in(walker->planner, walker->root, visit->path, forbid_missing);
}

static int walk(struct planner *planner, size_t index) {
  const struct policy *policy = planner->plan->policy;
  struct walker walker = {.planner = planner, .guard = policy->roots[index].guard};
  const char *top;
  planner->is_shared = walker.guard != GUARD_ALL;
  walker.max_depth = walker.guard == GUARD_ALL ? DEPTH_OF_WORKSPACE : DEPTH_OF_SHARED;
  if (!locate(planner->plan, policy->roots[index].path, &walker.root, &top)) return 0;
  if (layer_of(policy, walker.root) != NULL) return 0; // judged afterwards: no name in it needs a mount
  if (lock_root(planner->janitor, walker.root, planner->plan->roots[walker.root].fd,
                policy->roots[walker.root].path, planner->failure) != 0)
    return -1;
  // A root inside another root is no mount point of its own: it must not be moved away and built anew.
  if (pin_place(planner, walker.root, top) != 0) return -1;
  if (is_attended(policy, index) || is_attended(policy, walker.root)) return keep_what_is_there(planner, walker.root, top);
  int result = enqueue(planner, &walker.queue, "", top, 0);
  for (struct queue *queue = &walker.queue; queue->first < queue->last; queue->first++) {
    struct visit visit = queue->visits[queue->first]; // the queue may move while it grows
    if (result == 0) result = visit_directory(&walker, &visit, queue->first == 0);
    free(visit.path);
  }
  free(walker.queue.visits);
  return result;
}

static int protect_given_paths(struct planner *planner) {
  const struct policy *policy = planner->plan->policy;
  planner->is_shared = planner->is_nested = false;
  for (size_t i = 0; i < policy->protect_count; i++) {
    size_t root;
    const char *relative;
    if (!locate(planner->plan, policy->protect[i], &root, &relative)) continue; // read-only anyway
    if (*relative == '\0')
      return refuse(planner->failure, STAGE_SANDBOX, 0, "Cannot protect %s: it is a writable root itself",
                    policy->protect[i]);
    // The host resolved it: a link or a file on the way was put there since, and protects nothing.
    int place = open_exact(planner->plan->roots[root].fd, relative);
    if (place < 0 && (errno == ELOOP || errno == ENOTDIR))
      return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot protect %s: %s", policy->protect[i], strerror(errno));
    if (place >= 0) (void)close(place);
    enum when_missing when_missing = may_come(policy, policy->protect[i]) ? IGNORE_MISSING : FORBID_WITH_SOCKET;
    if (protect_place(planner, root, relative, when_missing) != 0) return -1;
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
