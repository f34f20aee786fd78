// Starts the command in the strongest sandbox this host has, or in the one the policy settles for.
#ifndef CORDON_LAUNCH_H
#define CORDON_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "protocol/channel.h"
#include "sandbox/control_group.h"
#include "protocol/failure.h"
#include "run/handout.h"
#include "protect/janitor.h"
#include "protocol/policy.h"
#include "run/streams.h"
#include "sandbox/namespaces.h"
#include "sandbox/shared_network.h"

struct launch {
  struct streams streams;
  struct janitor janitor;
  struct control_group group;
  int terminal; // kept open until the host has read its end; -1 without one
  int signal_fd;
  int setup_fd;     // until execve succeeded or failed; see command.h
  int setup_child;  // the other end, until it was handed over
  int order_fd;  // to process 1 of the sandbox; -1 without one
  int watch_fd;  // the same, for what is told of programs that start: see watch/watch.h
  struct handout *handout; // for process 1, once there is a command
  enum network_kind network; // of process 1
  struct shared_network shared; // for those whose policy asks for no other
  int alone_because; // errno: process 1 should stand in the shared network and has one of its own; 0 otherwise
  bool is_init;  // `child` is process 1 of a sandbox; otherwise the command itself
  pid_t child;
};

// The caller's preparations that need no command: descriptors, streams, orphans. Once.
int prepare_launch(struct launch *launch, struct channel *channel, struct failure *failure);

// Those that do: signals, terminal.
int prepare_command(struct launch *launch, const struct policy *policy, struct failure *failure);

// The network of a run whose policy does not ask for another.
enum network_kind usual_network(const struct launch *launch);

// Starts process 1 of a sandbox, which prepares itself and waits.
int start_init(struct launch *launch, const struct channel *channel, enum network_kind network, struct failure *failure);

// Ends process 1 and with it, by the kernel, everything in the sandbox.
void drop_init(struct launch *launch);

// Starts the command. `weaker` is NULL at first; after process 1 reported that namespaces fail, it says why, and the
// command is started without them if the policy allows that.
int start_command(struct launch *launch, struct channel *channel, const struct policy *policy, const char *weaker,
                  struct failure *failure);

#endif
