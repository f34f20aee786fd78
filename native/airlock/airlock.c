// One set at a time: read, then committed, resumed or discarded. Whatever the host does not say is not done.
#include "airlock/airlock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "airlock/carry.h"
#include "airlock/commit.h"
#include "airlock/inverse.h"
#include "airlock/journal.h"
#include "airlock/kept.h"
#include "airlock/ledger.h"
#include "airlock/lineage.h"
#include "airlock/moved.h"
#include "airlock/originals.h"
#include "airlock/places.h"
#include "airlock/prepare.h"
#include "airlock/speech.h"

enum { EXIT_REFUSED = 125 };

static struct change_set set;
static int airlock_fd = -1; // the directory of all sets

static bool take_layer(const struct heard *heard) {
  enum { NUMBERS = 32 };
  if (heard->length < NUMBERS + 2 || set.layer_count == MAX_LAYERS) return false;
  const char *lower = (const char *)heard->bytes + NUMBERS;
  size_t length = strlen(lower);
  if (NUMBERS + length + 1 >= heard->length) return false;
  struct layer *layer = &set.layers[set.layer_count++];
  layer->start.tv_sec = (time_t)number_at(heard->bytes, 8);
  layer->start.tv_nsec = (long)number_at(heard->bytes + 8, 8);
  layer->device = (dev_t)number_at(heard->bytes + 16, 8);
  layer->inode = (ino_t)number_at(heard->bytes + 24, 8);
  layer->lower_path = strdup(lower);
  layer->upper_path = strdup(lower + length + 1);
  return layer->lower_path != NULL && layer->upper_path != NULL;
}

static struct change *change_of(const struct heard *heard) {
  if (heard->length < 4) return NULL;
  size_t index = (size_t)number_at(heard->bytes, 4);
  return index < set.count ? &set.changes[index] : NULL;
}

static bool take_bytes(const struct heard *heard) {
  struct change *change = change_of(heard);
  if (change == NULL) return false;
  change->length = heard->length - 4;
  change->bytes = malloc(change->length + 1);
  if (change->bytes == NULL) return false;
  memcpy(change->bytes, heard->bytes + 4, change->length);
  return true;
}

static bool open_airlock(void) {
  airlock_fd = openat(set.directory_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return airlock_fd >= 0;
}

// One set at a time, from its reading to the end of its commit: two at once would take each other's work for somebody
// else's, and each could be harmless as it was read and bring in its half of a repository all the same.
static bool take_turn(void) {
  int lock = openat(airlock_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (lock < 0) return false;
  int result;
  while ((result = flock(lock, LOCK_EX)) != 0 && errno == EINTR) continue;
  return result == 0; // held until this process ends
}

static int scan(void) {
  if (open_layers(&set) != 0) return -1;
  if (!open_airlock()) return give_up_set(&set, "open", "the airlock");
  if (!take_turn()) return give_up_set(&set, "lock", set.directory);
  read_ledger(airlock_fd);
  set.is_undo = has_lineage(set.directory_fd);
  if (scan_layers(&set) != 0) return -1;
  for (size_t i = 0; i < set.count; i++) say_change(&set.changes[i]);
  say(REPLY_SCANNED, (uint32_t)set.count);
  return 0;
}

static void name_copies(void) {
  char name[64];
  (void)snprintf(name, sizeof name, ".cordon-%.40s", last_name(set.directory));
  carry_beside(name);
}

// Both layers were closed with the walk, which owns what it reads.
static int open_again(void) {
  (void)close(set.directory_fd);
  return open_layers(&set);
}

// Originals that came back leave their record before anybody looks at what is in the workspace now.
static int keep_originals(void) {
  int store = open_store(airlock_fd);
  int result = end_lineage(&set);
  each_touched(note_moved);
  if (result == 0) result = gather_originals(&set);
  write_moved(store);
  if (store >= 0) (void)close(store);
  return result;
}

static int take_steps(void) {
  commit_steps(&set);
  write_ledger(airlock_fd);
  if (set.keeps && keep_originals() != 0) return -1;
  remove_journal(&set);
  return 0;
}

static int commit(void) {
  name_copies();
  if (open_again() != 0) return -1;
  look_again(&set);
  if (prepare_steps(&set) != 0 || (set.keeps && ready_originals(&set) != 0) || write_journal(&set) != 0) return -1;
  if (take_steps() != 0) return -1;
  uint32_t done = 0;
  for (size_t i = 0; i < set.count; i++) {
    const struct change *change = &set.changes[i];
    if (change->conflict != NO_CONFLICT && !change->left_out) say_conflict(i, change->conflict);
    else if (!change->left_out) done++;
  }
  say(REPLY_DONE, done);
  return 0;
}

static int resume(void) {
  if (open_layers(&set) != 0) return -1;
  name_copies();
  if (!open_airlock() || !take_turn()) return give_up_set(&set, "lock", set.directory);
  int result = read_journal(&set);
  if (result < 0) return -1;
  if (result == 0) {
    (void)close(set.directory_fd);
    if (open_layers(&set) != 0) return -1;
    set.is_resumed = true;
    if (take_steps() != 0) return -1;
    for (size_t i = 0; i < set.step_count; i++) {
      if (set.steps[i].conflict != NO_CONFLICT) say_missed(&set.steps[i]);
    }
  }
  say(REPLY_DONE, (uint32_t)set.step_count);
  return 0;
}

static int tidy(void) {
  if (tidy_record(set.directory_fd) != 0) return give_up_set(&set, "tidy up", set.directory);
  say(REPLY_DONE, 0);
  return 0;
}

static int open_record(void) {
  if (open_kept(&set) != 0) return -1;
  for (size_t i = 0; i < set.count; i++) say_change(&set.changes[i]);
  say(REPLY_SCANNED, (uint32_t)set.count);
  return 0;
}

static int invert(const char *target) {
  if (build_inverse(&set, target) != 0) return -1;
  say(REPLY_DONE, 0);
  return 0;
}

// Only what lies in the private directory.
static int discard(void) {
  // What somebody else wrote lies in it.
  if (set.failed) return -1;
  set.layer_count = 0;
  if (open_layers(&set) != 0) return -1;
  if (airlock_fd < 0 && !open_airlock()) return give_up_set(&set, "open", "the airlock");
  if (remove_private(airlock_fd, last_name(set.directory)) != 0) return give_up_set(&set, "remove", set.directory);
  say(REPLY_DONE, 0);
  return 0;
}

// 0 goes on, 1 ends, -1 fails.
static int obey(const struct heard *heard) {
  struct change *change;
  switch (heard->word) {
    case WORD_DIRECTORY:
      free(set.directory);
      set.directory = strdup((const char *)heard->bytes);
      return set.directory == NULL ? -1 : 0;
    case WORD_LAYER:
      return take_layer(heard) ? 0 : give_up_set(&set, "read", "the request");
    case WORD_SCAN:
      return scan();
    case WORD_LEAVE_OUT:
      change = change_of(heard);
      if (change != NULL) change->left_out = true;
      return change != NULL ? 0 : give_up_set(&set, "read", "the request");
    case WORD_BYTES:
      return take_bytes(heard) ? 0 : give_up_set(&set, "read", "the request");
    case WORD_COMMIT:
      return commit();
    case WORD_RESUME:
      return resume() == 0 ? 1 : -1;
    case WORD_DISCARD:
      return discard() == 0 ? 1 : -1;
    case WORD_KEEP:
      set.keeps = true;
      return 0;
    case WORD_TIDY:
      return tidy() == 0 ? 1 : -1;
    case WORD_OPEN:
      return open_record();
    case WORD_INVERT:
      return invert((const char *)heard->bytes) == 0 ? 1 : -1;
  }
  errno = EINVAL;
  return give_up_set(&set, "read", "the request");
}

int run_airlock(void) {
  struct heard heard = {.bytes = NULL};
  (void)signal(SIGPIPE, SIG_IGN);
  (void)umask(077);
  while (hear(&heard)) {
    int result = obey(&heard);
    if (result < 0) {
      say_failed(set.why[0] == '\0' ? "Cannot read the request" : set.why);
      (void)say_it();
      return EXIT_REFUSED;
    }
    if (!say_it() || result > 0) return result > 0 ? 0 : EXIT_REFUSED;
  }
  return 0;
}
