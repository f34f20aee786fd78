// What our own commits changed in the workspace while others of our commands were at work: that is no conflict.
#ifndef CORDON_LEDGER_H
#define CORDON_LEDGER_H

#include <stdbool.h>
#include <sys/stat.h>

// Reads the ledger in the directory of all sets. Without one, nothing is our own.
void read_ledger(int airlock_fd);

// Whether this node is as a commit of ours left it.
bool is_our_own(const struct stat *status);

// Adds a node as it is now; with `whole`, everything in it, too. `airlock_fd` < 0: nobody else is at work.
void note_our_own(int airlock_fd, int directory, const char *name, bool whole);

#endif
