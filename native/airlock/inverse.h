// Makes the layers of a new set what brings back the chosen part of a record. What lies in the record stays there until the
// new set was committed.
#ifndef CORDON_INVERSE_H
#define CORDON_INVERSE_H

#include "airlock/changes.h"

// `record` was opened and looked at; what is left out of it, or has a conflict, is not brought back. `target` is the directory
// of the new set, over the same roots in the same order. -1 with the reason in `record`.
int build_inverse(struct change_set *record, const char *target);

#endif
