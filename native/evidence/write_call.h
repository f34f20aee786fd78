// Which system calls mean to change something that has a path, and which of their arguments say what.
#ifndef CORDON_WRITE_CALL_H
#define CORDON_WRITE_CALL_H

#include <stdbool.h>
#include <stddef.h>

enum { TEMPORARY_FILE = 0x400000 }; // what O_TMPFILE has that O_DIRECTORY has not

enum write_kind {
  WRITE_OPEN,     // by its flags, to write or to create
  WRITE_CREAT,
  WRITE_CONTENT,  // of a file that is there
  WRITE_METADATA, // mode, owner, times, attributes
  WRITE_NEW_NAME, // a name that must not be there yet
  WRITE_OLD_NAME, // one that goes away
  WRITE_RENAME,
};

struct write_call {
  int number;
  const char *name;
  enum write_kind kind;
  int directory, path; // which argument; -1: the working directory, and: `directory` is the thing itself
  int flags;           // -1 for none
  int new_directory, new_path;
  int mode;            // where a set-id bit in it is refused, or judged, already; -1 for none
  bool is_about_link;
};

extern const struct write_call write_calls[];
extern const size_t write_call_count;

// NULL for every other call.
const struct write_call *find_write_call(int number);

#endif
