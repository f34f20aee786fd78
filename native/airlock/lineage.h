// Which record a set brings something back from, and what: the record loses what is in the workspace again.
#ifndef CORDON_LINEAGE_H
#define CORDON_LINEAGE_H

#include "airlock/changes.h"

// Whether the set brings something back. One that nobody can look into does not.
bool has_lineage(int set_fd);

// What is not left out of the record, written down in the directory of the set.
int write_lineage(struct change_set *record, int set_fd);

// After the steps of a set. One without a lineage is the work of a command. -1 when the record cannot be changed.
int end_lineage(struct change_set *set);

#endif
