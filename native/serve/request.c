// Every byte of a line must be the one that a known line has there.
#include "serve/request.h"

#include <stdbool.h>
#include <string.h>

// A line is consumed word by word.
static bool take(const char **at, const char *word) {
  size_t length = strlen(word);
  if (strncmp(*at, word, length) != 0) return false;
  *at += length;
  return true;
}

static bool take_number(const char **at, uint32_t *number) {
  uint64_t value = 0;
  size_t digits = 0;
  for (; **at >= '0' && **at <= '9'; (*at)++, digits++) {
    value = value * 10 + (uint64_t)(**at - '0');
    if (digits == 9) return false;
  }
  *number = (uint32_t)value;
  return digits > 0;
}

// A name that nobody but the kernel gives out: `/dev/pts/` and a number.
static bool take_terminal(const char **at, struct request *request) {
  const char *begin = *at;
  uint32_t number;
  if (!take(at, "/dev/pts/") || !take_number(at, &number)) return false;
  size_t length = (size_t)(*at - begin);
  if (length >= MAX_TERMINAL) return false;
  memcpy(request->terminal, begin, length);
  request->terminal[length] = '\0';
  return true;
}

static bool take_input(const char **at, struct request *request) {
  if (take(at, " null\"")) request->input = INPUT_NONE;
  else if (take(at, " open\"")) request->input = INPUT_OPEN;
  else if (take(at, " bytes\"")) request->input = INPUT_BYTES;
  else if (take(at, " airlock\"")) request->input = INPUT_AIRLOCK;
  else if (take(at, " tty ") && take_terminal(at, request)) {
    request->input = INPUT_TERMINAL;
    return take(at, "\"");
  } else return false;
  return true;
}

static enum request_kind parse(const char *line, struct request *request) {
  memset(request, 0, sizeof *request);
  if (strcmp(line, "{\"cmd\":\"NODE_HANDLE_ACK\"}") == 0) return REQUEST_TAKEN;
  if (strcmp(line, "{\"cmd\":\"NODE_HANDLE_NACK\"}") == 0) return REQUEST_LOST;
  const char *at = line;
  bool is_run = take(&at, "\"run ") && take_number(&at, &request->run) && take_input(&at, request) && *at == '\0';
  return is_run ? REQUEST_RUN : REQUEST_BROKEN;
}

enum request_kind read_request(struct request_reader *reader, const char *bytes, size_t count, size_t *used,
                               struct request *request) {
  for (*used = 0; *used < count;) {
    char byte = bytes[(*used)++];
    if (byte == '\n') {
      reader->line[reader->length] = '\0';
      reader->length = 0;
      return parse(reader->line, request);
    }
    if (byte == '\0' || reader->length + 1 >= MAX_REQUEST) return REQUEST_BROKEN;
    reader->line[reader->length++] = byte;
  }
  return REQUEST_INCOMPLETE;
}
