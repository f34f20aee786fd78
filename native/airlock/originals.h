// What a commit takes out of the workspace, kept to be brought back: the very files and directories, moved and not copied
// where the layer lies on their file system.
#ifndef CORDON_ORIGINALS_H
#define CORDON_ORIGINALS_H

#include "airlock/carry.h"
#include "airlock/changes.h"

// Before the journal: what cannot be known or had any more once the steps were taken. -1 when it cannot be kept.
int ready_originals(struct change_set *set);

// What stood at the place of this step goes from `old`, a copy's place beside it: keeps a copy. -1 when it cannot.
int keep_copy(struct change_set *set, const struct step *step, struct spot old);

// Whether what stood at the place of this step was gathered already, by a run that was killed then.
bool is_gathered(const struct change_set *set, const struct step *step);

// After the steps: gathers what they took out of the way, and turns the set into the record of its commit. Done again it does
// nothing more.
int gather_originals(struct change_set *set);

#endif
