// Covers what must not be read, at the start and again.
#ifndef CORDON_HIDE_PATHS_H
#define CORDON_HIDE_PATHS_H

#include <stdbool.h>

#include "sandbox/view.h"

// The last step of the view.
int hide_paths(const struct view *view, const struct policy *policy, const struct plan *plan, struct failure *failure);

// Covers what somebody put at a hidden path since. False when that cannot be done: the sandbox must end.
bool hide_again(const struct view *view, const struct plan *plan);

#endif
