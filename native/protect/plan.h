// What stays read-only inside the writable roots, found before anything runs: a flat list of places, each with the
// inode that was seen there. Whoever mounts them later compares, and refuses when something was swapped meanwhile.
#ifndef CORDON_PLAN_H
#define CORDON_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "protect/when_missing.h"
#include "protocol/policy.h"

enum place_kind {
  PLACE_READ_ONLY, // cannot be changed, replaced, moved or removed
  PLACE_PINNED,    // cannot be moved, replaced or removed; its content stays as it is
};

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

#endif
