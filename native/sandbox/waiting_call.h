// A system call of the sandbox that waits for its answer. Nothing here trusts what the caller can still change: not its
// memory, not the number of a descriptor, not a path. The calling thread sleeps until the answer is sent.
#ifndef CORDON_WAITING_CALL_H
#define CORDON_WAITING_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct waiting_call {
  int listener;
  uint64_t id;
  pid_t thread;
  int number; // of the system call
  uint64_t arguments[6];
};

// Says that caller and answerer take turns: the kernel then wakes one on the other's processor (Linux 6.6).
void expect_turns(int listener);

// Takes the next call off the listener; false when there is none after all.
bool take_call(int listener, struct waiting_call *call);

// What was read by the caller's number is the caller's only if this holds afterwards.
bool is_waiting(const struct waiting_call *call);

void answer_call(const struct waiting_call *call, int error);

// Lets the kernel do what was asked, as if nobody had looked. Never for a call that something was decided about.
void pass_call_on(const struct waiting_call *call);

// A copy of one of the caller's descriptors; -1 with errno, EBADF when it has none of that number.
int copy_descriptor(const struct waiting_call *call, int number);

// Copies what lies at an address of the caller. 0 or an errno for it.
int copy_memory(const struct waiting_call *call, uint64_t where, void *to, size_t length);

// Copies a path, its end included. 0 or an errno for the caller.
int copy_path(const struct waiting_call *call, uint64_t where, char *path, size_t room);

// The caller's working directory, or -1.
int open_working_directory(const struct waiting_call *call);

// What follows `label` in one of the caller's files below /proc.
bool read_caller_field(const struct waiting_call *call, const char *file, const char *label, int base,
                       unsigned long *value);

#endif
