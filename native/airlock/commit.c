// Nothing that somebody else made is ever lost: what is replaced is exchanged and then looked at, what is removed is
// moved aside and then looked at, and both go back when they are not what the command saw.
#include "airlock/commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/carry.h"
#include "airlock/ledger.h"
#include "airlock/places.h"

struct commit {
  struct change_set *set;
  int airlock_fd;
  int old_fd; // where removed things go
};

static bool has_old_time(const struct step *step, const struct stat *status) {
  return step->lower_time.tv_sec == 0 || S_ISDIR(status->st_mode) ||
         (status->st_mtim.tv_sec == step->lower_time.tv_sec && status->st_mtim.tv_nsec == step->lower_time.tv_nsec);
}

// Whether this is what the command saw there, or what another of our commands left there since.
static bool is_expected(struct step *step, const struct stat *status) {
  if (is_our_own(status)) {
    step->lower_inode = status->st_ino;
    step->lower_time = status->st_mtim;
    return true;
  }
  return status->st_ino == step->lower_inode && has_old_time(step, status);
}

static void fail_step(struct commit *commit, struct step *step, enum conflict conflict) {
  for (size_t i = step->first; i < step->end; i++) commit->set->changes[i].conflict = conflict;
  step->kind = 0;
  if (step->directory != NO_STEP) commit->set->steps[step->directory].has_left_out = true;
}

static void note_done(struct commit *commit, struct step *step, int parent) {
  step->has_done = true;
  if (step->directory != NO_STEP) commit->set->steps[step->directory].has_done = true;
  if (parent >= 0) note_our_own(commit->airlock_fd, parent, last_name(step->path), true);
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

static enum conflict replace_node(struct step *step, int upper, int lower) {
  const char *name = last_name(step->path);
  const struct spot from = {upper, name}, to = {lower, name};
  struct stat status;
  bool was_kept;
  if (fstatat(lower, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !is_expected(step, &status)) return CHANGED_SINCE;
  enum carried carried = carry_over(from, to, &was_kept);
  if (carried != CARRIED) return carried == IS_IN_THE_WAY ? CHANGED_SINCE : FAILED;
  if (!was_kept || (fstatat(upper, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_ino == step->lower_inode &&
                    has_old_time(step, &status)))
    return NO_CONFLICT;
  return carry_over(from, to, &was_kept) == CARRIED ? CHANGED_SINCE : FAILED;
}

// Whether somebody put something into a tree since: the list of its changes says what there was.
static size_t count_nodes(int directory, const char *name) {
  int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *names = fd < 0 ? NULL : fdopendir(fd);
  size_t count = 1;
  if (names == NULL) {
    if (fd >= 0) (void)close(fd);
    return 1;
  }
  for (struct dirent *entry; (entry = readdir(names)) != NULL;) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) count += count_nodes(dirfd(names), entry->d_name);
  }
  (void)closedir(names);
  return count;
}

static enum conflict remove_node(struct commit *commit, struct step *step, int lower) {
  char aside[24];
  const char *name = last_name(step->path);
  struct stat status;
  (void)snprintf(aside, sizeof aside, "%zu", (size_t)(step - commit->set->steps));
  if (fstatat(lower, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? NO_CONFLICT : FAILED;
  // Another of our commands may have been the last to write it; one that was made since is not what was removed.
  if (!is_expected(step, &status)) return CHANGED_SINCE;
  size_t known = step->end - step->first; // none after a restart: the list is gone, the moment long past
  const struct spot from = {lower, name}, to = {commit->old_fd, aside};
  if (S_ISDIR(status.st_mode) && known > 0 && count_nodes(lower, name) > known) return CHANGED_SINCE;
  switch (carry_new(from, to)) {
    case CARRIED:
      break;
    case IS_IN_THE_WAY:
    case CANNOT_CARRY:
      return FAILED;
  }
  bool is_same = fstatat(commit->old_fd, aside, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                 (!S_ISDIR(status.st_mode) || known == 0 || count_nodes(commit->old_fd, aside) <= known);
  if (is_same) return NO_CONFLICT;
  return carry_new(to, from) == CARRIED ? CHANGED_SINCE : FAILED;
}

static enum conflict take_step(struct commit *commit, struct step *step, int upper, int lower) {
  struct stat status;
  if (step->kind == STEP_REMOVE) return remove_node(commit, step, lower);
  // Already done, by the commit that was killed.
  if (fstatat(upper, last_name(step->path), &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_ino != step->upper_inode)
    return NO_CONFLICT;
  return step->kind == STEP_ADD ? add_node(step, upper, lower) : replace_node(step, upper, lower);
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
  if (conflict == NO_CONFLICT) note_done(commit, step, step->kind == STEP_REMOVE ? -1 : lower);
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

static void set_attributes_of(struct commit *commit, struct step *step) {
  const struct layer *layer = &commit->set->layers[step->layer];
  struct stat upper_status, lower_status;
  int upper = open_place(layer->upper, step->path), lower = open_place(layer->lower, step->path);
  bool is_there = upper >= 0 && lower >= 0 && fstat(upper, &upper_status) == 0 && fstat(lower, &lower_status) == 0 &&
                  lower_status.st_ino == step->lower_inode && (lower_status.st_mode & S_IFMT) == (upper_status.st_mode & S_IFMT);
  bool is_done = is_there;
  if (is_there && step->kind == STEP_TIMES) {
    is_done = set_times(lower, &upper_status, &lower_status);
  } else if (is_there) {
    is_done = copy_attributes(upper, lower, &upper_status) == 0;
  }
  if (upper >= 0) (void)close(upper);
  if (lower >= 0) (void)close(lower);
  if (!is_done && step->kind == STEP_ATTRIBUTES) fail_step(commit, step, is_there ? FAILED : CHANGED_SINCE);
  // What was done in a directory changed it, too, whether or not its time had to be set.
  if (!is_done && !(is_there && step->has_done)) return;
  int parent = open_parent_of(layer->lower, step->path);
  if (parent >= 0 && *step->path != '\0') note_our_own(commit->airlock_fd, parent, last_name(step->path), false);
  if (parent >= 0) (void)close(parent);
}

void commit_steps(struct change_set *set, int airlock_fd) {
  struct commit commit = {.set = set, .airlock_fd = airlock_fd, .old_fd = -1};
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
