#ifndef CORDON_LEAF_DIRECTORY_H
#define CORDON_LEAF_DIRECTORY_H

#include <stdbool.h>

// Whether the directory is so large that reading it costs more than asking for a few names, and holds no directories.
// False when that cannot be told.
bool is_large_leaf(int directory);

#endif
