// /proc and /sys of the sandbox: its own processes, its own network, and as little as possible about the host.
#ifndef CORDON_KERNEL_VIEW_H
#define CORDON_KERNEL_VIEW_H

#include <stdbool.h>

#include "protocol/failure.h"
#include "protocol/policy.h"

struct kernel_copies {
  int groups; // the host's control groups, copied before /sys is covered; -1 for none
  int shared; // a detached /sys of a network that is shared; -1 for none
};

int copy_control_groups(struct kernel_copies *copies, const struct policy *policy, struct failure *failure);

// Whether a process namespace has a bound of its own here.
bool can_bound_processes(void);

// `unreadable` is what files are covered with. `*bounds_processes`: the kernel holds the limit of processes for everybody.
int mount_kernel_views(struct kernel_copies *copies, const struct policy *policy, int unreadable,
                       bool *bounds_processes, struct failure *failure);

#endif
