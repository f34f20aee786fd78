#include "airlock/describe.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "airlock/attributes.h"

static int describe(struct change_set *set, struct node *node, int directory, const char *name, const struct stat *status) {
  char target[PATH_MAX];
  node->mode = status->st_mode;
  node->size = S_ISREG(status->st_mode) ? (uint64_t)status->st_size : 0;
  if (!S_ISLNK(status->st_mode)) return 0;
  ssize_t length = readlinkat(directory, name, target, sizeof target - 1);
  if (length < 0) return give_up_set(set, "read the link", name);
  target[length] = '\0';
  node->target = strdup(target);
  return node->target == NULL ? give_up_set(set, "read the link", name) : 0;
}

int describe_before(struct change_set *set, struct change *change, int directory, const char *name,
                           const struct stat *status) {
  change->seen = see(status);
  change->print = print_of(change->path, status);
  return describe(set, &change->before, directory, name, status);
}

int describe_after(struct change_set *set, struct change *change, int directory, const char *name,
                          const struct stat *status) {
  change->made = see(status);
  return describe(set, &change->after, directory, name, status);
}

void drop_set_id(int directory, const char *name, struct stat *status, const struct stat *before) {
  mode_t allowed = before != NULL && S_ISREG(before->st_mode) ? before->st_mode : 0;
  mode_t added = status->st_mode & (S_ISUID | S_ISGID) & ~allowed;
  if (!S_ISREG(status->st_mode) || added == 0) return;
  if (fchmodat(directory, name, status->st_mode & 07777 & ~added, 0) == 0) status->st_mode &= ~added;
}

void strip_marks(int directory, const char *name, const struct stat *status) {
  if (!S_ISREG(status->st_mode) && !S_ISDIR(status->st_mode)) return;
  int place = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0) return;
  strip_overlay(place);
  (void)close(place);
}
