// What keeps still in a root whose changes are judged while the command runs.
#ifndef CORDON_KEEP_WHAT_IS_THERE_H
#define CORDON_KEEP_WHAT_IS_THERE_H

#include "protect/planner.h"

// `top` is the root given, relative to outer root `root`. Protects what tools obey there already: the given names, and the
// hooks of its repository where one of them is no sample. Nothing is made, and no other name is held: what is new is judged.
int keep_what_is_there(struct planner *planner, size_t root, const char *top);

#endif
