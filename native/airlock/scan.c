// Reads a layer the way the kernel does: a character device 0/0 is a removal, a marked directory hides the one below.
// Nothing of the workspace is opened but directories, and none of its links is followed.
#include <dirent.h>
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
#include "airlock/ledger.h"
#include "airlock/places.h"

enum { MAX_DEPTH = 512 };

// Two directories of the same name, or one alone.
struct pair {
  size_t layer;
  int upper, lower; // for reading; -1 without
  mode_t upper_locked, lower_locked; // the modes they get back
  bool hides_lower; // what is in the lower one and not in the upper one was removed
  size_t step;      // of the directory itself; NO_STEP in a new tree, which moves whole
  int depth;
};

static int walk(struct change_set *set, const struct pair *pair, char *path);

static bool is_whiteout(const struct stat *status) {
  return S_ISCHR(status->st_mode) && major(status->st_rdev) == 0 && minor(status->st_rdev) == 0;
}

static bool is_dot(const char *name) {
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
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

static bool is_newer(const struct change_set *set, size_t layer, const struct stat *status) {
  const struct timespec *start = &set->layers[layer].start;
  bool newer = status->st_ctim.tv_sec > start->tv_sec ||
               (status->st_ctim.tv_sec == start->tv_sec && status->st_ctim.tv_nsec > start->tv_nsec);
  return newer && !is_our_own(status);
}

// What was at `path` is gone, with everything in it. `name` is its name in `directory` of the workspace.
static int note_removal(struct change_set *set, const struct pair *pair, int directory, const char *name, char *path,
                        const struct stat *status) {
  struct change *change = add_change(set, pair->layer, path);
  if (change == NULL || describe(set, &change->before, directory, name, status) != 0) return -1;
  change->inode = status->st_ino;
  if (is_newer(set, pair->layer, status)) change->conflict = CHANGED_SINCE;
  if (!S_ISDIR(status->st_mode)) return 0;
  size_t index = set->count - 1;
  struct pair gone = {.layer = pair->layer, .upper = -1, .hides_lower = true, .step = NO_STEP, .depth = pair->depth + 1};
  gone.lower = open_to_list(directory, name, status, &gone.lower_locked);
  if (gone.lower < 0 && errno == ENOENT) return 0;
  if (gone.lower < 0) {
    set->changes[index].conflict = UNREADABLE;
    return 0;
  }
  return walk(set, &gone, path);
}

static int remove_step(struct change_set *set, const struct pair *pair, const char *name, char *path,
                       const struct stat *status) {
  struct step *step = pair->upper < 0 ? NULL : add_step(set, STEP_REMOVE, pair->layer, path);
  if (pair->upper >= 0 && step == NULL) return -1;
  size_t index = set->step_count - 1;
  if (step != NULL) {
    step->lower_inode = status->st_ino;
    step->lower_time = status->st_mtim;
    step->directory = pair->step;
  }
  int result = note_removal(set, pair, pair->lower, name, path, status);
  if (step != NULL) set->steps[index].end = set->count;
  return result;
}

// A program that lends its owner's or its group's rights would outlive the sandbox: only bits that were there stay.
static void drop_set_id(int directory, const char *name, struct stat *status, const struct stat *before) {
  mode_t allowed = before != NULL && S_ISREG(before->st_mode) ? before->st_mode : 0;
  mode_t added = status->st_mode & (S_ISUID | S_ISGID) & ~allowed;
  if (!S_ISREG(status->st_mode) || added == 0) return;
  if (fchmodat(directory, name, status->st_mode & 07777 & ~added, 0) == 0) status->st_mode &= ~added;
}

static void strip(int directory, const char *name, const struct stat *status) {
  if (!S_ISREG(status->st_mode) && !S_ISDIR(status->st_mode)) return;
  int place = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0) return;
  strip_overlay(place);
  (void)close(place);
}

static int enter_upper(struct change_set *set, struct pair *below, const struct pair *pair, const char *name,
                       const struct stat *status, const char *path) {
  below->upper = open_to_list(pair->upper, name, status, &below->upper_locked);
  return below->upper >= 0 ? 0 : give_up_set(set, "read the layer at", path);
}

// Something that is not below a directory of the workspace, or that takes the place of something else there.
static int note_new(struct change_set *set, const struct pair *pair, const char *name, char *path, struct stat *status,
                    const struct stat *before) {
  drop_set_id(pair->upper, name, status, before);
  strip(pair->upper, name, status);
  struct change *change = add_change(set, pair->layer, path);
  if (change == NULL || describe(set, &change->after, pair->upper, name, status) != 0) return -1;
  size_t index = set->count - 1;
  if (before != NULL && describe(set, &set->changes[index].before, pair->lower, name, before) != 0) return -1;
  if (before != NULL && is_newer(set, pair->layer, before)) set->changes[index].conflict = CHANGED_SINCE;
  // No command can make one, and none is brought out.
  if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)) set->changes[index].conflict = FAILED;
  if (before != NULL && S_ISDIR(before->st_mode)) {
    struct pair gone = {.layer = pair->layer, .upper = -1, .hides_lower = true, .step = NO_STEP, .depth = pair->depth + 1};
    gone.lower = open_to_list(pair->lower, name, before, &gone.lower_locked);
    if (gone.lower < 0) set->changes[index].conflict = UNREADABLE;
    else if (walk(set, &gone, path) != 0) return -1;
  }
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
    step->lower_inode = before == NULL ? 0 : before->st_ino;
    if (before != NULL) step->lower_time = before->st_mtim;
    step->directory = pair->step;
  }
  size_t index = set->step_count - 1;
  int result = note_new(set, pair, name, path, status, before);
  if (has_step) set->steps[index].end = set->count;
  return result;
}

static bool has_same_owner_and_mode(const struct stat *left, const struct stat *right) {
  return left->st_mode == right->st_mode && left->st_uid == right->st_uid && left->st_gid == right->st_gid;
}

static bool is_same_time(const struct timespec *left, const struct timespec *right) {
  return left->tv_sec == right->tv_sec && left->tv_nsec == right->tv_nsec;
}

// How a node that both sides have differs.
static bool differs_in_attributes(const struct pair *pair, const char *name, const struct stat *upper, const struct stat *lower) {
  if (!has_same_owner_and_mode(upper, lower)) return true;
  if (!S_ISDIR(upper->st_mode) && !is_same_time(&upper->st_mtim, &lower->st_mtim)) return true;
  int left = openat(pair->upper, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int right = openat(pair->lower, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  bool same = left >= 0 && right >= 0 && has_same_attributes(left, right);
  if (left >= 0) (void)close(left);
  if (right >= 0) (void)close(right);
  return !same;
}

static int attribute_step(struct change_set *set, const struct pair *pair, const char *name, const char *path,
                          const struct stat *upper, const struct stat *lower, enum step_kind kind) {
  struct step *step = add_step(set, kind, pair->layer, path);
  if (step == NULL) return -1;
  step->upper_inode = upper->st_ino;
  step->lower_inode = lower->st_ino;
  step->lower_time = lower->st_mtim;
  step->directory = pair->step;
  if (kind == STEP_TIMES) return 0;
  struct change *change = add_change(set, pair->layer, path);
  if (change == NULL || describe(set, &change->before, pair->lower, name, lower) != 0 ||
      describe(set, &change->after, pair->upper, name, upper) != 0)
    return -1;
  // A directory in which somebody makes a file meanwhile is still the one whose mode was changed.
  if (!S_ISDIR(upper->st_mode) && is_newer(set, pair->layer, lower)) change->conflict = CHANGED_SINCE;
  set->steps[set->step_count - 1].end = set->count;
  return 0;
}

static int walk_both(struct change_set *set, const struct pair *pair, const char *name, char *path, const struct stat *upper,
                     const struct stat *lower) {
  enum step_kind kind = differs_in_attributes(pair, name, upper, lower) ? STEP_ATTRIBUTES : STEP_TIMES;
  if (attribute_step(set, pair, name, path, upper, lower, kind) != 0) return -1;
  struct pair both = {.layer = pair->layer, .step = set->step_count - 1, .depth = pair->depth + 1};
  if (enter_upper(set, &both, pair, name, upper, path) != 0) return -1;
  both.hides_lower = is_opaque(both.upper);
  both.lower = open_to_list(pair->lower, name, lower, &both.lower_locked);
  if (both.lower < 0) {
    (void)close(both.upper);
    return give_up_set(set, "read the workspace at", path);
  }
  return walk(set, &both, path);
}

static bool may_be_untouched(const struct stat *upper, const struct stat *lower) {
  return S_ISREG(upper->st_mode) && S_ISREG(lower->st_mode) && upper->st_size == lower->st_size && upper->st_nlink == 1;
}

static int walk_entry(struct change_set *set, const struct pair *pair, const char *name, char *path) {
  struct stat upper, lower;
  if (fstatat(pair->upper, name, &upper, AT_SYMLINK_NOFOLLOW) != 0) return give_up_set(set, "read the layer at", path);
  bool has_lower = pair->lower >= 0;
  if (has_lower && fstatat(pair->lower, name, &lower, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) return give_up_set(set, "read the workspace at", path);
    has_lower = false;
  }
  if (is_whiteout(&upper) && pair->step == NO_STEP && unlinkat(pair->upper, name, 0) != 0)
    return give_up_set(set, "read the layer at", path); // in a tree that moves as it is
  if (is_whiteout(&upper)) return has_lower ? remove_step(set, pair, name, path, &lower) : 0;
  if (!has_lower) return new_step(set, pair, name, path, &upper, NULL);
  if (S_ISDIR(upper.st_mode) && S_ISDIR(lower.st_mode)) return walk_both(set, pair, name, path, &upper, &lower);
  if (may_be_untouched(&upper, &lower) && has_same_bytes(pair->upper, name, pair->lower, name)) {
    drop_set_id(pair->upper, name, &upper, &lower);
    if (!differs_in_attributes(pair, name, &upper, &lower)) return 0; // it was opened for writing, and that was all
    return attribute_step(set, pair, name, path, &upper, &lower, STEP_ATTRIBUTES);
  }
  return new_step(set, pair, name, path, &upper, &lower);
}

static int walk_removed(struct change_set *set, const struct pair *pair, const char *name, char *path) {
  struct stat status;
  if (pair->upper >= 0 && fstatat(pair->upper, name, &status, AT_SYMLINK_NOFOLLOW) == 0) return 0;
  if (fstatat(pair->lower, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? 0 : give_up_set(set, "read the workspace at", path);
  return remove_step(set, pair, name, path, &status);
}

static int for_each_name(struct change_set *set, const struct pair *pair, int fd, char *path,
                         int (*visit)(struct change_set *, const struct pair *, const char *, char *)) {
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = copy < 0 ? NULL : fdopendir(copy);
  if (directory == NULL) {
    // Without permission to search there is none to ask again with.
    if (copy >= 0) (void)close(copy);
    return give_up_set(set, "list", path);
  }
  int result = 0;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(directory);
    if (entry == NULL) {
      if (errno != 0) result = give_up_set(set, "list", path);
      break;
    }
    if (is_dot(entry->d_name)) continue;
    size_t before = descend(path, entry->d_name);
    if (before == SIZE_MAX) {
      errno = ENAMETOOLONG;
      result = give_up_set(set, "list", path);
      break;
    }
    result = visit(set, pair, entry->d_name, path);
    path[before] = '\0';
    if (result != 0) break;
  }
  (void)closedir(directory);
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
  return 0;
}
