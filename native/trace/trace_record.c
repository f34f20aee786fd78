// Numbers are little-endian; a text is its length in two bytes and its bytes, as everywhere on the channel.
#include "trace/trace_record.h"

#include <string.h>

#include "protocol/channel.h"

void begin_trace_record(struct trace_record *record, enum trace_kind kind) {
  record->length = 0;
  add_number(record, FRAME_TRACED, 1);
  add_number(record, (uint64_t)kind, 1);
}

void add_number(struct trace_record *record, uint64_t value, size_t width) {
  if (record->length + width > sizeof record->bytes) return;
  for (size_t i = 0; i < width; i++) record->bytes[record->length++] = (unsigned char)(value >> (8 * i));
}

size_t add_text(struct trace_record *record, const char *text, size_t room) {
  size_t length = strlen(text);
  size_t kept = length < room ? length : room;
  if (record->length + 2 + kept > sizeof record->bytes) kept = 0;
  add_number(record, kept, 2);
  memcpy(record->bytes + record->length, text, kept);
  record->length += kept;
  return length;
}
