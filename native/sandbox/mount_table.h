// The mounts of this process's namespace, as /proc/self/mountinfo lists them.
#ifndef CORDON_MOUNT_TABLE_H
#define CORDON_MOUNT_TABLE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

struct mounted {
  int id;
  unsigned int major, minor; // of the file system: subvolumes of one share them
  char root[PATH_MAX];       // the part of the file system that is seen at `place`
  char place[PATH_MAX];
};

// NULL with errno when it cannot be read. Closed with fclose().
FILE *open_mount_table(void);

enum mount_line { MOUNT_READ, MOUNTS_END, MOUNT_UNREADABLE };

// What comes next. Behind a line that is not understood there may be more of them.
enum mount_line next_mount(FILE *table, struct mounted *mount);

// The mount that an open file was found through.
bool find_mount_of(int fd, struct mounted *mount);

#endif
