// Asks the kernel itself. Its records are the same on every architecture; libc's are not the same in every libc.
#include "protect/entries.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ROOM = 32 * 1024, AT_LENGTH = 16, AT_TYPE = 18, AT_NAME = 19 };

bool read_entries(struct entries *entries, int fd) {
  *entries = (struct entries){.fd = fd, .room = malloc(ROOM)};
  if (entries->room != NULL) return true;
  (void)close(fd);
  errno = ENOMEM;
  return false;
}

// A directory that was removed while it is read has no more names, and the kernel says ENOENT; twice, then.
static long fill(const struct entries *entries) {
  long got = syscall(SYS_getdents64, entries->fd, entries->room, (size_t)ROOM);
  return got < 0 && errno == ENOENT ? syscall(SYS_getdents64, entries->fd, entries->room, (size_t)ROOM) : got;
}

const struct entry *next_entry(struct entries *entries) {
  for (;;) {
    if (entries->at == entries->end) {
      long got = fill(entries);
      if (got <= 0) {
        entries->error = got < 0 && errno != ENOENT ? errno : 0;
        return NULL;
      }
      entries->at = 0;
      entries->end = (size_t)got;
    }
    const char *record = entries->room + entries->at;
    uint64_t inode;
    uint16_t length;
    memcpy(&inode, record, sizeof inode);
    memcpy(&length, record + AT_LENGTH, sizeof length);
    entries->at += length;
    const char *name = record + AT_NAME;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    entries->entry = (struct entry){.name = name, .inode = (ino_t)inode, .type = (unsigned char)record[AT_TYPE]};
    return &entries->entry;
  }
}

void forget_entries(struct entries *entries) {
  (void)close(entries->fd);
  free(entries->room);
}
