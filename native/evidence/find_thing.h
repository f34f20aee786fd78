// What the paths of a waiting call lead to, in the caller's place. For reports only.
#ifndef CORDON_FIND_THING_H
#define CORDON_FIND_THING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "evidence/write_call.h"
#include "sandbox/waiting_call.h"

// The path of an open file, as this view of the file system has it. False where it has none.
bool read_link_of(int file, char *path, size_t room);

// The directory that an argument names, or the working directory where there is no such argument. -1 where it is none.
int open_base(const struct waiting_call *call, int argument);

// A path of the caller's. "Self" is the caller in it, not this process.
bool copy_own_path(const struct waiting_call *call, int argument, char path[static PATH_MAX]);

// What a path leads to, opened to be looked at; -1 where the kernel would not find it either.
int open_at(const struct waiting_call *call, int directory, const char *path, bool follows);

// Where a path begins: the caller's working directory, or a descriptor of its own.
struct origin {
  int file; // AT_FDCWD for a path from the root
  bool is_directory;
};

// False where there is none. `drop_origin` leaves errno as it is.
bool find_origin(const struct waiting_call *call, int directory, const char *path, struct origin *origin);
void drop_origin(const struct origin *origin);

// The directory that a name stands in, and the name; -1 for what is no name. `path` is cut. It may be the origin's own file:
// only another one is to be closed.
int open_directory_of(const struct origin *origin, char *path, const char **name);

// What a call is about that changes a thing which is there: by its path, or by its descriptor.
int open_thing(const struct waiting_call *call, const struct write_call *write);

#endif
