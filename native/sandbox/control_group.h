// A control group of the run's own, where this user may make one: it bounds what a tree of processes uses together.
// Whoever holds the lock of a group is alive; a group that nobody holds is ended and removed by the next run.
#ifndef CORDON_CONTROL_GROUP_H
#define CORDON_CONTROL_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol/policy.h"

struct control_group {
  int parent; // the directory it lies in; -1 when there is no group
  int fd;     // the group, locked
  char name[48];
  bool bounds[LIMIT_KINDS]; // the limits it holds
};

// Makes a group that holds the limits it can. Without one, or without delegation, nothing is changed and `bounds` is
// all false: then the limits of each process have to do.
void open_group(struct control_group *group, const struct policy *policy);

// Moves a process, which must be the only one of the run, into the group. Where that is forbidden the group is dropped.
void join_group(struct control_group *group, pid_t pid);

// Ends what is left in it, and removes it.
void close_group(struct control_group *group);

#endif
