// A layer over a writable root: the command sees the root and changes only the layer.
#ifndef CORDON_LAYERS_H
#define CORDON_LAYERS_H

#include "protocol/failure.h"
#include "protocol/policy.h"

// A detached mount of the root `lower` (O_PATH) with the layer over it, or -1.
int mount_layer(const struct layered_root *layer, int lower, struct failure *failure);

#endif
