// Finds what must not be read: the given paths, every other name they have, password hashes, and places of our own.
#ifndef CORDON_FIND_HIDDEN_H
#define CORDON_FIND_HIDDEN_H

#include "protect/planner.h"

int find_hidden(struct planner *planner);

#endif
