// Process 1 of the sandbox: builds it, starts the command, collects orphans, and outlives everything but its parent.
#ifndef CORDON_INIT_H
#define CORDON_INIT_H

#include <sys/resource.h>

#include "janitor.h"
#include "plan.h"
#include "policy.h"
#include "streams.h"

// From the launcher to process 1: first one `ORDER_BEGIN`, then signals to send. End of file: the launcher is dead.
enum { ORDER_BEGIN = 0 };

// From process 1 to the launcher, once.
struct command_end {
  int status;
  struct rusage usage;
};

struct init_task {
  const struct policy *policy;
  struct plan *plan;
  struct janitor *janitor;
  struct streams *streams;
  int order_fd;
  int setup_fd;
  int channel_fd; // the launcher's own, closed here
  int signal_fd;
};

_Noreturn void run_init(struct init_task *task);

#endif
