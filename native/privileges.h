// What the command must not be able to become: capabilities, set-user-id programs, core dumps, limits.
#ifndef CORDON_PRIVILEGES_H
#define CORDON_PRIVILEGES_H

#include "failure.h"
#include "policy.h"

// Drops every capability, also from the bounding set, and forbids new ones for good.
int drop_privileges(struct failure *failure);

// Applies the policy's limits to the calling process.
int apply_limits(const struct policy *policy, struct failure *failure);

#endif
