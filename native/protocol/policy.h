// One run as the host asked for it: parsed from START, strictly, and never changed afterwards.
#ifndef CORDON_POLICY_H
#define CORDON_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/failure.h"

enum { MAX_ROOTS = 64, MAX_PATHS = 256, MAX_NAMES = 96, MAX_END_MARK = 256, MAX_WATCHED = 512, MAX_SPOKEN = 2048 };
enum { MAX_START_BYTES = 4 * 1024 * 1024 };

enum run_mode { MODE_SUPERVISE = 0, MODE_READ_ONLY = 1, MODE_WORKSPACE_WRITE = 2 };

// How much of a root is guarded against names that do not exist yet.
enum root_guard { GUARD_GIT = 1, GUARD_ALL = 2 };

enum limit_kind { LIMIT_PROCESSES = 1, LIMIT_MEMORY, LIMIT_FILE_SIZE, LIMIT_CPU, LIMIT_OPEN_FILES, LIMIT_KINDS };

struct writable_root {
  const char *path;
  enum root_guard guard;
};

// What a command writes below a root goes to a layer of its own, and is judged before it counts.
struct layered_root {
  const char *root;  // one of the writable roots
  const char *upper; // where what it writes goes
  const char *work;  // the kernel's own, beside it
};

struct protected_name {
  const char *name; // relative, no `.` or `..`
  bool forbid_missing;
};

// What a program that a rule names is, beside its name.
enum watched_kind { WATCHED_PROGRAM = 0, WATCHED_MULTI_CALL = 1, WATCHED_LOADER = 2, WATCHED_KINDS };

// Known by its file: whatever is the same under another name is this program.
struct watched_program {
  enum watched_kind kind;
  const char *path;
  const char *name; // what rules call it
};

struct policy {
  enum run_mode mode;
  char **argv;
  char **env;
  const char *cwd;
  bool has_cwd_identity; // of the directory that `cwd` must still be
  uint64_t cwd_device;
  uint64_t cwd_inode;

  bool network;     // the host's network, not none
  bool isolated;    // without it, a network that no other run is in
  bool best_effort; // run with what there is
  bool private_tmp;

  struct writable_root roots[MAX_ROOTS];
  size_t root_count;
  struct layered_root layers[MAX_ROOTS];
  size_t layer_count;
  const char *attended[MAX_PATHS]; // writable roots that somebody judges while the command runs
  size_t attended_count;
  const char *may_come[MAX_PATHS]; // of what is protected: a name that is missing is judged when it comes
  size_t may_come_count;
  const char *protect[MAX_PATHS];
  size_t protect_count;
  struct protected_name names[MAX_NAMES];
  size_t name_count;
  const char *deny_read[MAX_PATHS];
  size_t deny_read_count;

  bool has_limit[LIMIT_KINDS];
  uint64_t limit[LIMIT_KINDS];
  uint32_t linger_ms;

  bool has_listener; // inside a private network, for somebody outside
  uint16_t listener_port; // 0: any

  bool has_input; // so many bytes of standard input come before the command begins
  uint64_t input_length;

  bool watches_starts; // every program that starts is looked at
  bool tells_starts;   // and judged by the host; otherwise those alone that have something to do with a rule
  const char *spoken[MAX_SPOKEN]; // beginnings of the names that rules speak of
  size_t spoken_count;
  struct watched_program watched[MAX_WATCHED];
  size_t watched_count;

  bool tells_denials; // what it may not write, and where it may not connect, is told
  bool traces;        // what runs, how it ends and what it writes is told; where starts are watched and denials are told

  bool tty;
  unsigned char end_mark[MAX_END_MARK];
  size_t end_mark_length;

  char *arena; // owns every string above
  const unsigned char *start; // the payload this was parsed from; borrowed
  size_t start_length;
};

// Parses a START payload. Returns 0, or -1 with the failure filled in; `policy` must be freed either way.
int parse_policy(struct policy *policy, const unsigned char *payload, size_t length, struct failure *failure);
void free_policy(struct policy *policy);

// The layer over root `index`; NULL when the command writes to the directory itself.
const struct layered_root *layer_of(const struct policy *policy, size_t index);

// Whether a protected path that is missing need not be kept free: it is judged when it comes.
bool may_come(const struct policy *policy, const char *path);

// Whether somebody judges what is written below root `index` while the command runs.
bool is_attended(const struct policy *policy, size_t index);

#endif
