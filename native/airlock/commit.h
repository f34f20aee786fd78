// Brings the steps of a set into the workspace. Every step is one rename, or one that can be done again: a commit that
// is killed anywhere leaves each file old or new, and the journal says which steps there are.
#ifndef CORDON_COMMIT_H
#define CORDON_COMMIT_H

#include "airlock/changes.h"

// Takes the steps. `airlock_fd` is the directory of all sets when other commands are at work, else -1. What could not
// be done is a conflict of its changes.
void commit_steps(struct change_set *set, int airlock_fd);

#endif
