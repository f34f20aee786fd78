// What stays read-only inside the writable roots, found before anything runs: a flat list of places, each with the
// inode that was seen there. Whoever mounts them later compares, and refuses when something was swapped meanwhile.
#ifndef CORDON_PLAN_H
#define CORDON_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "protocol/failure.h"
#include "protect/janitor.h"
#include "protocol/policy.h"

enum place_kind {
  PLACE_READ_ONLY, // cannot be changed, replaced, moved or removed
  PLACE_PINNED,    // cannot be moved, replaced or removed; its content stays as it is
};

// What to do about a name that does not exist.
enum when_missing {
  IGNORE_MISSING,
  FORBID_WITH_SOCKET, // the directories above it are made, too
  FORBID_WITH_LINK,
  // In a git directory, which its owner may remove at any moment: nothing is made where it was.
  FORBID_HOOKS,
  FORBID_WITH_EMPTY_FILE,
  FORBID_WITH_DOT,
};

bool is_part_of_git(enum when_missing when_missing);

enum placeholder placeholder_for(enum when_missing when_missing);

struct place {
  enum place_kind kind;
  enum when_missing when_missing;
  size_t root; // an outer root
  char *path;  // relative to it
  bool is_directory;
  dev_t device;
  ino_t inode;
};

struct planned_root {
  int fd; // O_PATH, in the host's mount namespace
  dev_t device;
  ino_t inode;
  bool is_directory;
  size_t outer; // the root that contains it, or itself
  bool is_full; // has no room for what would keep names free: nothing may be made at its top
};

// A path that the command cannot read. What is said of it was asked where users have the numbers of the host: inside, all
// strangers are one.
struct hidden {
  char *path;
  bool is_closed;  // somebody else's closed directory hides it already
  bool is_missing; // nothing was there
};

enum { MAX_PLACES = 4096, MAX_PLACE_TEXT = 8 * 1024 * 1024, MAX_HIDDEN = 4096 };

// One flat piece of memory: the launcher fills it, process 1 reads it. Pages that nothing was written to do not exist.
struct plan {
  const struct policy *policy; // the launcher's
  struct planned_root roots[MAX_ROOTS];
  struct place places[MAX_PLACES];
  struct hidden hidden[MAX_HIDDEN];
  size_t hidden_count, watched_count; // the first ones are watched for what others put there
  char still_readable[200];           // what is hidden and has names nobody could find; "" for nothing
  size_t count, text_used;
  char text[MAX_PLACE_TEXT]; // the paths of the places
};

// Opens the roots, finds what to protect, and keeps missing names from being created with the janitor's help.
int make_plan(struct plan *plan, const struct policy *policy, struct janitor *janitor, struct failure *failure);

// The steps below are for the files that fill the plan.

struct planner {
  struct plan *plan;
  struct janitor *janitor;
  struct failure *failure;
  bool is_shared;        // the root that is looked through belongs to everybody
  bool is_nested;        // what is looked at is no given root itself
  bool keeps_privileges; // the command may write what others own
  int patience_ms;       // how long may still be waited for others to be done
};

// Protects `path` below outer root `root`. A symbolic link is pinned, and what it leads to is protected, too, when
// that lies in a writable root. Returns -1 when protection is impossible.
int protect_place(struct planner *planner, size_t root, const char *path, enum when_missing when_missing);

// Keeps a copy of a text as long as the plan; NULL with the failure filled in.
char *keep_text(struct planner *planner, const char *text);

// Keeps the directory at `path` where it is. One that went away meanwhile is no failure.
int pin_place(struct planner *planner, size_t root, const char *path);

// Finds the outer root and the relative path of an absolute one; false when it lies in none. `*relative` points into
// `path`, and is empty for a root itself.
bool locate(const struct plan *plan, const char *path, size_t *root, const char **relative);

#endif
