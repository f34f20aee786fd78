// What our own commits did to directories of the workspace while others of our commands were at work: a directory that was
// only worked in is still where those commands saw it.
#ifndef CORDON_LEDGER_H
#define CORDON_LEDGER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "airlock/seen.h"

// Reads the ledger in the directory of all sets. Without one, nothing is our own.
void read_ledger(int airlock_fd);

// Whether this directory may have been moved here, or given other attributes, after `start`. What changes the names in a
// directory changes both of its moments alike, and a commit of ours has written down what it did; of anything else nobody
// knows.
bool is_moved_since(const struct stat *status, const struct timespec *start);

// Remembers what became of a directory in which we worked; `write_ledger` adds it for the others.
void note_worked_in(const struct seen *before, const struct stat *after);
void write_ledger(int airlock_fd);

#endif
