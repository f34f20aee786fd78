// What a command wrote, as a list: one change a path, parents before their contents, and the few steps that bring all
// of it into the workspace. A step owns a run of changes: a new directory is one rename, however much is in it.
#ifndef CORDON_CHANGES_H
#define CORDON_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "airlock/seen.h"

enum { MAX_LAYERS = 64 };

// One writable root: the directory the host sees, and the layer with what the command made of it.
struct layer {
  char *lower_path, *upper_path;
  int lower, upper; // O_PATH | O_DIRECTORY
  struct timespec start; // what changed in the workspace after this, the command may not have seen
  dev_t device;          // the directory that it was over
  ino_t inode;
};

struct node {
  mode_t mode; // 0: nothing is there
  uint64_t size;
  char *target; // of a symbolic link
};

enum conflict { NO_CONFLICT = 0, CHANGED_SINCE = 1, UNREADABLE = 2, IN_THE_WAY = 3, FAILED = 4 };

struct change {
  size_t layer;
  char *path; // relative to the root; "" for the root itself
  struct node before, after;
  struct seen seen;  // what was there before
  struct seen made;  // what is in the layer
  uint64_t print;    // of what was there, see print_of
  size_t twin;       // 1 + the change of the file of the workspace that this one is; 0: it is none
  bool is_same_file; // only its attributes changed
  bool was_there;    // the command found something here, or brought it from another name
  enum conflict conflict;
  bool left_out;
  bool lacks_parent; // of a record: there is no directory for what is to come back
  size_t number; // of a record, under which its attributes are kept; 0 outside of one
  unsigned char *bytes; // instead of what the command wrote; NULL without
  size_t length;
};

enum step_kind {
  STEP_ADD = 1,     // nothing is there: move it in
  STEP_REPLACE = 2, // something is there: exchange
  STEP_REMOVE = 3,
  STEP_ATTRIBUTES = 4, // the same file or directory, with other attributes
  STEP_TIMES = 5,      // a directory whose entries changed: its time as the command left it
};

struct step {
  enum step_kind kind;
  size_t layer;
  const char *path;
  size_t first, end; // its changes
  ino_t upper_inode;
  struct seen lower; // what is replaced, removed or changed
  uint64_t inside;   // what is in it, see print_inside
  struct timespec written; // a directory's time as the command left it: what a commit takes out of the layer changes it there
  size_t directory; // the step of the directory it is in, or NO_STEP
  enum conflict conflict; // why it was not done
  bool has_done;    // or, for a directory, something in it was done
  bool has_left_out; // something in this directory was not
};

#define NO_STEP ((size_t)-1)

// When the names in a directory were last changed: before a commit, and by it.
struct stamp {
  size_t layer;
  char *path;
  ino_t inode;
  struct timespec original, left;
};

struct change_set {
  struct layer layers[MAX_LAYERS];
  size_t layer_count;
  struct change *changes;
  size_t count, room;
  struct step *steps;
  size_t step_count, step_room;
  char *directory; // private to this set
  int directory_fd;
  bool is_undo;     // what is in the layers comes from a record, where it lies as it was
  bool keeps;       // what the commit replaces and removes, to bring it back when somebody wants that
  struct stamp *stamps;
  size_t stamp_count, stamp_room;
  bool is_resumed;  // by another run than the one that read the layers
  bool failed;      // out of memory, or the layer itself cannot be read
  char why[300];
};

// Of what was there before, of the changes from `first` to `end`.
uint64_t sum_of_prints(const struct change_set *set, size_t first, size_t end);

// Whether the change is not, and will not be, in the workspace.
bool is_out(const struct change *change);

// Grows the lists. NULL (and `failed`) without memory.
struct change *add_change(struct change_set *set, size_t layer, const char *path);
struct step *add_step(struct change_set *set, enum step_kind kind, size_t layer, const char *path);
struct stamp *add_stamp(struct change_set *set, size_t layer, const char *path);

// Remembers the first reason why nothing can be said about this set; returns -1.
int give_up_set(struct change_set *set, const char *what, const char *path);

// Opens the directory of the set and both sides of every layer. -1 when one of them is not what it was.
int open_layers(struct change_set *set);

// Fills `changes` and `steps` from the layers. -1 when a layer cannot be read as a whole.
int scan_layers(struct change_set *set);

#endif
