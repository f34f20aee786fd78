// Tells the host what the sandbox refuses: each thing once while it is remembered, so many at first and so many a second
// afterwards, and never waiting. A flood costs its program time, and the host nothing.
#ifndef CORDON_TELL_H
#define CORDON_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "evidence/foresee.h"

enum { MOST_DENIALS = 128, DENIALS_PER_SECOND = 16 };

struct trace;

struct evidence {
  int host; // -1: nobody wants to hear
  struct bounds bounds;
  struct trace *trace; // of what goes through; NULL: nobody wants one
  uint64_t told[MOST_DENIALS]; // the oldest goes
  size_t next;
  unsigned left;
  int64_t counted_at;
};

void begin_evidence(struct evidence *evidence, int host, const struct bounds *bounds);

// Looks at a call that means to write. What becomes of the call is its taker's business.
void look_at_write(struct evidence *evidence, const struct waiting_call *call, const struct write_call *write);

// Tells of a connection that was refused.
void tell_connection(struct evidence *evidence, const struct waiting_call *call, enum restriction restriction,
                     enum denied_by by, const char *address);

#endif
