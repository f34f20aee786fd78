// How the lists of a set are written down: numbers as this machine has them, since they are of use on no other one.
#ifndef CORDON_LISTING_H
#define CORDON_LISTING_H

#include <stdbool.h>
#include <stdio.h>

#include "airlock/changes.h"

bool put_text(FILE *file, const char *text);
// NULL when there is none that is shorter than a path may be.
char *get_text(FILE *file);

// The roots, and which directories they are. The layers lie where the set does.
bool put_roots(FILE *file, const struct change_set *set);
bool get_roots(FILE *file, struct change_set *set);

// The changes that have a number, which are those of a record; with `everything` the others as well.
bool put_changes(FILE *file, const struct change_set *set, bool everything);
bool get_changes(FILE *file, struct change_set *set);

// Writes a file of the set under another name and renames it: it is whole, or there is none. -1 with the reason in `set`.
int write_list(struct change_set *set, int directory, const char *name, bool (*put)(FILE *, const struct change_set *));

// 1 without such a file, -1 when it cannot be read.
int read_list(struct change_set *set, int directory, const char *name, bool (*get)(FILE *, struct change_set *));

#endif
