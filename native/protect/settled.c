// The time when a name last came or went tells. Whoever sets it back gets the names that a repository at rest gets.
#include "protect/settled.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/roots.h"

enum { QUIET_MS = 1500, STEP_MS = 10 };

// Milliseconds since the last change; negative on a file system whose clock is ahead.
static int64_t age_of(const struct stat *status) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)(now.tv_sec - status->st_mtim.tv_sec) * 1000 + (now.tv_nsec - status->st_mtim.tv_nsec) / 1000000;
}

static bool is_missing(int directory, const char *name) {
  struct stat status;
  return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
}

// Where every name is taken, nothing is going to be put.
static bool has_free_names(int directory) {
  static const char *const names[] = {"hooks", "config", "config.worktree", "commondir"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (is_missing(directory, names[i])) return true;
  }
  return false;
}

static bool has(int directory, const char *name) {
  struct stat status;
  return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

// To git, less than that is no repository; it may become one this moment, or just have been one.
static bool is_whole(int directory) {
  return has(directory, "HEAD") && (has(directory, "commondir") || (has(directory, "objects") && has(directory, "refs")));
}

static enum settled look(const struct planner *planner, size_t root, const char *path) {
  int directory = open_exact(planner->plan->roots[root].fd, path);
  if (directory < 0) return is_gone(errno) ? GONE : RESTLESS;
  struct stat status;
  enum settled result = RESTLESS;
  if (fstat(directory, &status) == 0) {
    int64_t age = age_of(&status);
    bool is_quiet = age >= QUIET_MS || age <= -QUIET_MS; // a clock that far off tells nothing
    if ((is_quiet && is_whole(directory)) || !has_free_names(directory)) result = SETTLED;
    else if (is_quiet) result = HALF_MADE;
  }
  (void)close(directory);
  return result;
}

enum settled wait_until_settled(struct planner *planner, size_t root, const char *path) {
  const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
  enum settled result = look(planner, root, path);
  while (result == RESTLESS && planner->patience_ms > 0) {
    planner->patience_ms -= STEP_MS;
    (void)nanosleep(&step, NULL);
    result = look(planner, root, path);
  }
  return result;
}
