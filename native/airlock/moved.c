#include "airlock/moved.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_LIST_BYTES = 16 * 1024 * 1024 };
static const char list_name[] = "moved";

struct entry {
  uint64_t device, inode;
  struct timespec to, from;
};

static struct entry *entries, *fresh;
static size_t count, fresh_count, fresh_room;

static int compare(const void *left, const void *right) {
  const struct entry *one = left, *other = right;
  if (one->device != other->device) return one->device < other->device ? -1 : 1;
  if (one->inode != other->inode) return one->inode < other->inode ? -1 : 1;
  return is_after(&one->to, &other->to) ? 1 : is_after(&other->to, &one->to) ? -1 : 0;
}

void read_moved(int store_fd) {
  struct stat status;
  free(entries);
  entries = NULL;
  count = 0;
  int fd = store_fd < 0 ? -1 : openat(store_fd, list_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  // One too long to read makes refusals of our own work, and loses nothing.
  if (fstat(fd, &status) == 0 && status.st_size > 0 && status.st_size <= MAX_LIST_BYTES) {
    entries = malloc((size_t)status.st_size);
    ssize_t got = entries == NULL ? 0 : read(fd, entries, (size_t)status.st_size);
    count = got < 0 ? 0 : (size_t)got / sizeof *entries;
    if (count > 0) qsort(entries, count, sizeof *entries, compare);
  }
  (void)close(fd);
}

bool is_as_left(const struct seen *seen, const struct stat *status) {
  if (!is_as_seen_but_moved(seen, status)) return false;
  if (S_ISDIR(status->st_mode)) return true;
  struct entry at = {.device = status->st_dev, .inode = status->st_ino, .to = status->st_ctim};
  while (is_after(&at.to, &seen->changed)) {
    const struct entry *ours = count == 0 ? NULL : bsearch(&at, entries, count, sizeof *entries, compare);
    if (ours == NULL || !is_after(&at.to, &ours->from)) return false;
    at.to = ours->from;
  }
  return !is_after(&seen->changed, &at.to);
}

void note_moved(uint64_t device, uint64_t inode, struct timespec from, struct timespec to) {
  if (fresh_count == fresh_room) {
    size_t room = fresh_room == 0 ? 64 : 2 * fresh_room;
    struct entry *larger = reallocarray(fresh, room, sizeof *fresh);
    if (larger == NULL) return;
    fresh = larger;
    fresh_room = room;
  }
  fresh[fresh_count++] = (struct entry){.device = device, .inode = inode, .to = to, .from = from};
}

void write_moved(int store_fd) {
  if (fresh_count == 0 || store_fd < 0) return;
  int fd = openat(store_fd, list_name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return;
  struct stat status;
  size_t length = fresh_count * sizeof *fresh;
  // Nobody can tell which entries are of no use any more: the list begins anew.
  if (fstat(fd, &status) == 0 && (uint64_t)status.st_size + length > MAX_LIST_BYTES) (void)!ftruncate(fd, 0);
  ssize_t written = write(fd, fresh, length);
  // Half an entry would make nonsense of all that follow.
  if (written > 0 && (size_t)written != length && fstat(fd, &status) == 0) (void)!ftruncate(fd, status.st_size - written);
  (void)close(fd);
  fresh_count = 0;
}
