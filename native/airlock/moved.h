// What our own commits did to files that they brought from one place to another and back: a file that came back is the one
// that an earlier record speaks of, although the moment of its last change is another.
#ifndef CORDON_MOVED_H
#define CORDON_MOVED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "airlock/seen.h"

// Reads the list in the directory of all records (-1: there is none). Without one, nothing was moved.
void read_moved(int store_fd);

// Whether a node at its place is as it was seen, but for what is in the list.
bool is_as_left(const struct seen *seen, const struct stat *status);

void note_moved(uint64_t device, uint64_t inode, struct timespec from, struct timespec to);

// Adds what was noted.
void write_moved(int store_fd);

#endif
