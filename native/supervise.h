// The outer process: starts the command, watches the host, moves its output, reports, and leaves nothing behind.
#ifndef CORDON_SUPERVISE_H
#define CORDON_SUPERVISE_H

#include "channel.h"
#include "policy.h"

// Runs the policy's command to its end; answers with the launcher's own exit status.
int supervise(struct channel *channel, const struct policy *policy);

#endif
