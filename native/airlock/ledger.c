// A state of a directory is its device, its inode and the moment of its last change: nobody can bring that back, as no call
// sets it. From one that a commit of ours left, the way leads back to the one it found.
#include "airlock/ledger.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_LEDGER_BYTES = 64 * 1024 * 1024 };
static const char ledger_name[] = "ledger";

struct entry {
  uint64_t device, inode;
  struct timespec after;           // its last change when we had done
  struct timespec before, written; // its last change, and that of its names, when we began
};

static struct entry *entries, *fresh;
static size_t count, fresh_count, fresh_room;

static int compare_moments(const struct timespec *left, const struct timespec *right) {
  return is_after(left, right) ? 1 : is_after(right, left) ? -1 : 0;
}

static int compare(const void *left, const void *right) {
  const struct entry *one = left, *other = right;
  if (one->device != other->device) return one->device < other->device ? -1 : 1;
  if (one->inode != other->inode) return one->inode < other->inode ? -1 : 1;
  return compare_moments(&one->after, &other->after);
}

void read_ledger(int airlock_fd) {
  struct stat status;
  free(entries);
  entries = NULL;
  count = 0;
  int fd = openat(airlock_fd, ledger_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  // One too long to read makes conflicts of our own work, and loses nothing.
  if (fstat(fd, &status) == 0 && status.st_size > 0 && status.st_size <= MAX_LEDGER_BYTES) {
    entries = malloc((size_t)status.st_size);
    ssize_t got = entries == NULL ? 0 : read(fd, entries, (size_t)status.st_size);
    count = got < 0 ? 0 : (size_t)got / sizeof *entries;
    if (count > 0) qsort(entries, count, sizeof *entries, compare);
  }
  (void)close(fd);
}

bool is_moved_since(const struct stat *status, const struct timespec *start) {
  struct entry at = {.device = status->st_dev, .inode = status->st_ino, .after = status->st_ctim};
  struct timespec written = status->st_mtim;
  while (is_after(&at.after, start)) {
    const struct entry *ours = count == 0 ? NULL : bsearch(&at, entries, count, sizeof *entries, compare);
    if (ours == NULL) return compare_moments(&at.after, &written) != 0;
    if (!is_after(&at.after, &ours->before)) return true; // no ledger of ours
    written = ours->written;
    at.after = ours->before;
  }
  return false;
}

void note_worked_in(const struct seen *before, const struct stat *after) {
  if (fresh_count == fresh_room) {
    size_t room = fresh_room == 0 ? 64 : 2 * fresh_room;
    struct entry *larger = reallocarray(fresh, room, sizeof *fresh);
    if (larger == NULL) return;
    fresh = larger;
    fresh_room = room;
  }
  fresh[fresh_count++] = (struct entry){after->st_dev, after->st_ino, after->st_ctim, before->changed, before->written};
}

void write_ledger(int airlock_fd) {
  if (fresh_count == 0) return;
  int fd = openat(airlock_fd, ledger_name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return;
  struct stat status;
  size_t length = fresh_count * sizeof *fresh;
  ssize_t written = write(fd, fresh, length);
  // Half an entry would make nonsense of all that follow.
  if (written > 0 && (size_t)written != length && fstat(fd, &status) == 0) (void)!ftruncate(fd, status.st_size - written);
  (void)close(fd);
  fresh_count = 0;
}
