// Protects anew what the host replaced while the sandbox runs.
#ifndef CORDON_HOLD_AGAIN_H
#define CORDON_HOLD_AGAIN_H

#include <stdbool.h>

#include "protect/janitor.h"
#include "protect/plan.h"
#include "sandbox/view.h"

// Goes through the plan after a mount of the sandbox disappeared. False when a place cannot be held any more: the
// sandbox must end.
bool hold_again(const struct view *view, struct plan *plan, struct janitor *janitor);

#endif
