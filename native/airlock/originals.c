#include "airlock/originals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/kept.h"
#include "airlock/places.h"

static int make_private(int parent, const char *name) {
  return mkdirat(parent, name, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

static bool is_move(const struct step *step) {
  return step->kind == STEP_REPLACE || step->kind == STEP_REMOVE;
}

static bool is_done(const struct step *step) {
  return step->kind != 0 && step->kind != STEP_TIMES && step->conflict == NO_CONFLICT;
}

// What the command left, as it goes into the workspace.
static void look_once_more(const struct change_set *set, struct change *change) {
  struct stat status;
  int parent = open_parent_of(set->layers[change->layer].upper, change->path);
  const char *name = *change->path == '\0' ? "." : last_name(change->path);
  if (parent >= 0 && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0) change->made = see(&status);
  if (parent >= 0) (void)close(parent);
}

// A file or directory of its own, with nothing but the attributes of the one in the workspace.
static int save_attributes(struct change_set *set, size_t index) {
  const struct change *change = &set->changes[index];
  char name[40];
  struct stat status;
  (void)snprintf(name, sizeof name, "attributes/%zu", index + 1);
  int lower = open_place(set->layers[change->layer].lower, change->path);
  bool is_there = lower >= 0 && fstat(lower, &status) == 0;
  int result = is_there && remove_private(set->directory_fd, name) == 0 ? 0 : -1;
  if (result == 0 && S_ISDIR(status.st_mode)) result = mkdirat(set->directory_fd, name, 0700);
  else if (result == 0) {
    int file = openat(set->directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    result = file < 0 ? -1 : close(file);
  }
  int kept = result == 0 ? open_attributes(set->directory_fd, index + 1) : -1;
  if (kept < 0 || copy_attributes(lower, kept, &status) != 0) result = -1;
  if (kept >= 0) (void)close(kept);
  if (lower >= 0) (void)close(lower);
  // Somebody removed it: the commit finds that, too.
  return result == 0 || !is_there ? 0 : give_up_set(set, "keep the attributes of", change->path);
}

int ready_originals(struct change_set *set) {
  if (make_private(set->directory_fd, "before") != 0 || make_private(set->directory_fd, "attributes") != 0)
    return give_up_set(set, "keep what stood in", set->directory);
  for (size_t i = 0; i < set->layer_count; i++) {
    char name[40];
    (void)snprintf(name, sizeof name, "before/%zu", i);
    if (make_private(set->directory_fd, name) != 0) return give_up_set(set, "keep what stood in", set->directory);
  }
  for (size_t i = 0; i < set->step_count; i++) {
    const struct step *step = &set->steps[i];
    if (step->kind == 0) continue;
    for (size_t each = step->first; each < step->end; each++) {
      struct change *change = &set->changes[each];
      if (!is_out(change) && change->after.mode != 0) look_once_more(set, change);
    }
    if (step->kind == STEP_ATTRIBUTES && save_attributes(set, step->first) != 0) return -1;
  }
  return 0;
}

// The directory in the record where the original of this path lies, made where it is missing.
static int make_parent_of(const struct change_set *set, size_t layer, const char *path) {
  char part[PATH_MAX];
  int at = open_originals(set->directory_fd, layer);
  while (at >= 0) {
    const char *slash = strchr(path, '/');
    if (slash == NULL) return at;
    size_t length = (size_t)(slash - path);
    memcpy(part, path, length);
    part[length] = '\0';
    path = slash + 1;
    int below = make_private(at, part) == 0 ? openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    (void)close(at);
    at = below;
  }
  return -1;
}

// Under another name first: what is in its place is whole.
int keep_copy(struct change_set *set, const struct step *step, struct spot old) {
  const struct spot draft = {set->directory_fd, "before.new"};
  int parent = make_parent_of(set, step->layer, step->path);
  const struct spot to = {parent, last_name(step->path)};
  bool is_copied = parent >= 0 && remove_private(draft.directory, draft.name) == 0 && copy_node(old, draft) == 0 &&
                   remove_private(parent, to.name) == 0 && carry_new(draft, to) == CARRIED;
  if (parent >= 0) (void)close(parent);
  return is_copied ? 0 : -1;
}

bool is_gathered(const struct change_set *set, const struct step *step) {
  struct stat status;
  int originals = is_move(step) ? open_originals(set->directory_fd, step->layer) : -1;
  int parent = originals < 0 ? -1 : open_parent_of(originals, step->path);
  bool result = parent >= 0 && fstatat(parent, last_name(step->path), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (parent >= 0) (void)close(parent);
  if (originals >= 0) (void)close(originals);
  return result;
}

// False when the original is nowhere.
static bool gather(const struct change_set *set, size_t index) {
  const struct step *step = &set->steps[index];
  char aside[40];
  struct stat status;
  (void)snprintf(aside, sizeof aside, "old/%zu", index);
  int parent = make_parent_of(set, step->layer, step->path);
  const struct spot to = {parent, last_name(step->path)};
  if (parent < 0) return false;
  bool result = fstatat(parent, to.name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  int upper = result || step->kind == STEP_REMOVE ? -1 : open_parent_of(set->layers[step->layer].upper, step->path);
  struct spot from = {upper, to.name};
  if (step->kind == STEP_REMOVE) from = (struct spot){set->directory_fd, aside};
  if (!result && from.directory >= 0 && fstatat(from.directory, from.name, &status, AT_SYMLINK_NOFOLLOW) == 0)
    result = status.st_ino == step->lower.inode && carry_new(from, to) == CARRIED;
  if (upper >= 0) (void)close(upper);
  (void)close(parent);
  return result;
}

// Whether what stands there is what this commit brought in, and nothing that somebody made of it in the meantime.
static bool is_ours(const struct change_set *set, const struct change *change, const struct stat *status, bool is_top) {
  struct stat layer;
  struct seen expected = change->made;
  bool is_copy = fstat(set->layers[change->layer].upper, &layer) != 0 || layer.st_dev != status->st_dev;
  bool is_new = !change->is_same_file;
  if (!is_new) expected.inode = change->seen.inode;
  else if (is_copy) expected.inode = status->st_ino;
  // An owner that this user may not give stays as it is.
  if (!is_new || is_copy) {
    expected.owner = status->st_uid;
    expected.group = status->st_gid;
  }
  if (!is_as_seen_but_moved(&expected, status)) return false;
  bool is_untouched = is_new && !is_copy && !is_top && !S_ISDIR(status->st_mode) && expected.links == 1;
  return !is_untouched || (status->st_ctim.tv_sec == expected.changed.tv_sec && status->st_ctim.tv_nsec == expected.changed.tv_nsec);
}

// Turns one change around: what is there now is what a later undo finds.
static void turn(const struct change_set *set, size_t index, bool is_top) {
  struct change *change = &set->changes[index];
  struct seen now = {.inode = 0};
  struct stat status;
  int parent = change->after.mode == 0 ? -1 : open_parent_of(set->layers[change->layer].lower, change->path);
  const char *name = *change->path == '\0' ? "." : last_name(change->path);
  if (parent >= 0 && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && is_ours(set, change, &status, is_top)) {
    now = see(&status);
    change->after.mode = status.st_mode;
    change->after.size = now.size;
  }
  if (parent >= 0) (void)close(parent);
  const struct node original = change->before;
  change->before = change->after;
  change->after = original;
  change->made = change->seen;
  change->seen = now;
  change->number = index + 1;
}

static int stamp_step(struct change_set *set, const struct step *step) {
  struct stat status;
  int place = open_place(set->layers[step->layer].lower, step->path);
  bool is_same = place >= 0 && fstat(place, &status) == 0 && status.st_ino == step->lower.inode;
  if (place >= 0) (void)close(place);
  if (!is_same) return 0;
  struct stamp *stamp = add_stamp(set, step->layer, step->path);
  if (stamp == NULL) return -1;
  stamp->inode = status.st_ino;
  stamp->original = step->lower.written;
  stamp->left = status.st_mtim;
  return 0;
}

int gather_originals(struct change_set *set) {
  for (size_t i = 0; i < set->step_count; i++) {
    const struct step *step = &set->steps[i];
    if (!is_done(step) || (is_move(step) && !gather(set, i))) continue;
    for (size_t each = step->first; each < step->end; each++) {
      if (!is_out(&set->changes[each])) turn(set, each, each == step->first);
    }
  }
  for (size_t i = 0; i < set->step_count; i++) {
    if (set->steps[i].kind == STEP_TIMES && stamp_step(set, &set->steps[i]) != 0) return -1;
  }
  return write_kept(set, set->directory_fd);
}
