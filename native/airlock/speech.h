// Records both ways: `u8` type, `u32` little-endian length, bytes. src/airlock/layer/ is the other side.
#ifndef CORDON_SPEECH_H
#define CORDON_SPEECH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "airlock/changes.h"

enum word {
  WORD_DIRECTORY = 1, // of the set
  WORD_LAYER = 2,     // i64 seconds, i64 nanoseconds, u64 device, u64 inode, lower path, NUL, upper path
  WORD_SCAN = 3,
  WORD_LEAVE_OUT = 4, // u32 change
  WORD_BYTES = 5,     // u32 change, bytes
  WORD_COMMIT = 6,
  WORD_RESUME = 7,
  WORD_DISCARD = 8,
  WORD_KEEP = 9,    // the originals of what is committed
  WORD_TIDY = 10,   // what is no part of the record goes
  WORD_OPEN = 11,   // the record in the directory
  WORD_INVERT = 12, // directory of a new set
};

enum reply { REPLY_CHANGE = 16, REPLY_SCANNED = 17, REPLY_CONFLICT = 18, REPLY_DONE = 19, REPLY_FAILED = 20, REPLY_MISSED = 21 };

struct heard {
  enum word word;
  unsigned char *bytes; // length bytes and a NUL; valid until the next
  size_t length;
};

// False at the end of input, or when what comes is no record.
bool hear(struct heard *heard);

uint64_t number_at(const unsigned char *bytes, size_t width);

void say_change(const struct change *change);
void say_conflict(size_t index, enum conflict conflict);
// Of a commit that went on after a kill: u8 layer, u8 conflict, path.
void say_missed(const struct step *step);
void say(enum reply reply, uint32_t number);
void say_failed(const char *why);

// Sends everything that was said. False when nobody listens any more.
bool say_it(void);

#endif
