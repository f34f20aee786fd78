// What stands in the place of a name that is to be kept free: made with its mark, and removed only with it.
#ifndef CORDON_PLACEHOLDER_H
#define CORDON_PLACEHOLDER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "protect/janitor.h"

// The directory that holds `path`, and its last component. Closed by `close_parent`, which keeps errno.
int open_parent(int root_fd, const char *path, const char **name);
void close_parent(int parent, int root_fd);

// Whether this errno says that the command, with this user's rights and fewer, cannot create the name either.
bool is_beyond_us(int error);

// `*status` is what was made. -1 with errno.
int make_marked(struct journal *journal, int parent, const char *name, enum placeholder kind, struct stat *status);

// Nothing where something else stands by now.
void remove_placeholder(int root_fd, enum placeholder kind, const char *path);

#endif
