// Finds what must not be read: the given paths, every other name they have, password hashes, and places of our own.
#ifndef CORDON_FIND_HIDDEN_H
#define CORDON_FIND_HIDDEN_H

#include "protect/plan.h"

int find_hidden(struct planner *planner);

// One more path to hide, unless it is listed or lies in one that is.
int hide_also(struct planner *planner, const char *path);

#endif
