// What a call changes that the sandbox lets through, by what the kernel will find when it goes on.
#ifndef CORDON_WRITTEN_H
#define CORDON_WRITTEN_H

#include <limits.h>
#include <stdbool.h>

#include "evidence/write_call.h"
#include "sandbox/privileges.h"
#include "sandbox/waiting_call.h"

// Numbers on the wire: src/launcher/read-trace.ts has the same.
enum change { CHANGE_WROTE = 1, CHANGE_CREATED, CHANGE_MADE_DIRECTORY, CHANGE_LINKED, CHANGE_REMOVED, CHANGE_RENAMED, CHANGE_METADATA };

struct written {
  enum change change;
  char path[PATH_MAX + NAME_MAX + 2];
  char from[PATH_MAX + NAME_MAX + 2]; // of what is renamed; else empty
};

// False where nothing will change, or nothing that has a name: what is not there, what modes close, devices, pipes.
bool find_written(const struct waiting_call *call, const struct write_call *write, enum kept_privileges kept,
                  struct written *written);

#endif
