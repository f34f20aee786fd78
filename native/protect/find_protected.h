// Finds what is worth protecting in the writable roots: the given names, and git directories wherever they are.
#ifndef CORDON_FIND_PROTECTED_H
#define CORDON_FIND_PROTECTED_H

#include "protect/planner.h"

int find_protected(struct planner *planner);

#endif
