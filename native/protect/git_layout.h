// Where git keeps what it executes: in a plain repository, a linked worktree, a submodule, a bare repository.
#ifndef CORDON_GIT_LAYOUT_H
#define CORDON_GIT_LAYOUT_H

#include "protect/planner.h"

// The `.git` of the work tree at `work_tree` (relative; "" for the root): a directory, a file that points to one, a
// link, or nothing. With `forbid_missing` none can be created.
int protect_git_entry(struct planner *planner, size_t root, const char *work_tree, bool forbid_missing);

// A git directory itself: hooks and configuration stay as they are; index, objects, refs and logs stay writable.
int protect_git_directory(struct planner *planner, size_t root, const char *path);

#endif
