#ifndef CORDON_PROTECT_PLACE_H
#define CORDON_PROTECT_PLACE_H

#include "protect/planner.h"

// Protects `path` below outer root `root`. A symbolic link is pinned, and what it leads to is protected, too, when
// that lies in a writable root. Returns -1 when protection is impossible.
int protect_place(struct planner *planner, size_t root, const char *path, enum when_missing when_missing);

#endif
