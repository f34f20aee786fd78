// The records of START, one by one. What belongs to the whole of them is in policy.c.
#ifndef CORDON_POLICY_RECORDS_H
#define CORDON_POLICY_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/policy.h"

enum record {
  RECORD_ARGV = 1,
  RECORD_ENV,
  RECORD_CWD,
  RECORD_MODE,
  RECORD_NETWORK,
  RECORD_REQUIRE,
  RECORD_WRITABLE,
  RECORD_PROTECT,
  RECORD_PROTECTED_NAME,
  RECORD_DENY_READ,
  RECORD_PRIVATE_TMP,
  RECORD_LIMIT,
  RECORD_TTY,
  RECORD_LINGER,
  RECORD_LISTENER,
  RECORD_CWD_IDENTITY,
  RECORD_INPUT,
  RECORD_LAYER,
  RECORD_ISOLATED,
  RECORD_WATCH,
  RECORD_WATCHED,
  RECORD_SPOKEN,
  RECORD_ATTENDED,
  RECORD_MAY_COME,
  RECORD_EVIDENCE,
  RECORD_TRACE,
  RECORD_END,
};

// A policy that is being read.
struct parser {
  struct policy *policy;
  struct failure *failure;
  char *arena_next; // where the next text goes; there is room for all of them
  size_t argc, envc;
  bool seen[RECORD_END];
};

uint64_t little_endian(const unsigned char *bytes, size_t width);

// Fills in the failure of the run. Returns -1.
int bad(struct parser *parser, const char *what);

// Takes one record. Returns 0, or -1 with the failure filled in.
int parse_record(struct parser *parser, enum record record, const unsigned char *bytes, size_t length);

#endif
