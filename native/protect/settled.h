// A repository that another program is making, or removing, at this very moment: a name put into it would be in that
// program's way, as a directory that is not empty is in the way of `rm -r`.
#ifndef CORDON_SETTLED_H
#define CORDON_SETTLED_H

#include "protect/planner.h"

enum settled {
  SETTLED,
  RESTLESS,
  HALF_MADE, // for long: waiting does not help
  GONE,
};

// Whether names may be put into the git directory at `path`. Waits for whoever is at work there, as long as the planner has
// patience.
enum settled wait_until_settled(struct planner *planner, size_t root, const char *path);

#endif
