// A state of a directory is its device, its inode and the moment of its last change: nobody can bring that back, as no call
// sets it. From one that a commit of ours left, the way leads back to the one it found.
#include "airlock/ledger.h"

#include <stdint.h>

#include "airlock/record_list.h"

struct entry {
  uint64_t device, inode;
  struct timespec after;           // its last change when we had done
  struct timespec before, written; // its last change, and that of its names, when we began
};

static int compare_moments(const struct timespec *left, const struct timespec *right) {
  return is_after(left, right) ? 1 : is_after(right, left) ? -1 : 0;
}

static int compare(const void *left, const void *right) {
  const struct entry *one = left, *other = right;
  if (one->device != other->device) return one->device < other->device ? -1 : 1;
  if (one->inode != other->inode) return one->inode < other->inode ? -1 : 1;
  return compare_moments(&one->after, &other->after);
}

static struct record_list list = {
    .name = "ledger",
    .size = sizeof(struct entry),
    .max_bytes = 64 * 1024 * 1024,
    .compare = compare,
};

void read_ledger(int airlock_fd) {
  read_records(&list, airlock_fd);
}

bool is_moved_since(const struct stat *status, const struct timespec *start) {
  struct entry at = {.device = status->st_dev, .inode = status->st_ino, .after = status->st_ctim};
  struct timespec written = status->st_mtim;
  while (is_after(&at.after, start)) {
    const struct entry *ours = find_record(&list, &at);
    if (ours == NULL) return compare_moments(&at.after, &written) != 0;
    if (!is_after(&at.after, &ours->before)) return true; // no ledger of ours
    written = ours->written;
    at.after = ours->before;
  }
  return false;
}

void note_worked_in(const struct seen *before, const struct stat *after) {
  const struct entry entry = {after->st_dev, after->st_ino, after->st_ctim, before->changed, before->written};
  note_record(&list, &entry);
}

void write_ledger(int airlock_fd) {
  write_records(&list, airlock_fd);
}
