// The system-call layer: closes kernel doors that neither mounts nor Landlock can see.
#ifndef CORDON_SECCOMP_H
#define CORDON_SECCOMP_H

#include <stdbool.h>

#include "protocol/failure.h"

struct seccomp_needs {
  bool allow_inet;        // the host's network, or a private one with loopback only
  bool allow_unix;        // stream sockets by name; every connect() is then made by process 1, the broker
  bool private_processes; // own pid and ipc namespaces: what is addressed by number is our own
  bool has_layers;        // directories are moved, and links answered, by process 1
  bool landlock;          // ptrace-like calls stay inside the domain
  bool watches_starts;    // every execve() waits for the host
  bool tells_denials;     // calls that mean to write stop for a look
  bool is_root;           // programs expect that they can give files away
};

// Writes the filter that is most likely to be wanted, before anybody waits for it.
void prepare_seccomp(const struct seccomp_needs *needs);

// Installs the filter for good; needs no_new_privs. Returns 0 or -1; with `allow_unix`, `*listener` is the
// descriptor on which the broker hears of calls.
int restrict_with_seccomp(const struct seccomp_needs *needs, int *listener, struct failure *failure);

#endif
