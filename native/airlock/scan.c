// Reads a layer the way the kernel does: a character device 0/0 is a removal, a marked directory hides the one below.
// Nothing of the workspace is opened but directories, and none of its links is followed.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/changes.h"
#include "airlock/describe.h"
#include "airlock/differences.h"
#include "airlock/ledger.h"
#include "airlock/moves.h"
#include "airlock/newness.h"
#include "airlock/places.h"
#include "protect/entries.h"

enum { MAX_DEPTH = 512 };

static int walk(struct change_set *set, const struct pair *pair, char *path);

static bool is_whiteout(const struct stat *status) {
  return S_ISCHR(status->st_mode) && major(status->st_rdev) == 0 && minor(status->st_rdev) == 0;
}

// Appends `/name` to `path`; the length before, or SIZE_MAX when it does not fit.
static size_t descend(char *path, const char *name) {
  size_t before = strlen(path), length = strlen(name);
  if (before + length + 2 > PATH_MAX) return SIZE_MAX;
  char *end = path + before;
  if (before > 0) *end++ = '/';
  memcpy(end, name, length + 1);
  return before;
}

// Everything in a directory of the workspace that is gone.
static int note_contents(struct change_set *set, const struct pair *pair, size_t index, const char *name, char *path,
                         const struct stat *status, bool strange) {
  struct pair gone = {.layer = pair->layer,
                      .upper = -1,
                      .is_strange = strange,
                      .hides_lower = true,
                      .step = NO_STEP,
                      .depth = pair->depth + 1};
  gone.lower = open_to_list(pair->lower, name, status, &gone.lower_locked);
  if (gone.lower < 0 && errno == ENOENT) return 0;
  if (gone.lower < 0) {
    set->changes[index].conflict = UNREADABLE;
    return 0;
  }
  return walk(set, &gone, path);
}

// What was at `path` is gone, with everything in it. `name` is its name in the directory of the workspace.
static int note_removal(struct change_set *set, const struct pair *pair, const char *name, char *path,
                        const struct stat *status) {
  struct change *change = add_change(set, pair->layer, path);
  if (change == NULL || describe_before(set, change, pair->lower, name, status) != 0) return -1;
  if (!S_ISDIR(status->st_mode)) {
    if (is_newer(set, pair, status)) change->conflict = CHANGED_SINCE;
    return 0;
  }
  bool strange = is_strange(set, pair, pair->lower, name, status);
  if (strange) change->conflict = CHANGED_SINCE;
  return note_contents(set, pair, set->count - 1, name, path, status, strange);
}

// Its changes are all there.
static void end_step(struct change_set *set, size_t index) {
  struct step *step = &set->steps[index];
  step->end = set->count;
  step->inside = sum_of_prints(set, step->first + 1, step->end);
}

static int remove_step(struct change_set *set, const struct pair *pair, const char *name, char *path,
                       const struct stat *status) {
  struct step *step = pair->upper < 0 ? NULL : add_step(set, STEP_REMOVE, pair->layer, path);
  if (pair->upper >= 0 && step == NULL) return -1;
  size_t index = set->step_count - 1;
  if (step != NULL) {
    step->lower = see(status);
    step->directory = pair->step;
  }
  int result = note_removal(set, pair, name, path, status);
  if (step != NULL) end_step(set, index);
  return result;
}

static int enter_upper(struct change_set *set, struct pair *below, const struct pair *pair, const char *name,
                       const struct stat *status, const char *path) {
  below->upper = open_to_list(pair->upper, name, status, &below->upper_locked);
  return below->upper >= 0 ? 0 : give_up_set(set, "read the layer at", path);
}

// Something that is not below a directory of the workspace, or that takes the place of something else there.
static int note_new(struct change_set *set, const struct pair *pair, const char *name, char *path, struct stat *status,
                    const struct stat *before) {
  if (!set->is_undo) drop_set_id(pair->upper, name, status, before);
  // Not where a directory of the workspace moved to: nothing was ever below that one.
  bool was_there = before == NULL && pair->lower >= 0 && pair->is_shared && was_copied_up(pair->upper, name);
  strip_marks(pair->upper, name, status);
  struct change *change = add_change(set, pair->layer, path);
  if (change == NULL || describe_after(set, change, pair->upper, name, status) != 0) return -1;
  size_t index = set->count - 1;
  change->was_there = was_there;
  // No other name leads to a directory of the workspace in which the command worked.
  if (was_there && S_ISDIR(status->st_mode)) change->conflict = CHANGED_SINCE;
  if (before != NULL && describe_before(set, change, pair->lower, name, before) != 0) return -1;
  bool hides = before != NULL && S_ISDIR(before->st_mode);
  bool strange = hides && is_strange(set, pair, pair->lower, name, before);
  if (strange || (before != NULL && !hides && is_newer(set, pair, before))) change->conflict = CHANGED_SINCE;
  // No command can make one, and none is brought out.
  if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)) change->conflict = FAILED;
  if (hides && note_contents(set, pair, index, name, path, before, strange) != 0) return -1;
  if (!S_ISDIR(status->st_mode)) return 0;
  struct pair fresh = {.layer = pair->layer, .lower = -1, .step = NO_STEP, .depth = pair->depth + 1};
  return enter_upper(set, &fresh, pair, name, status, path) == 0 ? walk(set, &fresh, path) : -1;
}

static int new_step(struct change_set *set, const struct pair *pair, const char *name, char *path, struct stat *status,
                    const struct stat *before) {
  bool has_step = pair->step != NO_STEP;
  if (has_step) {
    struct step *step = add_step(set, before == NULL ? STEP_ADD : STEP_REPLACE, pair->layer, path);
    if (step == NULL) return -1;
    step->upper_inode = status->st_ino;
    if (before != NULL) step->lower = see(before);
    step->directory = pair->step;
  }
  size_t index = set->step_count - 1;
  int result = note_new(set, pair, name, path, status, before);
  if (has_step) end_step(set, index);
  return result;
}

static int attribute_step(struct change_set *set, const struct pair *pair, const char *name, const char *path,
                          const struct stat *upper, const struct stat *lower, enum step_kind kind) {
  struct step *step = add_step(set, kind, pair->layer, path);
  if (step == NULL) return -1;
  step->upper_inode = upper->st_ino;
  step->lower = see(lower);
  step->written = upper->st_mtim;
  step->directory = pair->step;
  if (kind == STEP_TIMES) return 0;
  struct change *change = add_change(set, pair->layer, path);
  if (change == NULL || describe_before(set, change, pair->lower, name, lower) != 0 ||
      describe_after(set, change, pair->upper, name, upper) != 0)
    return -1;
  change->is_same_file = true;
  // A directory in which somebody makes a file meanwhile is still the one whose mode was changed.
  bool is_changed = S_ISDIR(upper->st_mode) ? is_moved_since(lower, &set->layers[pair->layer].start) : is_newer(set, pair, lower);
  if (is_changed) change->conflict = CHANGED_SINCE;
  set->steps[set->step_count - 1].end = set->count;
  return 0;
}

static int walk_both(struct change_set *set, const struct pair *pair, const char *name, char *path, const struct stat *upper,
                     const struct stat *lower) {
  enum step_kind kind = differs_in_attributes((struct both){pair->upper, pair->lower, name}, upper, lower) ? STEP_ATTRIBUTES : STEP_TIMES;
  if (attribute_step(set, pair, name, path, upper, lower, kind) != 0) return -1;
  struct pair both = {.layer = pair->layer, .step = set->step_count - 1, .depth = pair->depth + 1};
  both.is_shared = is_newer(set, pair, lower);
  both.is_strange = *path != '\0' && is_strange(set, pair, pair->lower, name, lower);
  if (enter_upper(set, &both, pair, name, upper, path) != 0) return -1;
  both.hides_lower = is_opaque(both.upper);
  both.lower = open_to_list(pair->lower, name, lower, &both.lower_locked);
  if (both.lower < 0) {
    (void)close(both.upper);
    return give_up_set(set, "read the workspace at", path);
  }
  return walk(set, &both, path);
}

static int walk_file(struct change_set *set, const struct pair *pair, const char *name, char *path, struct stat *upper,
                     const struct stat *lower) {
  const struct both both = {pair->upper, pair->lower, name};
  // Both did the same: whose is there makes no difference, and theirs stays.
  if (is_newer(set, pair, lower) && is_same_outcome(both, upper, lower)) return 0;
  if (!may_be_untouched(upper, lower) || !has_same_bytes(pair->upper, name, pair->lower, name))
    return new_step(set, pair, name, path, upper, lower);
  if (!set->is_undo) drop_set_id(pair->upper, name, upper, lower);
  if (!differs_in_attributes(both, upper, lower)) return 0; // it was opened for writing, and that was all
  return attribute_step(set, pair, name, path, upper, lower, STEP_ATTRIBUTES);
}

static int walk_entry(struct change_set *set, const struct pair *pair, const char *name, char *path) {
  struct stat upper, lower;
  if (fstatat(pair->upper, name, &upper, AT_SYMLINK_NOFOLLOW) != 0) return give_up_set(set, "read the layer at", path);
  bool has_lower = pair->lower >= 0;
  if (has_lower && look_at_name(pair->lower, name, &lower) != 0) {
    if (errno != ENOENT) return give_up_set(set, "read the workspace at", path);
    has_lower = false;
  }
  if (is_whiteout(&upper) && pair->step == NO_STEP && unlinkat(pair->upper, name, 0) != 0)
    return give_up_set(set, "read the layer at", path); // in a tree that moves as it is
  if (is_whiteout(&upper)) return has_lower ? remove_step(set, pair, name, path, &lower) : 0;
  if (!has_lower) return new_step(set, pair, name, path, &upper, NULL);
  if (S_ISDIR(upper.st_mode) && S_ISDIR(lower.st_mode)) return walk_both(set, pair, name, path, &upper, &lower);
  return walk_file(set, pair, name, path, &upper, &lower);
}

static int walk_removed(struct change_set *set, const struct pair *pair, const char *name, char *path) {
  struct stat status;
  if (pair->upper >= 0 && look_at_name(pair->upper, name, &status) == 0) return 0;
  if (pair->upper >= 0 && errno != ENOENT) return give_up_set(set, "read the layer at", path);
  if (look_at_name(pair->lower, name, &status) != 0)
    return errno == ENOENT ? 0 : give_up_set(set, "read the workspace at", path);
  return remove_step(set, pair, name, path, &status);
}

static int for_each_name(struct change_set *set, const struct pair *pair, int fd, char *path,
                         int (*visit)(struct change_set *, const struct pair *, const char *, char *)) {
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct entries entries;
  // Without permission to search there is none to ask again with.
  if (copy < 0 || !read_entries(&entries, copy)) return give_up_set(set, "list", path);
  int result = 0;
  for (;;) {
    const struct entry *entry = next_entry(&entries);
    if (entry == NULL) {
      errno = entries.error;
      if (errno != 0) result = give_up_set(set, "list", path);
      break;
    }
    size_t before = descend(path, entry->name);
    if (before == SIZE_MAX) {
      errno = ENAMETOOLONG;
      result = give_up_set(set, "list", path);
      break;
    }
    result = visit(set, pair, entry->name, path);
    path[before] = '\0';
    if (result != 0) break;
  }
  forget_entries(&entries);
  return result;
}

// Closes both descriptors.
static int walk(struct change_set *set, const struct pair *pair, char *path) {
  int result = 0;
  if (pair->depth > MAX_DEPTH) {
    errno = ENAMETOOLONG;
    result = give_up_set(set, "go down to", path);
  }
  if (result == 0 && pair->upper >= 0) result = for_each_name(set, pair, pair->upper, path, walk_entry);
  if (result == 0 && pair->hides_lower && pair->lower >= 0)
    result = for_each_name(set, pair, pair->lower, path, walk_removed);
  if (pair->upper_locked != 0) (void)fchmod(pair->upper, pair->upper_locked & 07777);
  if (pair->lower_locked != 0) (void)fchmod(pair->lower, pair->lower_locked & 07777);
  if (pair->upper >= 0) (void)close(pair->upper);
  if (pair->lower >= 0) (void)close(pair->lower);
  return result;
}

static int scan_layer(struct change_set *set, size_t index) {
  struct layer *layer = &set->layers[index];
  struct stat upper, lower;
  char path[PATH_MAX] = "";
  if (fstat(layer->upper, &upper) != 0 || fstat(layer->lower, &lower) != 0) return give_up_set(set, "inspect", layer->lower_path);
  struct pair top = {.layer = index, .upper = layer->upper, .lower = layer->lower, .step = NO_STEP};
  return walk_both(set, &top, ".", path, &upper, &lower);
}

int scan_layers(struct change_set *set) {
  for (size_t i = 0; i < set->layer_count; i++) {
    if (scan_layer(set, i) != 0) return -1;
  }
  // Which names are of one file is known there, and not to be guessed.
  return set->is_undo ? 0 : find_moves(set);
}
