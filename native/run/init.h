// Process 1 of the sandbox: builds it, starts the command, collects orphans, and outlives everything but its parent.
#ifndef CORDON_INIT_H
#define CORDON_INIT_H

#include <stdbool.h>
#include <sys/resource.h>

#include "run/handout.h"
#include "run/streams.h"
#include "sandbox/namespaces.h"
#include "sandbox/shared_network.h"

// From the launcher to process 1: `ORDER_MAPPED` when it has its users, `ORDER_BEGIN` with the handout, then signals to
// send. With a listener comes `ORDER_PASSED`, when the host has it. End of file: the launcher is dead.
enum { ORDER_BEGIN = 0, ORDER_PASSED = 254, ORDER_MAPPED = 255 };

// From process 1 to the launcher, once.
struct command_end {
  int status;
  int is_last; // nobody is left, and process 1 ends now
  struct rusage usage;
};

struct init_task {
  struct handout *handout;
  enum network_kind network;
  struct shared_network *shared; // the launcher's own, closed here
  struct streams *streams;
  int order_fd;
  int watch_fd; // records of programs that start go out, verdicts come in
  int setup_fd;
  int channel_fd; // the launcher's own, closed here
  int signal_fd; // the same; -1 when there is none yet
};

_Noreturn void run_init(struct init_task *task);

#endif
