// One private network for many sandboxes: whoever holds it lets them meet on its loopback, and it leads nowhere else. It is
// owned by a user namespace of its own. Those of the sandboxes stand below that one, so that nobody in a sandbox, its first
// process included, has any power over the network: not to watch it, not to change it.
#ifndef CORDON_SHARED_NETWORK_H
#define CORDON_SHARED_NETWORK_H

#include <stdbool.h>
#include <sys/types.h>

#include "protocol/failure.h"

struct shared_network {
  int network; // the namespace; -1 where this host gives none
  int users;   // that owns it; -1 where it is the host's, which only a privileged caller can do without
  int mounts;  // with nothing but a /sys that shows this network; -1 where none could be made
  int error;   // why there is none, where there was to be one; 0 where nobody wanted one
};

// All parts are -1 when there is none: runs then have networks of their own, and are told why.
void make_shared_network(struct shared_network *shared);

bool has_shared_network(const struct shared_network *shared);

void close_shared_network(struct shared_network *shared);

// fork_into_namespaces (namespaces.h) for a child that stands in the shared network. The child's users are mapped, and it is
// told so with `order` on `orders`, its /sys attached where there is one. -1 with errno when it cannot be.
pid_t fork_into_shared_network(const struct shared_network *shared, int orders, unsigned char order);

// For the child: waits for `order`. False when something else came. `*kernel_view` is a detached mount for /sys, or -1.
bool wait_for_order(int orders, unsigned char order, int *kernel_view);

#endif
