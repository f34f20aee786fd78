// Further places where the files of what is hidden are mounted.
#ifndef CORDON_OTHER_MOUNTS_H
#define CORDON_OTHER_MOUNTS_H

#include "protect/planner.h"

// Hides them as well.
int find_other_mounts(struct planner *planner);

#endif
