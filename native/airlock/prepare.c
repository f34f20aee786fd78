// Everything here happens in the private layer, before the first name of the workspace changes.
#include "airlock/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/moves.h"
#include "airlock/places.h"

static bool is_removal(const struct change *change) {
  return change->after.mode == 0;
}

static bool is_below(const char *path, const char *directory) {
  size_t length = strlen(directory);
  return length == 0 || (strncmp(path, directory, length) == 0 && path[length] == '/');
}

static void skip(struct change_set *set, struct step *step, enum conflict conflict) {
  step->kind = 0;
  if (step->directory != NO_STEP) set->steps[step->directory].has_left_out = true;
  for (size_t i = step->first; i < step->end; i++) {
    if (!is_out(&set->changes[i])) set->changes[i].conflict = conflict;
  }
}

static int take_out(struct change_set *set, const struct change *change) {
  int parent = open_parent_of(set->layers[change->layer].upper, change->path);
  if (parent < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : give_up_set(set, "leave out", change->path);
  int result = remove_private(parent, last_name(change->path));
  (void)close(parent);
  return result == 0 ? 0 : give_up_set(set, "leave out", change->path);
}

static int write_all(int fd, const unsigned char *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t written = write(fd, bytes + done, length - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return -1;
    done += (size_t)written;
  }
  return 0;
}

// A new file in the layer, with everything but the bytes as the command left it. Its inode, or 0.
static ino_t rewrite_file(struct change_set *set, const struct change *change) {
  static const char fresh[] = "rewritten";
  const char *name = last_name(change->path);
  struct stat status;
  ino_t inode = 0;
  int parent = open_parent_of(set->layers[change->layer].upper, change->path);
  int old = parent < 0 ? -1 : openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  (void)unlinkat(set->directory_fd, fresh, 0);
  int file = openat(set->directory_fd, fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool written = old >= 0 && file >= 0 && fstat(old, &status) == 0 && S_ISREG(status.st_mode) &&
                 write_all(file, change->bytes, change->length) == 0 && copy_attributes(old, file, &status) == 0 &&
                 renameat(set->directory_fd, fresh, parent, name) == 0 && fstat(file, &status) == 0;
  if (written) inode = status.st_ino;
  else (void)give_up_set(set, "rewrite", change->path);
  if (file >= 0) (void)close(file);
  if (old >= 0) (void)close(old);
  if (parent >= 0) (void)close(parent);
  return inode;
}

static int prepare_new(struct change_set *set, struct step *step) {
  if (is_out(&set->changes[step->first])) {
    skip(set, step, set->changes[step->first].conflict);
    return 0;
  }
  for (size_t i = step->first; i < step->end; i++) {
    // What stands in the way cannot stay there in part.
    if (i > step->first && is_removal(&set->changes[i]) && is_out(&set->changes[i])) {
      skip(set, step, IN_THE_WAY);
      return 0;
    }
  }
  for (size_t i = step->first; i < step->end; i++) {
    struct change *change = &set->changes[i];
    if (is_removal(change)) continue;
    if (is_out(change) && take_out(set, change) != 0) return -1;
    if (is_out(change)) continue;
    ino_t inode = i == step->first ? step->upper_inode : 0;
    if (change->bytes != NULL) inode = rewrite_file(set, change);
    else if (change->twin != 0 && !is_out(&set->changes[change->twin - 1])) join_twin(set, change, &inode);
    if (change->bytes != NULL && inode == 0) return -1;
    if (i == step->first) step->upper_inode = inode;
  }
  return 0;
}

static bool keeps_something(const struct change_set *set, size_t index, size_t end) {
  const struct change *change = &set->changes[index];
  for (size_t i = index; i < end && (i == index || is_below(set->changes[i].path, change->path)); i++) {
    if (is_out(&set->changes[i])) return true;
  }
  return false;
}

// A removal of which a part is not to be: the rest goes entry by entry, the largest whole trees first.
static int split_removal(struct change_set *set, size_t index) {
  size_t first = set->steps[index].first, end = set->steps[index].end;
  size_t layer = set->steps[index].layer, directory = set->steps[index].directory;
  set->steps[index].kind = 0;
  if (directory != NO_STEP) set->steps[directory].has_left_out = true;
  for (size_t i = first; i < end; i++) {
    if (keeps_something(set, i, end)) {
      // A directory in which something stays is still there, whatever became of the rest.
      if (!is_out(&set->changes[i])) set->changes[i].conflict = IN_THE_WAY;
      continue;
    }
    struct step *step = add_step(set, STEP_REMOVE, layer, set->changes[i].path);
    if (step == NULL) return -1;
    step->lower = set->changes[i].seen;
    step->directory = directory;
    step->first = i;
    while (i + 1 < end && is_below(set->changes[i + 1].path, step->path)) i++;
    step->end = i + 1;
    step->inside = sum_of_prints(set, step->first + 1, step->end);
  }
  return 0;
}

static int prepare_attributes(struct change_set *set, struct step *step) {
  struct change *change = &set->changes[step->first];
  if (is_out(change)) {
    skip(set, step, change->conflict);
    if (S_ISDIR(change->after.mode)) step->kind = STEP_TIMES;
    return 0;
  }
  if (change->bytes == NULL) return 0;
  step->upper_inode = rewrite_file(set, change);
  step->kind = STEP_REPLACE;
  return step->upper_inode == 0 ? -1 : 0;
}

int prepare_steps(struct change_set *set) {
  size_t count = set->step_count; // those that are added on the way are ready
  for (size_t i = 0; i < count; i++) {
    struct step *step = &set->steps[i];
    int result = 0;
    if (step->kind == STEP_ADD || step->kind == STEP_REPLACE) result = prepare_new(set, step);
    else if (step->kind == STEP_ATTRIBUTES) result = prepare_attributes(set, step);
    else if (step->kind == STEP_REMOVE && keeps_something(set, step->first, step->end)) result = split_removal(set, i);
    if (result != 0) return -1;
  }
  return 0;
}
