// Why nothing ran: one stage, one errno, one sentence, and what would help.
#ifndef CORDON_FAILURE_H
#define CORDON_FAILURE_H

#include <stdbool.h>

enum stage {
  STAGE_LAUNCHER = 1,
  STAGE_SANDBOX = 2,
  STAGE_CHDIR = 3,
  STAGE_EXEC = 4,
  STAGE_LAYERS = 5, // a layer over a root cannot be had; without layers the run may still be
};

struct failure {
  int stage;
  int error; // errno, or 0 when no system call is to blame
  char text[360];
  char hint[360];
  bool lacks_namespaces; // this host grants none, whatever a command did before: a weaker sandbox may do
};

// Fills `failure` and returns -1, so that a caller can write `return refuse(...)`. The sentence has no full stop;
// it must never quote the value of an environment variable.
int refuse(struct failure *failure, enum stage stage, int error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Adds what would help; returns -1 as well.
int advise(struct failure *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Marks a failure as the host's lack of namespaces. For steps that no file or process of a command can make fail;
// anything else that goes wrong refuses the run. Returns -1 as well.
int lack_namespaces(struct failure *failure);

// `ENOENT` for 2; "" for 0; `E123` for a number without a known name.
const char *errno_name(int error);

#endif
