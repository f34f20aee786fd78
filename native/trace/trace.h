// The tree of programs as it really was: what ran with which words, how and when each ended, what each wrote. For reports
// only. Bounded: so many records and bytes a run; what is not told is counted.
#ifndef CORDON_TRACE_H
#define CORDON_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "evidence/foresee.h"
#include "evidence/write_call.h"
#include "sandbox/waiting_call.h"
#include "watch/words.h"

enum { MOST_TRACED = 2048, MOST_TRACE_RECORDS = 50000, MOST_TRACE_BYTES = 16 * 1024 * 1024, REMEMBERED_WRITES = 1024 };

struct traced_program {
  pid_t pid;  // 0: no longer there
  int ending; // says when it has ended; -1 where nothing does
};

struct trace {
  int host;
  int endings; // of all of them
  enum kept_privileges kept; // of the command
  int64_t began_at;
  struct traced_program programs[MOST_TRACED];
  size_t count;
  uint32_t records, lost;
  size_t bytes;
  bool is_slow; // the host does not read: nobody waits for it any more
  uint64_t written[REMEMBERED_WRITES];
  size_t next_written;
};

// False without descriptors.
bool begin_trace(struct trace *trace, int host, enum kept_privileges kept);

// A process is about to run the first instruction of a program, with these words.
void trace_start(struct trace *trace, pid_t process, const struct words *words);

// What wait() says of a child that ended; and of those that have other parents.
void trace_end(struct trace *trace, pid_t process, int status);
void trace_endings(struct trace *trace);

// A call that the sandbox lets through: what it changes.
void trace_write(struct trace *trace, const struct waiting_call *call, const struct write_call *write);

// The last of it.
void finish_trace(struct trace *trace);

#endif
