// Knows git's layouts and nothing else. A sandboxed command may commit; it may not decide what the next git outside
// of the sandbox executes: hooks, core.fsmonitor, core.hooksPath, filters and aliases all live in these few files.
#include "protect/git_layout.h"

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
#include "protect/other_owners.h"
#include "protect/protect_place.h"
#include "protect/settled.h"
#include "sandbox/roots.h"

enum { MAX_MODULE_DEPTH = 4 };

static bool join(char *out, const char *directory, const char *name) {
  int length = snprintf(out, PATH_MAX, "%s%s%s", directory, *directory == '\0' ? "" : "/", name);
  return length >= 0 && length < PATH_MAX;
}

// 1 when something is there, 0 when nothing is, -1 with the failure when nobody knows.
static int look(struct planner *planner, size_t root, const char *path, struct stat *status) {
  int fd = open_exact(planner->plan->roots[root].fd, path);
  if (fd < 0 && is_gone(errno)) return 0;
  int result = fd < 0 ? -1 : fstat(fd, status);
  int error = errno;
  if (fd >= 0) (void)close(fd);
  if (result == 0) return 1;
  return refuse(planner->failure, STAGE_SANDBOX, error, "Cannot look at %s: %s", path, strerror(error));
}

// -1 with errno.
static int open_directory(struct planner *planner, size_t root, const char *path) {
  int place = open_exact(planner->plan->roots[root].fd, path);
  if (place < 0) return -1;
  int fd = open_twice(place, ".", O_RDONLY | O_DIRECTORY);
  int error = errno;
  (void)close(place);
  errno = error;
  return fd;
}

typedef int (*visitor)(struct planner *planner, size_t root, const char *path, int depth);

static int for_each_directory(struct planner *planner, size_t root, const char *path, int depth, visitor visit) {
  int directory = open_directory(planner, root, path);
  // Gone meanwhile. What is there and cannot be read hides submodules that git outside would use once it can.
  if (directory < 0 && is_gone(errno)) return 0;
  struct entries entries;
  if (directory < 0 || !read_entries(&entries, directory))
    return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot look into %s: %s", path, strerror(errno));
  int result = 0;
  char below[PATH_MAX];
  for (const struct entry *entry; result == 0 && (entry = next_entry(&entries)) != NULL;) {
    bool maybe = entry->type == DT_DIR || entry->type == DT_UNKNOWN;
    if (entry->name[0] == '.' || !maybe || !join(below, path, entry->name)) continue;
    result = visit(planner, root, below, depth);
  }
  if (result == 0 && entries.error != 0)
    result = refuse(planner->failure, STAGE_SANDBOX, entries.error, "Cannot look into %s: %s", path, strerror(entries.error));
  forget_entries(&entries);
  return result;
}

// `.git/modules/NAME` is the git directory of a submodule; NAME may have slashes.
static int visit_module(struct planner *planner, size_t root, const char *path, int depth) {
  char head[PATH_MAX];
  struct stat status;
  if (!join(head, path, "HEAD")) return 0;
  int found = look(planner, root, head, &status);
  if (found != 0) return found < 0 ? -1 : protect_git_directory(planner, root, path);
  if (depth >= MAX_MODULE_DEPTH) return 0;
  return for_each_directory(planner, root, path, depth + 1, visit_module);
}

// `.git/worktrees/NAME` belongs to a linked worktree: these files say whose configuration it reads.
static int visit_worktree(struct planner *planner, size_t root, const char *path, int depth) {
  static const char *const pointers[] = {"commondir", "gitdir", "config.worktree"};
  char file[PATH_MAX];
  (void)depth;
  for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
    if (!join(file, path, pointers[i])) return 0;
    enum when_missing when_missing = i == 2 ? FORBID_WITH_EMPTY_FILE : IGNORE_MISSING;
    if (protect_place(planner, root, file, when_missing) != 0) return -1;
  }
  return 0;
}

static int protect_in_each(struct planner *planner, size_t root, const char *path, const char *name, visitor visit) {
  char part[PATH_MAX];
  struct stat status;
  if (!join(part, path, name)) return 0;
  int found = look(planner, root, part, &status);
  if (found <= 0 || !S_ISDIR(status.st_mode)) return found < 0 ? -1 : 0;
  return pin_place(planner, root, part) != 0 ? -1 : for_each_directory(planner, root, part, 0, visit);
}

// 1 when nothing may be put into this git directory, and nothing has to be: it is out of the command's reach, or closed as
// a whole. What others own or are at work in is theirs; a name of ours would be in their way.
static int leave_alone(struct planner *planner, size_t root, const char *path) {
  if (!planner->is_nested) return 0;
  enum reach reach = reach_of(planner, root, path);
  if (reach == OUT_OF_REACH) return 1;
  if (reach == OURS) {
    switch (wait_until_settled(planner, root, path)) {
      case SETTLED:
        return 0;
      case GONE:
        return 1;
      case RESTLESS:
      case HALF_MADE:
        break;
    }
  }
  return protect_place(planner, root, path, IGNORE_MISSING) == 0 ? 1 : -1;
}

int protect_git_directory(struct planner *planner, size_t root, const char *path) {
  static const struct {
    const char *name;
    enum when_missing when_missing; // each stand-in means to git what nothing means
  } parts[] = {
      {"hooks", FORBID_HOOKS},
      {"config", FORBID_WITH_EMPTY_FILE},
      {"config.worktree", FORBID_WITH_EMPTY_FILE},
      {"commondir", FORBID_WITH_DOT},
  };
  char part[PATH_MAX];
  int left = leave_alone(planner, root, path);
  if (left != 0) return left < 0 ? -1 : 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (join(part, path, parts[i].name) && protect_place(planner, root, part, parts[i].when_missing) != 0) return -1;
  }
  if (protect_in_each(planner, root, path, "modules", visit_module) != 0) return -1;
  return protect_in_each(planner, root, path, "worktrees", visit_worktree);
}

// 1 for a line that begins so, 0 for none, -1 with errno.
static int read_line(int directory, const char *name, const char *prefix, char *line) {
  char text[PATH_MAX];
  int fd = open_twice(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return is_gone(errno) || errno == ENXIO ? 0 : -1; // a socket of ours, for example
  ssize_t length = read(fd, text, sizeof text - 1);
  int error = errno;
  (void)close(fd);
  errno = error;
  if (length <= 0) return length < 0 && error != EISDIR ? -1 : 0;
  text[length] = '\0';
  text[strcspn(text, "\r\n")] = '\0';
  size_t skip = strlen(prefix);
  if (strncmp(text, prefix, skip) != 0 || text[skip] == '\0') return 0;
  memcpy(line, text + skip, strlen(text + skip) + 1);
  return 1;
}

// Protects the git directory that `directory`/`name` points to, and the one whose configuration that one shares,
// when they lie in a writable root.
static int follow_pointer(struct planner *planner, int directory, const char *name, const char *prefix, int depth) {
  char target[PATH_MAX], link[64], real[PATH_MAX];
  int found = read_line(directory, name, prefix, target);
  if (found == 0) return 0;
  int fd = found < 0 ? -1 : open_twice(directory, target, O_PATH | O_DIRECTORY);
  // Nothing there, or somebody else's: nobody but its owner decides what git finds there.
  if (found > 0 && fd < 0 && (is_gone(errno) || errno == EACCES || errno == ENAMETOOLONG)) return 0;
  if (fd < 0)
    return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot see where a repository lies: %s", strerror(errno));
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, real, sizeof real - 1);
  int result = length > 0 ? 0 : refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot see where a repository lies");
  if (length > 0) {
    real[length] = '\0';
    size_t root;
    const char *relative;
    struct stat status;
    bool is_linked = depth == 0 && stat_twice(fd, "commondir", &status) == 0;
    if (locate(planner->plan, real, &root, &relative))
      result = is_linked ? visit_worktree(planner, root, relative, 0) : protect_git_directory(planner, root, relative);
  }
  if (result == 0 && depth == 0) result = follow_pointer(planner, fd, "commondir", "", 1);
  (void)close(fd);
  return result;
}

// A link to a git directory: its target is protected as one, not frozen as a whole.
static int follow_git_link(struct planner *planner, size_t root, const char *path) {
  char link[64], real[PATH_MAX];
  if (pin_place(planner, root, path) != 0) return -1;
  int place = open_twice(planner->plan->roots[root].fd, path, O_PATH | O_DIRECTORY);
  if (place < 0 && (is_gone(errno) || errno == EACCES)) return 0;
  if (place < 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot resolve the link %s: %s", path, strerror(errno));
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", place);
  ssize_t length = readlink(link, real, sizeof real - 1);
  (void)close(place);
  if (length <= 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot resolve the link %s", path);
  real[length] = '\0';
  size_t target_root;
  const char *relative;
  if (!locate(planner->plan, real, &target_root, &relative)) return 0;
  return protect_git_directory(planner, target_root, relative);
}

static int follow_git_file(struct planner *planner, size_t root, const char *work_tree) {
  int place = open_exact(planner->plan->roots[root].fd, *work_tree == '\0' ? "." : work_tree);
  if (place < 0 && is_gone(errno)) return 0;
  if (place < 0) return refuse(planner->failure, STAGE_SANDBOX, errno, "Cannot look into %s: %s", work_tree, strerror(errno));
  int result = follow_pointer(planner, place, ".git", "gitdir: ", 0);
  (void)close(place);
  return result;
}

int protect_git_entry(struct planner *planner, size_t root, const char *work_tree, bool forbid_missing) {
  char path[PATH_MAX];
  struct stat status;
  if (!join(path, work_tree, ".git")) return 0;
  // A link that leads nowhere, not a directory: tools that look for a repository (git, go) must still see none.
  int found = look(planner, root, path, &status);
  if (found < 0) return -1;
  if (found == 0)
    return protect_place(planner, root, path, forbid_missing ? FORBID_WITH_LINK : IGNORE_MISSING);
  if (S_ISDIR(status.st_mode)) return protect_git_directory(planner, root, path);
  if (reach_of(planner, root, path) == OUT_OF_REACH) return 0;
  if (S_ISLNK(status.st_mode)) return follow_git_link(planner, root, path);
  if (protect_place(planner, root, path, IGNORE_MISSING) != 0) return -1;
  return S_ISREG(status.st_mode) ? follow_git_file(planner, root, work_tree) : 0;
}
