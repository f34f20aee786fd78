// What the kernel really enforces for this run: filled in layer by layer, reported once.
#ifndef CORDON_ENFORCEMENT_H
#define CORDON_ENFORCEMENT_H

#include <stdbool.h>
#include <stdint.h>

enum layer {
  LAYER_NAMESPACES = 1,
  LAYER_LANDLOCK = 2,
  LAYER_SECCOMP = 4,
};

// Numbers on the wire: src/launcher/launcher-reports.ts has the same.
enum restriction {
  RESTRICT_FILE_WRITE = 1,
  RESTRICT_FILE_METADATA = 2,
  RESTRICT_FILE_READ = 3,
  RESTRICT_PROTECTED_PATHS = 4,
  RESTRICT_NETWORK = 5,
  RESTRICT_UNIX_SOCKETS = 6,
  RESTRICT_PROCESSES = 7,
  RESTRICT_IPC = 8,
  RESTRICT_KERNEL_SURFACE = 9,
  RESTRICT_LEFTOVERS = 10,
  RESTRICT_RESOURCES = 11,
  RESTRICT_PROGRAMS = 12,
};

enum { MAX_GAPS = 12 };

struct gap {
  uint8_t restriction;
  char because[200];
};

struct enforcement {
  uint8_t sandboxed; // 0 when the run only asked to be supervised
  uint8_t layers;
  uint8_t gap_count;
  uint32_t landlock_abi;
  struct gap gaps[MAX_GAPS];
};

// Whether a part of the profile is missing. A limit that is not held, and rules that are not held on what programs start,
// are told, but are no part of it.
bool has_profile_gap(const struct enforcement *enforcement);

bool is_profile_gap(const struct gap *gap);

// Records that `restriction` is not (fully) enforced. One entry a restriction: the first reason stands.
void add_gap(struct enforcement *enforcement, enum restriction restriction, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
