// Modes, owners, times and extended attributes, by descriptor; what overlay keeps for itself is taken off.
#ifndef CORDON_ATTRIBUTES_H
#define CORDON_ATTRIBUTES_H

#include <stdbool.h>
#include <sys/stat.h>

// Whether overlay marked this directory: nothing of the one below shows through.
bool is_opaque(int directory);

// Whether overlay copied this file or directory from the one below, under this name or, a file only, under another.
bool was_copied_up(int directory, const char *name);

// Takes overlay's own attributes off, and gives those their names back that it had to spell differently.
// `place` is O_PATH.
void strip_overlay(int place);

// Whether the extended attributes of two files (O_PATH) are the same, overlay's own left out.
bool has_same_attributes(int left, int right);

// Whether two regular files have the same bytes.
bool has_same_bytes(int left_directory, const char *left, int right_directory, const char *right);

// Gives `to` the owner, the mode, the extended attributes and the times of `from` (both O_PATH). -1 with errno when an
// attribute that `from` has cannot be given; an owner that this user may not give away stays as it is.
int copy_attributes(int from, int to, const struct stat *status);

#endif
