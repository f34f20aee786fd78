// The record of a commit whose originals were kept: what is in the workspace since (`before`, `seen`), what was there until
// then (`after`, `made`), and when the names of directories were changed. The originals lie in `before/LAYER/PATH`, other
// attributes of the same file or directory at `attributes/NUMBER`.
#ifndef CORDON_KEPT_H
#define CORDON_KEPT_H

#include "airlock/changes.h"

// Where the originals below one root lie: as O_PATH; -1 with errno.
int open_originals(int record_fd, size_t layer);

// The attributes of one change; -1 with errno.
int open_attributes(int record_fd, size_t number);

// The directory of all records, beside that of all sets; -1 when there is none.
int open_store(int airlock_fd);

int write_kept(struct change_set *set, int record_fd);

// Fills an empty set from the record that lies in `record_fd`. 1 without one, -1 when it cannot be read.
int read_kept(struct change_set *set, int record_fd);

// Finds what is not as the commit left it. Such a change has a conflict; the others may be brought back.
void look_at_kept(struct change_set *set);

// What cannot come back, or go, because of what else is left out or has a conflict has one, too. -1 without memory.
int follow_conflicts(struct change_set *set);

// Opens the record in `set->directory`, and looks. -1 when nothing can be said.
int open_kept(struct change_set *set);

// Removes everything in the directory of a set that is no part of its record. -1 with errno.
int tidy_record(int record_fd);

#endif
