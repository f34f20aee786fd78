// Further names (hard links) of what is hidden.
#ifndef CORDON_OTHER_NAMES_H
#define CORDON_OTHER_NAMES_H

#include "protect/planner.h"

// Looks for them where commands write and beside the hidden paths, and hides them. What has more names than were found is
// said in `plan->still_readable`.
int find_other_names(struct planner *planner);

#endif
