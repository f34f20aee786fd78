// Names below a directory that others may be at work in: looked up beneath it, no link followed, no mount crossed.
#ifndef CORDON_PLACES_H
#define CORDON_PLACES_H

#include <stdbool.h>
#include <sys/stat.h>

// The last name in `path`.
const char *last_name(const char *path);

// The directory that holds the last name of `path`, below `root`, as O_PATH; -1 with errno.
int open_parent_of(int root, const char *path);

// `path` itself as O_PATH, a link not followed; "" is the root.
int open_place(int root, const char *path);

// fstatat() of the name itself. That nothing is there is asked for twice: what was not there is thrown away, or done.
int look_at_name(int directory, const char *name, struct stat *status);

// A directory for reading what is in it. One of this user's own that nobody may enter is opened all the same: `*locked`
// is then the mode that it must get back, and 0 otherwise.
int open_to_list(int parent, const char *name, const struct stat *status, mode_t *locked);

// The path by which calls that take none for a descriptor reach it.
void path_of_descriptor(int fd, char path[static 32]);

// Removes what is at `name`, with everything in it. Only for places that nobody else can reach. -1 with errno.
int remove_private(int parent, const char *name);

#endif
