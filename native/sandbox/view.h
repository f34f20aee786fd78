// The file system as the command sees it: everything read-only, the writable roots re-opened, protected places inside
// them read-only again, and devices, /proc, /dev/shm and perhaps /tmp of its own.
#ifndef CORDON_VIEW_H
#define CORDON_VIEW_H

#include "protocol/enforcement.h"
#include "protocol/failure.h"
#include "protect/plan.h"

struct view {
  int shared_sys; // a detached /sys of the network that is shared; -1 where it is to be mounted
  int root_fds[MAX_ROOTS];   // mounts of the outer roots, for Landlock; -1 for inner ones
  int unreadable;            // what is put over a file that must not be read (O_PATH)
  bool bounds_processes;     // the limit of processes holds for root, too
  int lower_fds[MAX_ROOTS];  // the root itself below its layer; -1 where there is no layer
  int hidden_fds[MAX_ROOTS]; // second mounts of them that nobody can reach, to pin names through; -1 where none is
};

// Builds the view in the calling process's own mount and pid namespaces. Nothing may run when it fails.
int build_view(struct view *view, const struct policy *policy, const struct plan *plan, struct failure *failure);

// Takes the pins away, so that this namespace no longer holds any name. For the last one out only.
void unpin_view(const struct policy *policy);

#endif
