// What the command moved: a layer has a copy at the new name, and nothing that says where it came from.
#ifndef CORDON_MOVES_H
#define CORDON_MOVES_H

#include "airlock/changes.h"

// Tells files that were brought from other names from those that somebody removed while the command worked in them, and
// finds the files whose further names stayed where they were (`twin`). -1 without memory.
int find_moves(struct change_set *set);

// Makes the file of this change in the layer one with what its twin is a name of, where that can be. `*inode` is then the
// inode of the file.
void join_twin(struct change_set *set, const struct change *change, ino_t *inode);

#endif
