// One execve() that waits: what it would run, read once; what is told of it; and what must be running afterwards.
#ifndef CORDON_START_H
#define CORDON_START_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "watch/alike.h"
#include "watch/program.h"
#include "watch/words.h"

// Room for one record with its frame's type; the host takes reports of 64 KiB.
enum { MAX_START_RECORD = 60 * 1024, MAX_ALIKE = 16 };

enum start_state {
  START_UNTOLD, // the way to the host was full
  START_ASKED,
  START_GOING, // the kernel does it, under our eyes
};

struct start {
  struct start *next;
  uint64_t id;
  enum start_state state;
  struct waiting_call call;
  bool is_plain;    // no rule speaks of anything about it: nobody has to be asked
  bool is_runnable; // false: the kernel would say ENOEXEC, and so do we
  dev_t device;     // of the file that must run
  ino_t inode;
  int alike[MAX_ALIKE]; // which known programs it is, by what was in it
  size_t alike_count;
  struct words expected; // its words, as the kernel makes them for a script
  unsigned char *record; // until it is told; none for a plain one
  size_t record_length;
};

// Reads the call. 0, or the errno that it fails with; `start` must be dropped either way.
int read_start_call(const struct waiting_call *call, const struct policy *policy, const struct alike *alike, uint64_t id,
                    struct start *start);

void drop_start(struct start *start);

// Whether what a process has become by its execve() is what was read: the file, what is in it, and every word.
bool is_as_read(const struct start *start, const struct alike *alike, pid_t process);

#endif
