// Makes connect() calls on behalf of the sandbox, after looking where they go.
//
// A program may have Unix sockets of its own (Python's forkserver, a test database), but must not reach the ones the
// read-only tree is full of: the container engine's, the session bus, the key agent. The kernel offers no such rule
// before Landlock ABI 9, and a filter cannot see a path. So every connect() of the sandbox stops here; the address
// is copied once, whoever is bound there is looked up before anybody hears of it (find_listener.h), the connection is made
// by this process, and its other end must be a process of the sandbox, or one that shares its private network.
#ifndef CORDON_CONNECT_BROKER_H
#define CORDON_CONNECT_BROKER_H

#include <stdbool.h>

#include "protocol/policy.h"
#include "sandbox/waiting_call.h"

struct evidence;

struct connect_rules {
  bool private_network; // what listens in it is the sandbox's own, or a neighbour's that shares it
  const struct policy *policy;
  const int *lower_fds; // see view.h
  struct evidence *evidence; // NULL: nobody wants any
};

// Answers one waiting connect().
void serve_connect(const struct waiting_call *waiting, const struct connect_rules *rules);

#endif
