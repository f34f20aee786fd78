// What process 1 of the sandbox is given once the command is known: it may be older than the command.
#ifndef CORDON_HANDOUT_H
#define CORDON_HANDOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/failure.h"
#include "protect/janitor.h"
#include "protect/plan.h"
#include "protocol/policy.h"

// Memory of both processes. The launcher writes, then begins; from then on only process 1 touches it.
struct handout {
  struct janitor janitor; // its descriptors follow with the order to begin
  struct plan plan;
  bool held[LIMIT_KINDS]; // limits that a control group holds
  size_t start_length;
  unsigned char start[MAX_START_BYTES];
};

// Made before the fork; NULL without memory.
struct handout *make_handout(void);

// Sends the order to begin, with what the handout lacks.
int hand_out(int order_fd, struct handout *handout, const struct policy *policy, const struct janitor *janitor,
             struct failure *failure);

// Waits for it. 0, or -1 when the launcher is dead or nothing can be made of it.
int take_handout(int order_fd, const struct handout *handout, struct policy *policy, struct janitor *janitor);

#endif
