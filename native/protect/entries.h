// The names in a directory, and whether they are all of them: readdir() says of some failures that there are no more.
#ifndef CORDON_ENTRIES_H
#define CORDON_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct entry {
  const char *name;
  ino_t inode;
  unsigned char type; // DT_...
};

struct entries {
  int fd;
  int error; // why there were no more of them; 0 at the end
  char *room;
  size_t at, end;
  struct entry entry;
};

// Takes the open directory: it is closed by `forget_entries`, or at once when this is false, with errno.
bool read_entries(struct entries *entries, int fd);

// The next one but `.` and `..`, until the next call; NULL at the end.
const struct entry *next_entry(struct entries *entries);

void forget_entries(struct entries *entries);

#endif
