// In a directory that everybody shares (/tmp) most things belong to somebody else: what the command cannot reach needs no
// protection, and is not touched, or whoever owns it decided what may run here.
#ifndef CORDON_OTHER_OWNERS_H
#define CORDON_OTHER_OWNERS_H

#include "protect/planner.h"

enum reach {
  OURS,         // or in a root that is not shared
  OUT_OF_REACH, // somebody else's, and the command can neither write it nor put another in its place
  OF_OTHERS,    // somebody else's, within reach
};

enum reach reach_of(const struct planner *planner, size_t root, const char *path);

#endif
