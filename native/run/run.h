// One run, from its policy to its end, as the launcher sees it. What begins it and what supervises it share this.
#ifndef CORDON_RUN_H
#define CORDON_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "protocol/channel.h"
#include "protocol/enforcement.h"
#include "protocol/failure.h"
#include "run/launch.h"
#include "protocol/policy.h"

struct run {
  struct channel *channel;
  const struct policy *policy;
  struct launch launch;
  pid_t command; // as the host numbers it
  struct enforcement enforcement;
  struct failure failure;
  bool prepared, ready, failed, lacks_namespaces, ended, gone;
  bool has_record; // process 1 has something to tell of a program that starts
  bool is_last; // nothing of the sandbox is left but process 1, which is on its way out
  int looks; // how often the search began anew
  int status;
  struct rusage usage;
  int64_t deadline; // when leftovers have had their time, in milliseconds; 0 for none
};

// Starts the set-up of the command. -1 with the failure when not even that can be.
int begin_run(struct run *run);

// Takes what the set-up says. Its last word is told to the host: the command runs, or it never will. False when the
// host does not hear it.
bool hear_setup(struct run *run);

#endif
