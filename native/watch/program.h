// What an execve() would run: the file, and where it is a script, the chain of interpreters that the kernel starts in its
// place. Found the way the caller's own call would find it, and read, but never run, here.
#ifndef CORDON_PROGRAM_H
#define CORDON_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "sandbox/waiting_call.h"

// How many files the kernel reads at most before it gives up (ELOOP): a script, and interpreters that are scripts.
enum { MAX_CHAIN = 6, HEAD_BYTES = 256 };

enum format {
  FORMAT_BINARY,
  FORMAT_SCRIPT,
  FORMAT_UNKNOWN, // the kernel knows no way to run it, unless it was taught one (binfmt_misc)
};

struct program {
  int file; // readable
  struct stat status;
  enum format format;
  char path[PATH_MAX]; // as the caller, or the file that names it as its interpreter, spells it
  char real[PATH_MAX]; // as it is called in this view, links followed
  char interpreter[HEAD_BYTES], argument[HEAD_BYTES]; // of a script; the argument may be empty
};

struct chain {
  struct program programs[MAX_CHAIN];
  size_t count;
};

// Follows the call. 0, or the errno that the call itself would fail with; `chain` must be closed either way.
int find_chain(const struct waiting_call *call, struct chain *chain);

// The same for a path that the caller names in passing, from its directory. -1 when there is no such file.
int open_named_program(const struct waiting_call *call, const char *path, struct program *program);

// A program that nothing in here can change or put another one in the place of: on a read-only mount, called by its real path.
bool is_settled(const struct program *program);

void close_program(struct program *program);
void close_chain(struct chain *chain);

// What the caller gave as its words.
uint64_t words_of(const struct waiting_call *call);

#endif
