#include "airlock/moved.h"

#include "airlock/record_list.h"

struct entry {
  uint64_t device, inode;
  struct timespec to, from;
};

static int compare(const void *left, const void *right) {
  const struct entry *one = left, *other = right;
  if (one->device != other->device) return one->device < other->device ? -1 : 1;
  if (one->inode != other->inode) return one->inode < other->inode ? -1 : 1;
  return is_after(&one->to, &other->to) ? 1 : is_after(&other->to, &one->to) ? -1 : 0;
}

static struct record_list list = {
    .name = "moved",
    .size = sizeof(struct entry),
    .max_bytes = 16 * 1024 * 1024,
    .compare = compare,
};

void read_moved(int store_fd) {
  read_records(&list, store_fd);
}

bool is_as_left(const struct seen *seen, const struct stat *status) {
  if (!is_as_seen_but_moved(seen, status)) return false;
  if (S_ISDIR(status->st_mode)) return true;
  struct entry at = {.device = status->st_dev, .inode = status->st_ino, .to = status->st_ctim};
  while (is_after(&at.to, &seen->changed)) {
    const struct entry *ours = find_record(&list, &at);
    if (ours == NULL || !is_after(&at.to, &ours->from)) return false;
    at.to = ours->from;
  }
  return !is_after(&seen->changed, &at.to);
}

void note_moved(uint64_t device, uint64_t inode, struct timespec from, struct timespec to) {
  note_record(&list, &(struct entry){.device = device, .inode = inode, .to = to, .from = from});
}

void write_moved(int store_fd) {
  write_records(&list, store_fd);
}
