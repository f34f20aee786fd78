// What a node was when it was looked at, and whether it still is that: no call sets the moment of a node's last change, so
// nobody can bring it back. What this commit itself did to a node that has further names is known, and is no difference.
#ifndef CORDON_SEEN_H
#define CORDON_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

struct seen {
  ino_t inode; // 0: nothing was there
  nlink_t links;
  mode_t mode;
  uid_t owner;
  gid_t group;
  uint64_t size;
  struct timespec written, changed;
};

struct seen see(const struct stat *status);

bool is_after(const struct timespec *left, const struct timespec *right);

// Whether a node at its old place is as it was seen. Of a directory only what it is itself, not what is in it.
bool is_as_seen(const struct seen *seen, const struct stat *status);

// The same for a node that a rename of ours moved, which is a change of its own.
bool is_as_seen_but_moved(const struct seen *seen, const struct stat *status);

// A number for one node of a tree, at its path below the root.
uint64_t print_of(const char *path, const struct stat *status);

// The sum of the numbers of everything below `name`, which was `path`, it itself left out. False when it cannot be read.
bool print_inside(int directory, const char *name, const char *path, uint64_t *sum);

// Something this commit did to the node changed it from one to the other.
void note_touched(const struct stat *before, const struct stat *after);

// Everything that was noted.
void each_touched(void (*take)(uint64_t device, uint64_t inode, struct timespec from, struct timespec to));

// For the journal.
bool put_touched(FILE *file);
bool get_touched(FILE *file);

#endif
