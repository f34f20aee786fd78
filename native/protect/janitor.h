// Keeps missing names from being created: while a command runs, something harmless stands in their place, and a
// mount holds it there. Whoever ends last takes it away again; what a killed launcher left, the next one takes.
//
// Every root in use has a journal in a directory that no sandbox can reach. A shared lock on it says "in use"; the
// journal lists what was made, before it is made.
#ifndef CORDON_JANITOR_H
#define CORDON_JANITOR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "protocol/failure.h"
#include "protocol/policy.h"

enum placeholder {
  PLACEHOLDER_SOCKET = 's',     // neither file nor directory: git does not see it, and opening it fails at once
  PLACEHOLDER_LINK = 'l',       // to a place that cannot exist: most tools see nothing
  PLACEHOLDER_EMPTY_FILE = 'e',
  PLACEHOLDER_DOT_FILE = '.',   // one line with a dot: "this directory itself"
  PLACEHOLDER_PARENT = 'd',     // a directory for another placeholder to stand in; stays when something else came into it
};

struct journal {
  int fd; // holds the shared lock; -1 when nothing was needed yet
  char name[40];
  int root_fd;
  const char *root_path;
  bool has_heading;       // the journal says which root it is about
  char socket_at[NAME_MAX + 1]; // a socket at the top of the root that further ones can be links to; "" before the first
};

struct janitor {
  int state_fd; // the directory of journals; -1 until first used
  struct journal journals[MAX_ROOTS];
};

void open_janitor(struct janitor *janitor);

// Says which directory root `index` is. Locks its journal shared, and cleans up after dead launchers. Where there is no
// room for a journal, there is none, and no placeholder can be made: a command that needs none still starts.
int lock_root(struct janitor *janitor, size_t index, int root_fd, const char *root_path, struct failure *failure);

enum placeholder_result {
  PLACEHOLDER_MADE,
  PLACEHOLDER_NOT_NEEDED, // the user who runs this cannot create the name: nor can the command
  PLACEHOLDER_NO_ROOM,    // the file system is full: the command may make room first
  PLACEHOLDER_FAILED,
};

// `*status` is what stands there then. With `makes_way` the directories above it are made where they are missing.
enum placeholder_result create_placeholder(struct janitor *janitor, size_t index, const char *path,
                                           enum placeholder kind, bool makes_way, struct stat *status,
                                           struct failure *failure);

// Removes what no other launcher needs. Safe to call twice, and in a process that inherited the janitor.
void close_janitor(struct janitor *janitor);

#endif
