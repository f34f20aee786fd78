// Namespaces of the sandbox's own: users, mounts, processes, network, ipc, host name, control groups.
#ifndef CORDON_NAMESPACES_H
#define CORDON_NAMESPACES_H

#include <stdbool.h>
#include <sys/types.h>

#include "protocol/failure.h"

// Which network a sandbox stands in.
enum network_kind {
  NETWORK_OF_HOST,
  NETWORK_OF_ITS_OWN,
  NETWORK_SHARED, // with other runs of the same host; see shared_network.h
};

// Like fork, but the child is process 1 of a process namespace, and of a user namespace where it can be. Returns -1 with
// the failure, and why in its hint, when the host forbids it.
pid_t fork_into_namespaces(bool *has_users, struct failure *failure);

// Lets the child keep the ids it had. For the parent.
int map_users(pid_t child, struct failure *failure);

// Switches the loopback of the calling process's network on.
int bring_up_loopback(struct failure *failure);

// For the child: an ipc namespace, a host name, and for a network of its own one with nothing but loopback. Nothing in them
// depends on what the host does later, so this may be done long before a command is known.
int enter_empty_namespaces(enum network_kind network, struct failure *failure);

// For the child, after map_users and as late as possible: the mounts and the control group of this moment.
int enter_copied_namespaces(struct failure *failure);

#endif
