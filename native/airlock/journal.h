// The steps of a commit, written down before the first one: whoever finds the journal later finishes them.
#ifndef CORDON_JOURNAL_H
#define CORDON_JOURNAL_H

#include "airlock/changes.h"

// -1 when it cannot be written; nothing may be committed then.
int write_journal(struct change_set *set);

// Reads the journal in `set->directory` into an empty set. 1 without a journal, -1 when it cannot be read.
int read_journal(struct change_set *set);

void remove_journal(struct change_set *set);

#endif
