#ifndef CORDON_MAKE_PLAN_H
#define CORDON_MAKE_PLAN_H

#include "protect/janitor.h"
#include "protect/plan.h"
#include "protocol/failure.h"

// Opens the roots, finds what to protect and what to hide, and keeps missing names from being created with the janitor's
// help.
int make_plan(struct plan *plan, const struct policy *policy, struct janitor *janitor, struct failure *failure);

#endif
