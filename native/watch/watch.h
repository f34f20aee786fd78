// The rules hold on what executes: every execve() of the sandbox waits here until the host has judged it, and what it has
// become is looked at once more before its first instruction.
//
// A call that is let go on is read again by the kernel, from memory that another thread, or whoever shares it, can change
// meanwhile. So its thread is traced over the execve() and no longer: when that is done, the process stands still in memory
// that is new and its own. Is it not the program, and are those not the words, that were judged, it never runs.
#ifndef CORDON_WATCH_H
#define CORDON_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "watch/alike.h"
#include "watch/start.h"

// From the host, by way of the launcher.
struct start_answer {
  uint64_t id;
  uint8_t verdict;
};

enum start_verdict { START_GO_ON = 0, START_REFUSE = 1 };

// What is told of a start that the host let go on.
enum start_failure {
  START_WAS_OTHER = 1,  // what ran was not what was judged: it was ended before its first instruction
  START_WAS_TRACED = 2, // another program traces the caller: what it would start cannot be looked at. Refused
};

struct trace;

struct watch {
  const struct policy *policy;
  int host; // records out, answers in
  struct alike alike;
  struct start *starts;
  size_t count;
  uint64_t last_id;
  struct trace *trace; // of what runs; NULL: nobody wants one
};

// Whether this process may trace others: asked of a child that does nothing else.
bool can_trace(void);

// Before the command starts. False without memory.
bool begin_watch(struct watch *watch, int host, const struct policy *policy);

bool is_start_call(int number);

// Takes one waiting execve() over.
void take_start(struct watch *watch, const struct waiting_call *call);

// Takes one answer of the host.
void take_answer(struct watch *watch);

// Whether there is something to tell that had no room yet; and tells it.
bool has_untold(const struct watch *watch);
void tell(struct watch *watch);

// What wait() says of a process that stands still, and of one that ended.
void take_stop(struct watch *watch, pid_t thread, int status);
void take_end_of_thread(struct watch *watch, pid_t thread);

#endif
