// Nothing that somebody else made is ever lost: what is replaced is exchanged and then looked at, what is removed is
// moved aside and then looked at, and both go back when they are not what the command saw.
#include "airlock/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/carry.h"
#include "airlock/ledger.h"
#include "airlock/originals.h"
#include "airlock/places.h"

struct commit {
  struct change_set *set;
  int old_fd; // where removed things go
};

static void fail_step(struct commit *commit, struct step *step, enum conflict conflict) {
  for (size_t i = step->first; i < step->end; i++) {
    struct change *change = &commit->set->changes[i];
    if (change->conflict == NO_CONFLICT) change->conflict = conflict;
  }
  step->conflict = conflict;
  step->kind = 0;
  if (step->directory != NO_STEP) commit->set->steps[step->directory].has_left_out = true;
}

static void note_done(struct commit *commit, struct step *step) {
  step->has_done = true;
  if (step->directory != NO_STEP) commit->set->steps[step->directory].has_done = true;
}

static bool has_inside(const struct step *step, struct spot spot) {
  uint64_t sum;
  return !S_ISDIR(step->lower.mode) || (print_inside(spot.directory, spot.name, step->path, &sum) && sum == step->inside);
}

// What stood there is out of the way: nobody can look it up any more, so what it is now is what would be lost.
static bool may_go(const struct step *step, struct spot old, const struct stat *before) {
  struct stat after;
  if (look_at_name(old.directory, old.name, &after) != 0 || !is_as_seen_but_moved(&step->lower, &after) ||
      !has_inside(step, old))
    return false;
  if (before != NULL && after.st_nlink > 1 && !S_ISDIR(after.st_mode)) note_touched(before, &after);
  return true;
}

// Nobody needs what stood there, or it is kept. False when it is to be kept and cannot be.
static bool let_go(struct commit *commit, const struct step *step, struct spot from, struct spot old) {
  if (commit->set->keeps && is_beside(old) && keep_copy(commit->set, step, old) != 0) return false;
  end_carrying(from, old);
  return true;
}

// It could not be put back: the set is not removed as long as it is in there.
static enum conflict keep_old(struct commit *commit, const struct step *step) {
  errno = EBUSY;
  (void)give_up_set(commit->set, "put back what somebody else wrote to", step->path);
  return FAILED;
}

static enum conflict add_node(struct step *step, int upper, int lower) {
  const char *name = last_name(step->path);
  switch (carry_new((struct spot){upper, name}, (struct spot){lower, name})) {
    case CARRIED:
      return NO_CONFLICT;
    case IS_IN_THE_WAY:
      return CHANGED_SINCE;
    case CANNOT_CARRY:
      return FAILED;
  }
  return FAILED;
}

static enum conflict replace_node(struct commit *commit, struct step *step, int upper, int lower) {
  const char *name = last_name(step->path);
  const struct spot from = {upper, name}, to = {lower, name};
  struct spot old;
  struct stat status;
  if (look_at_name(lower, name, &status) != 0 || !is_as_seen(&step->lower, &status)) return CHANGED_SINCE;
  enum carried carried = carry_over(from, to, &old);
  if (carried != CARRIED) return carried == IS_IN_THE_WAY ? CHANGED_SINCE : FAILED;
  bool is_free = may_go(step, old, &status);
  if (is_free && let_go(commit, step, from, old)) return NO_CONFLICT;
  if (!carry_back_over(old, to)) return keep_old(commit, step);
  return is_free ? FAILED : CHANGED_SINCE;
}

static void name_aside(const struct commit *commit, const struct step *step, char aside[static 24]) {
  (void)snprintf(aside, 24, "%zu", (size_t)(step - commit->set->steps));
}

static enum conflict remove_node(struct commit *commit, struct step *step, int lower) {
  char aside[24];
  struct spot old;
  struct stat status;
  name_aside(commit, step, aside);
  const struct spot from = {lower, last_name(step->path)}, to = {commit->old_fd, aside};
  if (look_at_name(lower, from.name, &status) != 0) return errno == ENOENT ? NO_CONFLICT : FAILED;
  if (!is_as_seen(&step->lower, &status)) return CHANGED_SINCE;
  enum carried carried = carry_aside(from, to, &old);
  if (carried == IS_IN_THE_WAY) return look_at_name(lower, from.name, &status) != 0 && errno == ENOENT ? NO_CONFLICT : FAILED;
  if (carried != CARRIED) return FAILED;
  bool is_free = may_go(step, old, &status);
  if (is_free && let_go(commit, step, (struct spot){-1, NULL}, old)) return NO_CONFLICT;
  if (!carry_back_aside(old, from)) return keep_old(commit, step);
  return is_free ? FAILED : CHANGED_SINCE;
}

// Whether `spot` has what this step was to take out of the way.
static bool is_old(const struct step *step, int lower, struct spot spot) {
  struct stat status, workspace;
  return look_at_name(spot.directory, spot.name, &status) == 0 && fstat(lower, &workspace) == 0 &&
         status.st_dev == workspace.st_dev && status.st_ino == step->lower.inode;
}

// What a killed commit took out of the way, and had not looked at. False when there is nothing.
static bool end_interrupted(struct commit *commit, struct step *step, int upper, int lower, enum conflict *conflict) {
  char aside[24];
  name_aside(commit, step, aside);
  bool is_removal = step->kind == STEP_REMOVE;
  const struct spot place = {lower, last_name(step->path)};
  const struct spot from = is_removal ? (struct spot){-1, NULL} : (struct spot){upper, place.name};
  const struct spot spots[] = {is_removal ? (struct spot){commit->old_fd, aside} : from, beside_in(lower)};
  for (size_t i = 0; i < 2; i++) {
    if (step->kind == STEP_ADD || !is_old(step, lower, spots[i])) continue;
    *conflict = NO_CONFLICT;
    if (may_go(step, spots[i], NULL) && let_go(commit, step, from, spots[i])) return true;
    if (is_removal ? carry_back_aside(spots[i], place) : carry_back_over(spots[i], place)) *conflict = CHANGED_SINCE;
    else *conflict = keep_old(commit, step);
    return true;
  }
  return false;
}

// It has further names, which may be here.
static void note_came_in(const struct stat *before, int lower, const char *name) {
  struct stat after;
  if (look_at_name(lower, name, &after) == 0 && after.st_ino == before->st_ino) note_touched(before, &after);
}

static enum conflict take_step(struct commit *commit, struct step *step, int upper, int lower) {
  struct stat status;
  enum conflict conflict;
  const char *name = last_name(step->path);
  if (commit->set->is_resumed && end_interrupted(commit, step, upper, lower, &conflict)) return conflict;
  if (commit->set->is_resumed && commit->set->keeps && is_gathered(commit->set, step)) return NO_CONFLICT;
  if (step->kind == STEP_REMOVE) return remove_node(commit, step, lower);
  bool is_there_still = look_at_name(upper, name, &status) == 0;
  if (!is_there_still && (errno != ENOENT || !commit->set->is_resumed)) return FAILED;
  // Already done, by the commit that was killed.
  if (!is_there_still || status.st_ino != step->upper_inode) return commit->set->is_resumed ? NO_CONFLICT : FAILED;
  conflict = step->kind == STEP_ADD ? add_node(step, upper, lower) : replace_node(commit, step, upper, lower);
  if (conflict == NO_CONFLICT && status.st_nlink > 1 && !S_ISDIR(status.st_mode)) note_came_in(&status, lower, name);
  bool is_there = conflict == CHANGED_SINCE && commit->set->is_resumed &&
                  has_copy((struct spot){upper, name}, (struct spot){lower, name});
  return is_there ? NO_CONFLICT : conflict;
}

// The command could write in a directory that its owner may not write in any more: it changed the mode, and back.
static bool open_up(int directory, struct stat *status) {
  char path[32];
  if (geteuid() == 0 || fstat(directory, status) != 0 || status->st_uid != geteuid()) return false;
  if ((status->st_mode & 0300) == 0300) return false;
  path_of_descriptor(directory, path);
  return chmod(path, (status->st_mode & 07777) | 0300) == 0;
}

static void move_step(struct commit *commit, struct step *step) {
  const struct layer *layer = &commit->set->layers[step->layer];
  struct stat status;
  char path[32];
  int lower = open_parent_of(layer->lower, step->path);
  int upper = step->kind == STEP_REMOVE || lower < 0 ? -1 : open_parent_of(layer->upper, step->path);
  if (lower < 0 || (upper < 0 && step->kind != STEP_REMOVE)) {
    fail_step(commit, step, lower < 0 ? CHANGED_SINCE : FAILED);
    if (lower >= 0) (void)close(lower);
    return;
  }
  errno = 0;
  enum conflict conflict = take_step(commit, step, upper, lower);
  if (conflict == FAILED && errno == EACCES && open_up(lower, &status)) {
    conflict = take_step(commit, step, upper, lower);
    path_of_descriptor(lower, path);
    (void)chmod(path, status.st_mode & 07777);
  }
  if (conflict == NO_CONFLICT) note_done(commit, step);
  else fail_step(commit, step, conflict);
  if (upper >= 0) (void)close(upper);
  (void)close(lower);
}

static bool set_times(int place, const struct stat *wanted, const struct stat *now) {
  char path[32];
  const struct timespec times[2] = {wanted->st_atim, wanted->st_mtim};
  if (wanted->st_mtim.tv_sec == now->st_mtim.tv_sec && wanted->st_mtim.tv_nsec == now->st_mtim.tv_nsec) return false;
  path_of_descriptor(place, path);
  return utimensat(AT_FDCWD, path, times, 0) == 0;
}

// Whether the node has what it was to be given, by the commit that was killed or by another name of it.
static bool has_attributes_of(int upper, int lower, const struct stat *wanted, const struct stat *now) {
  return wanted->st_mode == now->st_mode && wanted->st_uid == now->st_uid && wanted->st_gid == now->st_gid &&
         has_same_attributes(upper, lower);
}

static bool give_attributes(const struct step *step, int upper, int lower, const struct stat *wanted, const struct stat *now) {
  struct stat after;
  if (step->kind == STEP_TIMES) return set_times(lower, wanted, now);
  if (!is_as_seen(&step->lower, now) && !has_attributes_of(upper, lower, wanted, now)) return false;
  if (copy_attributes(upper, lower, wanted) != 0) return false;
  if (!S_ISDIR(now->st_mode) && fstat(lower, &after) == 0 && after.st_nlink > 1) note_touched(now, &after);
  return true;
}

static void set_attributes_of(struct commit *commit, struct step *step) {
  const struct layer *layer = &commit->set->layers[step->layer];
  struct stat upper_status, lower_status;
  int upper = open_place(layer->upper, step->path), lower = open_place(layer->lower, step->path);
  bool is_there = upper >= 0 && lower >= 0 && fstat(upper, &upper_status) == 0 && fstat(lower, &lower_status) == 0 &&
                  lower_status.st_ino == step->lower.inode && (lower_status.st_mode & S_IFMT) == (upper_status.st_mode & S_IFMT);
  if (is_there && S_ISDIR(upper_status.st_mode)) upper_status.st_mtim = step->written;
  errno = 0;
  bool is_done = is_there && give_attributes(step, upper, lower, &upper_status, &lower_status);
  bool is_refused = is_there && errno != 0;
  // What was done in a directory changed it, too, whether or not its time had to be set.
  if ((is_done || (is_there && step->has_done)) && S_ISDIR(lower_status.st_mode) && fstat(lower, &lower_status) == 0)
    note_worked_in(&step->lower, &lower_status);
  if (upper >= 0) (void)close(upper);
  if (lower >= 0) (void)close(lower);
  if (!is_done && step->kind == STEP_ATTRIBUTES) fail_step(commit, step, is_refused ? FAILED : CHANGED_SINCE);
}

static bool is_still_there(const struct change_set *set, const struct step *step) {
  struct stat status;
  int lower = open_parent_of(set->layers[step->layer].lower, step->path);
  const char *name = *step->path == '\0' ? "." : last_name(step->path);
  bool is_there = lower >= 0 && look_at_name(lower, name, &status) == 0;
  bool is_same = is_there && is_as_seen(&step->lower, &status) &&
                 (step->kind == STEP_ATTRIBUTES || has_inside(step, (struct spot){lower, name}));
  // Somebody else removed it, too.
  if (!is_there && lower >= 0 && errno == ENOENT && step->kind == STEP_REMOVE) is_same = true;
  if (lower >= 0) (void)close(lower);
  return is_same;
}

void look_again(struct change_set *set) {
  for (size_t i = 0; i < set->step_count; i++) {
    const struct step *step = &set->steps[i];
    if (step->kind == STEP_ADD || step->kind == STEP_TIMES || is_still_there(set, step)) continue;
    for (size_t each = step->first; each < step->end; each++) {
      struct change *change = &set->changes[each];
      if (change->conflict == NO_CONFLICT) change->conflict = CHANGED_SINCE;
    }
  }
}

void commit_steps(struct change_set *set) {
  struct commit commit = {.set = set, .old_fd = -1};
  if (mkdirat(set->directory_fd, "old", 0700) == 0 || errno == EEXIST)
    commit.old_fd = openat(set->directory_fd, "old", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  for (size_t i = 0; i < set->step_count; i++) {
    struct step *step = &set->steps[i];
    if (step->kind == STEP_ADD || step->kind == STEP_REPLACE || step->kind == STEP_REMOVE) move_step(&commit, step);
  }
  // From the inside out: a directory's own attributes may forbid what was just done in it, and its time is last.
  for (size_t i = set->step_count; i-- > 0;) {
    struct step *step = &set->steps[i];
    // Where nothing came in, the time is the command's own doing; where something was left out, it is not.
    bool has_time = step->kind == STEP_TIMES && (step->has_done || !step->has_left_out);
    if (step->kind == STEP_ATTRIBUTES || has_time) set_attributes_of(&commit, step);
  }
  if (commit.old_fd >= 0) (void)close(commit.old_fd);
}
