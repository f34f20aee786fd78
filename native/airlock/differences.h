// How two nodes of the same name differ: one in a layer, one in the workspace.
#ifndef CORDON_DIFFERENCES_H
#define CORDON_DIFFERENCES_H

#include <stdbool.h>
#include <sys/stat.h>

// The two directories, and the name in both.
struct both {
  int upper, lower;
  const char *name;
};

// Owner, mode and extended attributes, and of what is no directory the moment it was written.
bool differs_in_attributes(struct both both, const struct stat *upper, const struct stat *lower);

// Two regular files that may have the same bytes, the one in the layer under no other name.
bool may_be_untouched(const struct stat *upper, const struct stat *lower);

// Whether both are what the other one is, but for the moment they were written.
bool is_same_outcome(struct both both, const struct stat *upper, const struct stat *lower);

#endif
