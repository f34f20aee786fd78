// Namespaces of the sandbox's own: users, mounts, processes, network, ipc, host name, control groups.
#ifndef CORDON_NAMESPACES_H
#define CORDON_NAMESPACES_H

#include <stdbool.h>
#include <sys/types.h>

#include "failure.h"

// Like fork, but the child is process 1 of new namespaces. `network` keeps the host's network. The child must wait
// for map_users before it does anything. Returns -1 with the failure, and why in its hint, when the host forbids it.
pid_t fork_into_namespaces(bool network, bool *has_users, struct failure *failure);

// Lets the child keep the ids it had. For the parent.
int map_users(pid_t child, struct failure *failure);

// Brings up the loopback interface of a private network. For the child.
int bring_up_loopback(struct failure *failure);

#endif
