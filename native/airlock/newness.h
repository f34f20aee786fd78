// Whether a place of the workspace is still what the command saw through its layer.
#ifndef CORDON_NEWNESS_H
#define CORDON_NEWNESS_H

#include "airlock/changes.h"

// Two directories of the same name, or one alone.
struct pair {
  size_t layer;
  int upper, lower; // for reading; -1 without
  mode_t upper_locked, lower_locked; // the modes they get back
  bool is_strange;  // somebody else put this directory, or one above it, where it is
  bool is_shared;   // names in the lower one may have changed since the command began
  bool hides_lower; // what is in the lower one and not in the upper one was removed
  size_t step;      // of the directory itself; NO_STEP in a new tree, which moves whole
  int depth;
};

// Whether what is there may not be what the command saw: nobody knows who changed it, and for what.
bool is_newer(const struct change_set *set, const struct pair *pair, const struct stat *status);

// A directory that was made, or moved here, since: what is in it may be older than it seems.
bool is_strange(const struct change_set *set, const struct pair *pair, int directory, const char *name,
                const struct stat *status);

#endif
