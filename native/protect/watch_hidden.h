// Hears of what somebody puts at a hidden path, or on the way to it, while the command runs.
#ifndef CORDON_WATCH_HIDDEN_H
#define CORDON_WATCH_HIDDEN_H

#include <stdbool.h>

#include "protect/plan.h"

// Readable when something has a name of a hidden path now; -1 where nothing is to be watched, or the kernel has no more
// watches for this user: then somebody has to look from time to time.
int open_hidden_watch(const struct plan *plan);

// Watches every directory on the way that is there. Whoever looks afterwards misses nothing, unless this is false.
bool watch_hidden(int watch, const struct plan *plan);

// Takes what was heard; whether it concerns a hidden path.
bool hear_hidden_watch(int watch, const struct plan *plan);

#endif
