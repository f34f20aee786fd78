// Whether a file is a program that a rule names, whatever it is called: the same inode, or the same bytes.
#ifndef CORDON_ALIKE_H
#define CORDON_ALIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "protocol/policy.h"

struct known_program {
  const struct watched_program *program;
  int file; // -1: it is not there
  struct stat status;
};

struct alike {
  struct known_program *known;
  size_t count;
};

// Opens the programs of the policy, in this view of the file system. False without memory.
bool open_alike(struct alike *alike, const struct policy *policy);

// The next of the known programs, from index `from` on, that `file` (readable) is one of; -1 when none is left. What cannot be
// read is not told apart: it counts as the same.
int find_alike(const struct alike *alike, int file, const struct stat *status, size_t from);

#endif
