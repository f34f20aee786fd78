// Opens the writable roots, each exactly once, without following a link anywhere on the way.
#ifndef CORDON_ROOTS_H
#define CORDON_ROOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "protocol/failure.h"
#include "protocol/policy.h"

struct open_roots {
  int fds[MAX_ROOTS]; // O_PATH
};

int open_roots(const struct policy *policy, struct open_roots *roots, struct failure *failure);

// Whether an absolute path is the directory or lies below it.
bool lies_in(const char *path, const char *directory);

// Whether a root belongs to somebody else than the user who runs this.
bool has_foreign_root(const int *fds, size_t count);

// Opens `path` below `directory` (or absolute with -1) as O_PATH: no symlinks, no magic links, never out of it.
int open_exact(int directory, const char *path);

// Whether an answer of `open_exact` says that nothing is there by that path: no name, or no directory on the way.
bool is_gone(int error);

// openat(), and fstatat() of the name itself, for who does without what is not there (or is closed): asked twice, then.
int open_twice(int directory, const char *path, int flags);
int stat_twice(int directory, const char *path, struct stat *status);

// Whether a path stays closed to this user, now that opening it was refused (EACCES): the directory in the way belongs
// to somebody else. What this user owns, a command of this user opens again with one chmod().
bool is_closed_for_good(int directory, const char *path);

// Opens what a path means to a program, links followed, but for those of /proc that lead into a process.
int open_without_magic(int directory, const char *path, bool follows_last);

#endif
