// For the files that fill a plan: how a place gets into it.
#ifndef CORDON_PLANNER_H
#define CORDON_PLANNER_H

#include <sys/stat.h>

#include "protect/janitor.h"
#include "protect/plan.h"
#include "protocol/failure.h"

struct planner {
  struct plan *plan;
  struct janitor *janitor;
  struct failure *failure;
  bool is_shared;        // the root that is looked through belongs to everybody
  bool is_nested;        // what is looked at is no given root itself
  bool keeps_privileges; // the command may write what others own
  int patience_ms;       // how long may still be waited for others to be done
};

// Finds the outer root and the relative path of an absolute one; false when it lies in none. `*relative` points into
// `path`, and is empty for a root itself.
bool locate(const struct plan *plan, const char *path, size_t *root, const char **relative);

// Keeps a copy of a text as long as the plan; NULL with the failure filled in.
char *keep_text(struct planner *planner, const char *text);

// Whether what is written below a root is judged before it counts: no name there needs a mount.
bool is_judged(const struct planner *planner, size_t root);

// One more place; of two for the same path the stronger counts.
int add_place(struct planner *planner, enum place_kind kind, enum when_missing when_missing, size_t root, const char *path,
              const struct stat *status);

// Keeps the directory at `path` where it is. One that went away meanwhile is no failure.
int pin_place(struct planner *planner, size_t root, const char *path);

// Keeps every directory above `path` where it is: a protected file is worth nothing when one of them can be renamed and
// built anew.
int pin_parents(struct planner *planner, size_t root, const char *path);

// What was seen a moment ago is something else by now: the search begins anew. Returns -1.
int was_replaced(const struct planner *planner, const char *path);

#endif
