// One record of the trace on its way to the host: src/launcher/read-trace.ts reads it.
#ifndef CORDON_TRACE_RECORD_H
#define CORDON_TRACE_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum { MAX_TRACE_RECORD = 32 * 1024 };

// Numbers on the wire.
enum trace_kind { TRACE_BEGAN = 1, TRACE_ENDED = 2, TRACE_WROTE = 3, TRACE_LOST = 4 };

struct trace_record {
  unsigned char bytes[MAX_TRACE_RECORD];
  size_t length;
};

// With the frame's type in front.
void begin_trace_record(struct trace_record *record, enum trace_kind kind);

// There is room for numbers, and for three paths.
void add_number(struct trace_record *record, uint64_t value, size_t width);

// At most `room` bytes of it. How many it had.
size_t add_text(struct trace_record *record, const char *text, size_t room);

#endif
