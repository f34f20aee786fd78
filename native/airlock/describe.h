// One node of a change, as it was or as the command left it.
#ifndef CORDON_DESCRIBE_H
#define CORDON_DESCRIBE_H

#include "airlock/changes.h"

// -1 when it cannot be read, and nothing can be said about the set.
int describe_before(struct change_set *set, struct change *change, int directory, const char *name, const struct stat *status);
int describe_after(struct change_set *set, struct change *change, int directory, const char *name, const struct stat *status);

// A program that lends its owner's or its group's rights would outlive the sandbox: only bits that were there (`before`,
// which may be NULL) stay.
void drop_set_id(int directory, const char *name, struct stat *status, const struct stat *before);

// Takes the marks of the overlay off.
void strip_marks(int directory, const char *name, const struct stat *status);

#endif
