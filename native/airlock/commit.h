// Brings the steps of a set into the workspace. Every step is one rename, or one that can be done again: a commit that
// is killed anywhere leaves each file old or new, and the journal says which steps there are.
#ifndef CORDON_COMMIT_H
#define CORDON_COMMIT_H

#include "airlock/changes.h"

// Finds what others changed since the layers were read: nothing of that is begun then.
void look_again(struct change_set *set);

// Takes the steps. What could not be done is a conflict of its changes; its step has no kind (0) any more.
void commit_steps(struct change_set *set);

#endif
