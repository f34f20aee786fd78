// The outer process: starts the command, watches the host, moves its output, reports, and leaves nothing behind.
#ifndef CORDON_SUPERVISE_H
#define CORDON_SUPERVISE_H

#include "protocol/channel.h"
#include "protocol/policy.h"
#include "sandbox/shared_network.h"

// Before anything else: the network that this run shares with others, unless its policy asks for another.
void share_network(const struct shared_network *shared);

// Does now what does not depend on the command: a host that keeps a launcher ready spares its next command that time.
// Whatever fails here is tried again, and reported, once there is a command.
void work_ahead(struct channel *channel);

// There will be no command.
void stop_ahead(void);

// Runs the policy's command to its end; answers with the launcher's own exit status.
int supervise(struct channel *channel, const struct policy *policy);

#endif
