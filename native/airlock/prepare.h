// Makes the layer what is to be committed: what was left out is taken out of it, bytes that were rewritten are in it.
#ifndef CORDON_PREPARE_H
#define CORDON_PREPARE_H

#include "airlock/changes.h"

// Steps that must not be taken lose their kind (0). -1 when the layer cannot be made so: nothing was committed then.
int prepare_steps(struct change_set *set);

#endif
