#ifndef CORDON_HIDE_H
#define CORDON_HIDE_H

#include "protect/planner.h"

// One more path to hide, unless it is listed or lies in one that is.
int hide_also(struct planner *planner, const char *path);

#endif
