// A moved file keeps its size and the moment its bytes were written; both together with its bytes are proof enough to give
// it back its other names, and to believe that it was here before.
#include "airlock/moves.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/places.h"

static int compare_seen(const struct seen *left, const struct seen *right) {
  if (left->size != right->size) return left->size < right->size ? -1 : 1;
  return is_after(&left->written, &right->written) ? 1 : is_after(&right->written, &left->written) ? -1 : 0;
}

static int compare(const void *left, const void *right) {
  const struct change *const *one = left, *const *other = right;
  return compare_seen(&(*one)->seen, &(*other)->seen);
}

// Files of the workspace that are not at their names any more.
struct gone {
  struct change **items; // sorted
  size_t count, single;  // how many had one name only
};

static bool list_gone(struct change_set *set, struct gone *gone) {
  gone->items = calloc(set->count + 1, sizeof(struct change *));
  if (gone->items == NULL) return false;
  for (size_t i = 0; i < set->count; i++) {
    struct change *change = &set->changes[i];
    // What has other attributes only is still there.
    bool is_gone = S_ISREG(change->before.mode) && (change->after.mode == 0 || !change->is_same_file);
    if (!is_gone) continue;
    gone->items[gone->count++] = change;
    if (change->seen.links == 1) gone->single++;
  }
  qsort(gone->items, gone->count, sizeof(struct change *), compare);
  return true;
}

static size_t find_first(const struct gone *gone, const struct seen *wanted) {
  size_t low = 0, high = gone->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_seen(&gone->items[middle]->seen, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

static bool is_moved_whole(const struct gone *gone, const struct change *change) {
  for (size_t i = find_first(gone, &change->made); i < gone->count && compare_seen(&gone->items[i]->seen, &change->made) == 0; i++) {
    if (gone->items[i]->seen.links == 1) return true;
  }
  return false;
}

// What was neither moved nor can have been was removed by somebody else.
static void find_removed_by_others(struct change_set *set, const struct gone *gone) {
  size_t matched = 0;
  for (size_t i = 0; i < set->count; i++) {
    struct change *change = &set->changes[i];
    if (!change->was_there || !S_ISREG(change->after.mode) || !is_moved_whole(gone, change)) continue;
    change->was_there = false;
    matched++;
  }
  if (gone->single > matched) return;
  for (size_t i = 0; i < set->count; i++) {
    struct change *change = &set->changes[i];
    if (change->was_there && change->conflict == NO_CONFLICT) change->conflict = CHANGED_SINCE;
  }
}

static bool is_same_file(const struct change_set *set, const struct change *fresh, const struct change *old) {
  if (fresh->made.mode != old->seen.mode || fresh->made.owner != old->seen.owner || fresh->made.group != old->seen.group)
    return false;
  int upper = open_parent_of(set->layers[fresh->layer].upper, fresh->path);
  int lower = open_parent_of(set->layers[old->layer].lower, old->path);
  int left = upper < 0 ? -1 : openat(upper, last_name(fresh->path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int right = lower < 0 ? -1 : openat(lower, last_name(old->path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  bool same = left >= 0 && right >= 0 && has_same_attributes(left, right) &&
              has_same_bytes(upper, last_name(fresh->path), lower, last_name(old->path));
  const int fds[] = {upper, lower, left, right};
  for (size_t i = 0; i < 4; i++) {
    if (fds[i] >= 0) (void)close(fds[i]);
  }
  return same;
}

static void find_twin(struct change_set *set, const struct gone *gone, struct change *change) {
  for (size_t i = find_first(gone, &change->made); i < gone->count && compare_seen(&gone->items[i]->seen, &change->made) == 0; i++) {
    const struct change *old = gone->items[i];
    if (old->seen.links < 2 || old->conflict != NO_CONFLICT || !is_same_file(set, change, old)) continue;
    change->twin = (size_t)(old - set->changes) + 1;
    return;
  }
}

int find_moves(struct change_set *set) {
  struct gone gone = {.items = NULL};
  if (!list_gone(set, &gone)) return give_up_set(set, "list", "the changes");
  find_removed_by_others(set, &gone);
  for (size_t i = 0; gone.count > gone.single && i < set->count; i++) {
    struct change *change = &set->changes[i];
    if (S_ISREG(change->after.mode) && !change->is_same_file) find_twin(set, &gone, change);
  }
  free(gone.items);
  return 0;
}

void join_twin(struct change_set *set, const struct change *change, ino_t *inode) {
  static const char fresh[] = "joined";
  const struct change *old = &set->changes[change->twin - 1];
  struct stat before, after;
  int lower = open_parent_of(set->layers[old->layer].lower, old->path);
  int upper = open_parent_of(set->layers[change->layer].upper, change->path);
  (void)unlinkat(set->directory_fd, fresh, 0);
  bool is_joined = lower >= 0 && upper >= 0 && fstatat(lower, last_name(old->path), &before, AT_SYMLINK_NOFOLLOW) == 0 &&
                   is_as_seen(&old->seen, &before) &&
                   linkat(lower, last_name(old->path), set->directory_fd, fresh, 0) == 0;
  if (is_joined && fstatat(set->directory_fd, fresh, &after, AT_SYMLINK_NOFOLLOW) == 0 &&
      is_as_seen_but_moved(&old->seen, &after)) {
    if (renameat(set->directory_fd, fresh, upper, last_name(change->path)) == 0) *inode = after.st_ino;
    // Both changed the file, and neither was somebody else.
    if (fstatat(lower, last_name(old->path), &after, AT_SYMLINK_NOFOLLOW) == 0 && after.st_ino == before.st_ino)
      note_touched(&before, &after);
  }
  (void)unlinkat(set->directory_fd, fresh, 0);
  if (lower >= 0) (void)close(lower);
  if (upper >= 0) (void)close(upper);
}
