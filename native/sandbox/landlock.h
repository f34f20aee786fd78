// The Landlock layer: which inodes the command may change, whatever mount, descriptor or /proc link leads there.
#ifndef CORDON_LANDLOCK_H
#define CORDON_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/enforcement.h"
#include "protocol/failure.h"
#include "protocol/policy.h"

// The ABI the running kernel offers; 0 when there is none, with the reason in errno.
int landlock_abi(void);

// Where the command lives, as far as Landlock must know.
struct landlock_view {
  const int *root_fds; // O_PATH, one for each of the policy's roots; -1 for none
  const bool *full;    // roots at whose top nothing may be made; NULL for none
  bool private_mounts; // our own /dev, /dev/shm and perhaps /tmp
  bool private_tmp;
  bool private_network; // loopback only: its ports need no rules
};

// Restricts the calling process for good. Needs no_new_privs. Records what the ABI cannot do.
int restrict_with_landlock(const struct policy *policy, const struct landlock_view *view,
                           struct enforcement *enforcement, struct failure *failure);

#endif
